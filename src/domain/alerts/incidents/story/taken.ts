// What was taken in an incident: items by how, secrets, and exports. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import type { Guid } from '../../../guid.ts'
import { formatInstant, type Instant, instantAt } from '../../../instant.ts'
import { distinct } from '../../what-happened.ts'
import { exportedVault, secretRetrieved, wayOfTaking, waysOfTaking } from './kinds.ts'
import { actorName, type Wording } from './phrases.ts'

/** Most items that a story lists: critical ones first, then those whose secrets were taken. */
export const itemsListedMax = 100
/** Most exports that a story lists: the first ones. */
export const exportsListedMax = 20

/** What these events, in order of time, took. */
export function takenIn(events: readonly StoredEvent[], { names, isCritical }: Wording) {
  const items = [...Map.groupBy(events.filter(takesItem), ({ cipherId }) => cipherId)].map(([itemId, reads]) => ({
    itemId,
    name: names.item(itemId),
    isCritical: isCritical(itemId),
    how: waysOfTaking.filter((way) => reads.some(({ type }) => wayOfTaking(type) === way)),
    at: formatInstant(reads.map(({ date }) => date).reduce(earlier)),
  }))
  const exports = events.flatMap((event) => {
    const what = exportedVault(event.type)
    return what ? [{ eventId: event.id, at: formatInstant(event.date), what, by: actorName(event, names) }] : []
  })
  const secrets = events.flatMap(({ type, secretId }) => (type === secretRetrieved ? [secretId] : []))
  return {
    itemCount: items.length,
    criticalCount: items.filter((item) => item.isCritical).length,
    secretCount: distinct(secrets).length,
    items: items
      .sort((one, other) => weightOf(other) - weightOf(one) || (one.at + one.itemId < other.at + other.itemId ? -1 : 1))
      .slice(0, itemsListedMax),
    exports: exports.slice(0, exportsListedMax),
  }
}

type Taken = ReturnType<typeof takenIn>

/**
 * What was taken, with when each item was edited or deleted last since then, as `lastChangeOf` knows (Unix ms); null if it was not:
 * then what the attacker knows may still be good.
 */
export const withChanges = (taken: Taken, lastChangeOf: (itemId: Guid) => number | undefined) => ({
  ...taken,
  items: taken.items.map((item) => {
    const changed = lastChangeOf(item.itemId)
    const isSince = changed !== undefined && changed > Date.parse(item.at)
    return { ...item, changedAt: isSince ? formatInstant(instantAt(changed)) : null }
  }),
})

const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other)

type ItemEvent = StoredEvent & { readonly cipherId: Guid }
const takesItem = (event: StoredEvent): event is ItemEvent =>
  event.cipherId !== undefined && wayOfTaking(event.type) !== undefined

/** Critical items weigh most, then those of which more than a view was taken. */
const weightOf = ({ isCritical, how }: { readonly isCritical: boolean; readonly how: readonly string[] }): number =>
  (isCritical ? 2 : 0) + (how.some((way) => way !== 'viewed') ? 1 : 0)
