// What attacks of the corpus are made with: who is attacked, from where, and the steps that they have in common.
import type { Random } from '../../local/demo/random.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { doneAt, type Happening, type Seat } from './events.ts'
import { midnight, type Person, type World } from './world.ts'

/** The kinds of attacks in the corpus. */
export const attackKinds = ['takeover', 'harvest', 'administrator'] as const
/**
 * - takeover: the password of a member is guessed or known, and used from elsewhere
 * - harvest: a member, or the thief of a member's session, gathers secrets
 * - administrator: an owner or admin, or the thief of their account, turns on the organization
 */
export type AttackKind = (typeof attackKinds)[number]

/** An attack in the corpus: its events, and the time from the first to the last (Unix ms, both included). */
export type Attack = {
  readonly organization: string
  readonly name: string
  readonly kind: AttackKind
  readonly from: number
  readonly to: number
  readonly events: ReadonlySet<Guid>
}

/** What an attack is made from: where, on which day, and whom it is about. */
export type Stage = {
  readonly world: World
  readonly day: number
  readonly random: Random
  /** A member without special rights, and an owner or admin. */
  readonly victim: Person
  readonly administrator: Person
  /** An address that nobody was ever seen at; each number another. */
  readonly elsewhere: (number: number) => string
}

/** An attack that can be staged anywhere; its name says what happens. */
export type Variant = {
  readonly name: string
  readonly kind: AttackKind
  readonly happenings: (stage: Stage) => readonly Happening[]
}

/** Spans of time, in milliseconds. */
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute

/** A time of the day of an attack, by the organization's clock. */
export const clock = ({ world, day }: Stage, hours: number, daysLater = 0): number =>
  midnight(world, day + daysLater) + hours * hour

/** The same thing, so many times, with more or less so much time between. */
export const repeated = (
  random: Random,
  times: number,
  at: number,
  everyMs: number,
  make: (at: number, index: number) => Happening,
) => Array.from({ length: times }, (_, index) => make(at + index * everyMs + random.next() * everyMs * 0.6, index))

/** Different items that a person reaches, from one of them on. */
export const reached = ({ items }: Person, count: number, from = 0): readonly Guid[] =>
  Array.from({ length: count }, (_, index) => items[(from + index) % items.length]).flatMap((item) => item ?? [])

/** Items opened one after the other and something done with each: 1111 copies the password, 1108 shows it. */
export function reading(
  { random }: Stage,
  seat: Seat,
  items: readonly Guid[],
  { at, everyMs, types }: { readonly at: number; readonly everyMs: number; readonly types: readonly number[] },
): readonly Happening[] {
  return items.flatMap((itemId, index) => {
    const opened = at + index * everyMs + random.next() * everyMs * 0.4
    return types.map((type, step) => doneAt(seat, opened + step * Math.min(4 * second, everyMs / 4), type, { itemId }))
  })
}

/** Failed logins of one person from one seat. */
export const failing = ({ random }: Stage, seat: Seat, times: number, at: number, everyMs: number, type = 1005) =>
  repeated(random, times, at, everyMs, (each) => doneAt(seat, each, type))
