// Tallies as responses show them. Pure.
import { deviceTypes } from '../events/device-types.ts'
import { formatInstant, instantAt } from '../instant.ts'
import { type Actor, seenKinds, type Tally, tallyKinds, timesOf } from './tally.ts'

/** How often, first and last. */
const timesView = (times: ReturnType<typeof timesOf>) =>
  times ? { count: times.count, firstAt: timeOf(times.firstAt), lastAt: timeOf(times.lastAt) } : null

const timeOf = (ms: number): string => formatInstant(instantAt(ms))

/** What a person or machine account did from an address, with a device or on a day. */
export function presenceView({ kinds }: Tally) {
  const all = timesOf({ kinds }, tallyKinds)
  return {
    events: all?.count ?? 0,
    logins: kinds.get('loggedIn')?.count ?? 0,
    failedLogins: kinds.get('failedLogin')?.count ?? 0,
    firstAt: all ? timeOf(all.firstAt) : null,
    lastAt: all ? timeOf(all.lastAt) : null,
  }
}

/** The name of a type of device, by the id of the thing. */
export const deviceNameOf = ({ thing }: Tally): string | null => deviceTypes[Number(thing.id)]?.name ?? null

/** What an actor did with an item or a secret: how often it was seen, and how; and what else was done to it. */
export function useView({ kinds }: Tally) {
  const changes = tallyKinds.filter((kind) => !isSeen(kind))
  return {
    seen: timesView(timesOf({ kinds }, seenKinds)),
    viewed: kinds.get('viewed')?.count ?? 0,
    revealed: kinds.get('revealed')?.count ?? 0,
    copied: kinds.get('copied')?.count ?? 0,
    filled: kinds.get('filled')?.count ?? 0,
    read: kinds.get('read')?.count ?? 0,
    changed: timesView(timesOf({ kinds }, changes)),
  }
}

const isSeen = (kind: string): boolean => seenKinds.some((seen) => seen === kind)

/** What happened to an item or a secret, by all together. */
export const changesView = (tally: Pick<Tally, 'kinds'> | undefined) => ({
  edited: timesView(tally && timesOf(tally, ['edited'])),
  deleted: timesView(tally && timesOf(tally, ['deleted'])),
  restored: timesView(tally && timesOf(tally, ['restored'])),
})

/**
 * Whether an item was edited or deleted, by anyone, after an actor saw it last: then what the actor knows is no longer in it, as far as
 * the log can say. Null if the actor never saw it. Edits of the same millisecond count as later.
 */
export function isChangedSince(use: Tally, changes: Tally | undefined): boolean | null {
  const seen = timesOf(use, seenKinds)
  if (!seen) return null
  const changed = changes && timesOf(changes, ['edited', 'deleted'])
  return changed !== undefined && changed.lastAt >= seen.lastAt
}

/** The latest first; of the same time, by id. */
export const byLast = (one: Tally, other: Tally): number =>
  lastOf(other) - lastOf(one) || (one.thing.id + one.actor.id < other.thing.id + other.actor.id ? -1 : 1)
const lastOf = (tally: Tally): number => timesOf(tally, tallyKinds)?.lastAt ?? 0

/** Whether this is one of the actors that are people or machine accounts: all but `anyone`. */
export const isOne = ({ kind }: Actor): boolean => kind !== 'anyone'
