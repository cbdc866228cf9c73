// Tallies: who did what with which item, from which address and with which device; how often, first and last. Pure: any batching counts alike.
import type { StoredEvent } from '../events/event.ts'
import { eventTypes } from '../events/event-types.ts'
import type { Guid } from '../guid.ts'
import { millisecondsOf } from '../instant.ts'

/** Who acts: a person by the account's id, or a machine account; `anyone` stands for all of them together. */
export type Actor =
  | { readonly kind: 'person' | 'machine'; readonly id: Guid }
  | { readonly kind: 'anyone'; readonly id: '' }
export const anyone: Actor = { kind: 'anyone', id: '' }

/**
 * What an actor acts on or with, by its id: an item of a vault, a secret of the Secrets Manager, an address, the number of a type of
 * device; or when: a day in UTC as `YYYY-MM-DD`.
 */
export type Thing = { readonly kind: ThingKind; readonly id: string }
export const thingKinds = ['item', 'secret', 'address', 'device', 'day'] as const
export type ThingKind = (typeof thingKinds)[number]

/**
 * What was done. With an item or a secret: it was opened (`viewed`), something hidden in it was shown (`revealed`), copied or filled in; a
 * machine or the Secrets Manager read it; it was `edited`, `deleted` (or put into the trash), `restored`, or `arranged`: created,
 * moved, shared, attached to. From an address, with a device or on a day: `loggedIn`, `failedLogin`, `active` (anything else).
 */
export const tallyKinds = [
  'viewed',
  'revealed',
  'copied',
  'filled',
  'read',
  'edited',
  'deleted',
  'restored',
  'arranged',
  'loggedIn',
  'failedLogin',
  'active',
] as const
type TallyKind = (typeof tallyKinds)[number]

/** The kinds by which an actor got to know what is in an item or a secret. */
export const seenKinds = ['viewed', 'revealed', 'copied', 'filled', 'read'] as const satisfies readonly TallyKind[]
/** The kinds that count for `anyone` too: what happened to the item or the secret since an actor saw it. */
const changeKinds: readonly TallyKind[] = ['edited', 'deleted', 'restored']

/** How often something was done, and when first and last (Unix ms). */
type Times = { readonly count: number; readonly firstAt: number; readonly lastAt: number }

/** What one actor did with one thing. `upTo` is the number in the feed of the last event that is counted. */
export type Tally = {
  readonly actor: Actor
  readonly thing: Thing
  readonly kinds: ReadonlyMap<TallyKind, Times>
  readonly upTo: number
}

/** Which tally: one actor, one thing. */
export type TallyKey = Pick<Tally, 'actor' | 'thing'>

/** An event with its number in the feed. */
export type NumberedEvent = { readonly event: StoredEvent; readonly number: number }

/** Longest address that counts, in UTF-16 units: an IPv6 address with a zone. */
export const tallyAddressCharsMax = 64

/** By the names of event types; the first that fits. */
const kindsByName: readonly (readonly [name: RegExp, kind: TallyKind])[] = [
  [/^Cipher_ClientViewed$/, 'viewed'],
  [/^Cipher_ClientToggled/, 'revealed'],
  [/^Cipher_ClientCopied/, 'copied'],
  [/^Cipher_ClientAutofilled$/, 'filled'],
  [/^Secret_Retrieved$/, 'read'],
  [/^(Cipher_Updated|Secret_Edited)$/, 'edited'],
  [/^(Cipher_(Soft)?Deleted|Secret_(Permanently_)?Deleted)$/, 'deleted'],
  [/^(Cipher|Secret)_Restored$/, 'restored'],
  [/^(Cipher|Secret)_/, 'arranged'],
  [/^User_LoggedIn$/, 'loggedIn'],
  [/^User_FailedLogIn/, 'failedLogin'],
]
const kindsByType: ReadonlyMap<number, TallyKind> = new Map(
  eventTypes.flatMap(({ code, name }) => {
    const [, kind] = kindsByName.find(([pattern]) => pattern.test(name)) ?? []
    return kind ? [[code, kind] as const] : []
  }),
)

/** A text that is the same for the same tally. */
export const keyOf = ({ actor, thing }: TallyKey): string => `${actor.kind}=${actor.id} ${thing.kind}=${thing.id}`

/** The tallies that an event counts in, each with what it counts as; none for an event without an actor. */
export function tallied(event: StoredEvent): readonly { readonly key: TallyKey; readonly kind: TallyKind }[] {
  const { actingUserId, serviceAccountId, cipherId, secretId } = event
  const id = actingUserId ?? serviceAccountId
  if (!id) return []
  const actor: Actor = { kind: actingUserId ? 'person' : 'machine', id }
  const kind = kindsByType.get(event.type) ?? 'active'
  const presence = kind === 'loggedIn' || kind === 'failedLogin' ? kind : 'active'
  const used: readonly (readonly [kind: ThingKind, id: string | undefined])[] = [
    ['item', cipherId],
    ['secret', secretId],
  ]
  const present: readonly (readonly [kind: ThingKind, id: string | undefined])[] = [
    ['address', addressOf(event.ipAddress)],
    ['device', event.deviceType?.toString()],
    ['day', event.date.slice(0, 10)],
  ]
  return [
    ...used.map(([thing, of]) => [actor, thing, of, kind] as const),
    ...(changeKinds.includes(kind) ? used.map(([thing, of]) => [anyone, thing, of, kind] as const) : []),
    ...present.map(([thing, of]) => [actor, thing, of, presence] as const),
  ].flatMap(([who, thing, of, counts]) =>
    of === undefined ? [] : [{ key: { actor: who, thing: { kind: thing, id: of } }, kind: counts }],
  )
}

const addressOf = (address: string | undefined): string | undefined =>
  address !== undefined && address !== '' && address.length <= tallyAddressCharsMax ? address : undefined

/** The tallies that these events change, each once. */
export function tallyKeysOf(events: readonly NumberedEvent[]): readonly TallyKey[] {
  const keys = new Map(events.flatMap(({ event }) => tallied(event).map(({ key }) => [keyOf(key), key] as const)))
  return [...keys.values()]
}

/**
 * Counts events, in the order of their numbers, into the tallies that are known (by `keyOf`), and returns those that changed. An event
 * whose number a tally has counted up to changes nothing there: events may be counted again after a run that was cut short.
 */
export function countInto(known: ReadonlyMap<string, Tally>, events: readonly NumberedEvent[]): Tally[] {
  const changed = new Map<string, Tally>()
  for (const { event, number } of events) {
    const at = millisecondsOf(event.date)
    for (const { key, kind } of tallied(event)) {
      const name = keyOf(key)
      const before = changed.get(name) ?? known.get(name) ?? { ...key, kinds: new Map(), upTo: 0 }
      if (number <= before.upTo) continue
      const kinds = new Map(before.kinds).set(kind, withTime(before.kinds.get(kind), at))
      changed.set(name, { ...before, kinds, upTo: number })
    }
  }
  return [...changed.values()]
}

const withTime = (times: Times | undefined, at: number): Times =>
  times
    ? { count: times.count + 1, firstAt: Math.min(times.firstAt, at), lastAt: Math.max(times.lastAt, at) }
    : { count: 1, firstAt: at, lastAt: at }

/** All of these kinds together; undefined if none of them was done. */
export function timesOf({ kinds }: Pick<Tally, 'kinds'>, some: readonly TallyKind[]): Times | undefined {
  const all = some.flatMap((kind) => kinds.get(kind) ?? [])
  if (all.length === 0) return undefined
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    firstAt: Math.min(...all.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...all.map(({ lastAt }) => lastAt)),
  }
}
