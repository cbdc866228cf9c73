// What attacks of the corpus are made with: who is attacked, from where, how loudly; and the steps that they have in common.
import type { Random } from '../../../local/demo/random.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { hour, minute, second } from '../months.ts'
import { placesOf, webVaultSeat } from '../ordinary/places.ts'
import { address, carrierAddress, network, privacyAddress } from '../organization/addresses.ts'
import { midnight, type Organization, type RoleChange } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'

/** How much there is to see of an attack. */
export const loudnesses = ['loud', 'medium', 'stealthy'] as const
export type Loudness = (typeof loudnesses)[number]

/** What an attack is made from. */
export type Stage = {
  readonly world: Organization
  readonly number: number
  readonly day: number
  readonly loudness: Loudness
  readonly random: Random
  /** A member without special rights, an owner or admin, another owner or admin, and members who are there. */
  readonly victim: Person
  readonly administrator: Person
  readonly colleague: Person
  readonly others: readonly Person[]
}

/** What happens in an attack, and which roles it changes. */
type Staged = { readonly happenings: readonly Happening[]; readonly roleChanges?: readonly RoleChange[] }

/** A kind of attack, by name; how it comes depends on how loud it is. */
export type Kind = { readonly name: string; readonly stage: (stage: Stage) => Staged }

/** A kind that changes no roles. */
export const kind = (name: string, happenings: (stage: Stage) => readonly Happening[]): Kind => ({
  name,
  stage: (stage) => ({ happenings: happenings(stage) }),
})

/** One of three, by how loud the attack is. */
export const by = <T>({ loudness }: Stage, loud: T, medium: T, stealthy: T): T => ({ loud, medium, stealthy })[loudness]

/** A number by how loud the attack is, more or less so as the organization drew it; at least 1. */
export const amount = (stage: Stage, loud: number, medium: number, stealthy: number): number =>
  Math.max(
    1,
    Math.round(by(stage, loud, medium, stealthy) * stage.world.habits.attackSize * (0.85 + 0.3 * stage.random.next())),
  )

/** A time of the day by the clock of the person who is attacked, in Unix ms. */
export const clock = ({ world, day, victim, random }: Stage, hours: number, daysLater = 0): number =>
  midnight(world, victim, day + daysLater) + (hours + random.next() * 0.8) * hour

/**
 * Where an attacker is: a loud one with a hosting company and a client that the person does not use; a stealthy one behind a
 * home's connection or in the person's own mobile network, with the client that the person uses.
 */
export function outside(stage: Stage, person: Person, number = 0): Seat {
  const { world, random, day } = stage
  const { userId } = person
  const hosted = address(world.seed, 60, stage.number, number)
  const atHome = privacyAddress(network(world.seed, 61, stage.number, number), day, number)
  const carrier = world.carriers[person.carrier]
  const mobile = carrier ? carrierAddress(carrier, 100_000 + stage.number, day, random) : hosted
  const [own = 2] = person.devices
  return by(
    stage,
    { userId, ip: hosted, device: random.pick([25, 14, 10, 8]) },
    { userId, ip: random.chance(0.5) ? hosted : atHome, device: random.pick([9, 10, 12]) },
    { userId, ip: random.chance(0.4) ? mobile : random.chance(0.5) ? atHome : hosted, device: own },
  )
}

/** A person's own computer, where they are on that day. */
export function inside({ world, day, random }: Stage, person: Person, daysLater = 0): Seat {
  return placesOf(world, person, day + daysLater).desk(random)
}

/** An administrator's seat in the web vault: for a loud attack from elsewhere, else where they are. */
export const administering = (stage: Stage): Seat =>
  by(
    stage,
    { ...outside(stage, stage.administrator), device: 9 },
    webVaultSeat(stage.world, stage.administrator, stage.day),
    webVaultSeat(stage.world, stage.administrator, stage.day),
  )

/** The login with which a loud attack by an administrator's account begins. */
export const entering = (stage: Stage, seat: Seat, at: number): readonly Happening[] =>
  stage.loudness === 'loud' ? [doneAt(seat, at - 4 * minute, 1000)] : []

/** The same thing, so many times, with more or less so much time between. */
export const repeated = (
  { random }: Stage,
  times: number,
  at: number,
  everyMs: number,
  make: (at: number, index: number) => Happening,
): Happening[] => Array.from({ length: times }, (_, index) => make(at + (index + random.next() * 0.6) * everyMs, index))

/** Different items that a person reaches, from one of them on: in the order of a list, not by how much they are used. */
export function reached({ items }: Person, count: number, from = 0): readonly Guid[] {
  const listed = items.toSorted()
  return Array.from(
    { length: Math.min(count, listed.length) },
    (_, index) => listed[(from + index) % listed.length],
  ).flatMap((item) => item ?? [])
}

/** Items opened one after the other and taken: copied, or shown. */
export function taking(
  stage: Stage,
  seat: Seat,
  items: readonly Guid[],
  { at, everyMs, type = 1111 }: { readonly at: number; readonly everyMs: number; readonly type?: number },
): Happening[] {
  return items.flatMap((itemId, index) => {
    const opened = at + (index + stage.random.next() * 0.5) * everyMs
    return [
      doneAt(seat, opened, 1107, { itemId }),
      doneAt(seat, opened + Math.min(3 * second, everyMs / 4), type, { itemId }),
    ]
  })
}

/** What the thief of an account does with it: takes some, many or few, faster or slower. */
export const harvest = (stage: Stage, seat: Seat, person: Person, at: number): Happening[] =>
  taking(stage, seat, reached(person, amount(stage, 45, 14, 4), stage.random.between(0, 20)), {
    at,
    everyMs: by(stage, 20 * second, 90 * second, 6 * minute),
  })

/** An id for something that an attack makes. */
export const madeId = ({ world, number }: Stage, name: string, index = 0): Guid =>
  guidOfContent(world.organizationId, 'attack', number, name, index)
