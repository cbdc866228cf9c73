// What is read of the log for the story of an incident: a bounded number of queries, each with a bounded number of events. Pure.
import { type Network, networkOf, parseAddress, parseNetwork } from '../../../addresses.ts'
import type { IdField } from '../../../events/event.ts'
import { type Guid, parseGuid } from '../../../guid.ts'
import { earliestInstantMs, type Instant, instantAt, millisecondsOf } from '../../../instant.ts'
import type { EventQuery } from '../../../log/query.ts'
import type { AlertRecord } from '../../alert.ts'
import { partsOfKey } from '../entities.ts'
import type { IncidentRecord } from '../incident.ts'
import { actorsIn, newAddressesOf } from './suspicion.ts'

/** Most events that are read for a story. */
export const storyEventsMax = 2_000
/** Most people and machine accounts whose events are read: those who acted come first. */
export const peopleReadMax = 20
/** Most pages of the search for the events of new addresses. */
const addressPagesMax = 2
/** How long before the first event of its alerts, and after its last match, the story of an incident begins and ends, in milliseconds. */
const storyBeforeMs = 3_600_000
const storyAfterMs = 24 * 3_600_000

/** A query, how many events it is to give at most, and in how many pages: those of an address are searched for in the whole log. */
export type StoryRead = { readonly query: Omit<EventQuery, 'log'>; readonly limit: number; readonly pagesMax: number }

/** What is read, and whether everybody of the incident is in it. */
type StoryReads = { readonly reads: readonly StoryRead[]; readonly isWhole: boolean }

/**
 * The reads for an incident: all that came from its new addresses, all that those did who acted in its alerts, and what
 * was done to its people. `membersOf` gives the members of an account.
 */
export function readsFor(
  incident: Pick<IncidentRecord, 'entities' | 'from' | 'to'>,
  alerts: readonly AlertRecord[],
  membersOf: (userId: Guid) => readonly Guid[],
): StoryReads {
  const range = rangeOf(incident, alerts)
  const actors = actorsIn(alerts)
  const people = [...new Set([...actors, ...incident.entities.map(({ key }) => key)])].filter(
    (key) => partsOfKey(key).kind !== 'address',
  )
  const read = people.slice(0, peopleReadMax)
  const ids = read.flatMap((key) => idsToRead(key, actors.has(key), membersOf))
  const networks = newAddressesOf(incident).flatMap((address) => networkOfAddress(address) ?? [])
  const ofAddresses = networks.length > 0 ? storyEventsMax / 2 : 0
  const limit = Math.floor((storyEventsMax - ofAddresses) / Math.max(ids.length, 1))
  return {
    reads: [
      ...(networks.length > 0
        ? [{ query: { ...range, filters: [], traits: { networks } }, limit: ofAddresses, pagesMax: addressPagesMax }]
        : []),
      ...ids.map((filter) => ({ query: { ...range, filters: [filter], traits: {} }, limit, pagesMax: 1 })),
    ],
    isWhole: people.length <= peopleReadMax,
  }
}

/** The ids by which the events of an entity are found: as who acted, and as the member whom something was done to. */
function idsToRead(key: string, acted: boolean, membersOf: (userId: Guid) => readonly Guid[]) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  if (!id) return []
  const by = (field: IdField, of: Guid) => ({ fields: [field], ids: [of] })
  if (kind === 'machine') return [by('serviceAccountId', id)]
  if (kind === 'member') return [by('organizationUserId', id)]
  return [
    ...(acted ? [by('actingUserId', id)] : []),
    ...membersOf(id)
      .slice(0, 1)
      .map((member) => by('organizationUserId', member)),
  ]
}

/** From before the first event of the alerts until after the last match. */
function rangeOf({ from, to }: Pick<IncidentRecord, 'from' | 'to'>, alerts: readonly AlertRecord[]) {
  const begins = alerts.map(({ firstEventAt }) => firstEventAt).reduce(earlier, from)
  return {
    from: instantAt(Math.max(earliestInstantMs, millisecondsOf(begins) - storyBeforeMs)),
    to: instantAt(millisecondsOf(to) + storyAfterMs),
  }
}

const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other)

/** The network of an address as entities have it: an IPv6 address is a /64. Undefined for a text that is no address. */
function networkOfAddress(address: string): Network | undefined {
  const single = parseAddress(address)
  return single ? networkOf(single, single.length * 8) : parseNetwork(address)
}
