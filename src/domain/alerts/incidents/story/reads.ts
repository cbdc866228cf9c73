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
export const storyEventsMax = 3_000
/** Most people and machine accounts whose events are read: those who acted come first. */
export const peopleReadMax = 20
/** How much of what is read of an account is of the time of the alerts, and not of the time after them. */
const duringShare = 0.7
/** How long after its last match an incident goes on, in milliseconds: an attack may end with what no rule counts. */
const endsAfterMs = 2 * 3_600_000
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
  const { during, after, whole } = rangesOf(incident, alerts)
  const actors = actorsIn(alerts)
  const people = [...new Set([...actors, ...incident.entities.map(({ key }) => key)])].filter(
    (key) => partsOfKey(key).kind !== 'address',
  )
  const read = people.slice(0, peopleReadMax)
  const acted = read.flatMap((key) => (actors.has(key) ? actorFilters(key) : []))
  const targets = read.flatMap((key) => targetFilters(key, membersOf))
  const networks = newAddressesOf(incident).flatMap((address) => networkOfAddress(address) ?? [])
  const ofAddresses = networks.length > 0 ? storyEventsMax / 3 : 0
  const share = (storyEventsMax - ofAddresses) / Math.max(acted.length + targets.length, 1)
  const atAddresses = { filters: [], traits: { networks } }
  // Most of what is read is of the time of the alerts: what follows may be much more, and is read newest first.
  const [most, rest] = [duringShare, 1 - duringShare]
  return {
    reads: [
      ...(networks.length > 0
        ? [
            { query: { ...during, ...atAddresses }, limit: Math.floor(ofAddresses * most), pagesMax: addressPagesMax },
            { query: { ...after, ...atAddresses }, limit: Math.floor(ofAddresses * rest), pagesMax: 1 },
          ]
        : []),
      ...acted.flatMap((filter) => [
        { query: { ...during, filters: [filter], traits: {} }, limit: Math.floor(share * most), pagesMax: 1 },
        { query: { ...after, filters: [filter], traits: {} }, limit: Math.floor(share * rest), pagesMax: 1 },
      ]),
      ...targets.map((filter) => {
        return { query: { ...whole, filters: [filter], traits: {} }, limit: Math.floor(share), pagesMax: 1 }
      }),
    ],
    isWhole: people.length <= peopleReadMax,
  }
}

const by = (field: IdField, id: Guid) => ({ fields: [field], ids: [id] })

/** By what the events are found in which an account acted. */
function actorFilters(key: string) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  return id ? [by(kind === 'machine' ? 'serviceAccountId' : 'actingUserId', id)] : []
}

/** By what the events are found that are about an entity: a person as a member. */
function targetFilters(key: string, membersOf: (userId: Guid) => readonly Guid[]) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  if (!id || kind === 'machine') return []
  const [member] = kind === 'member' ? [id] : membersOf(id)
  return member ? [by('organizationUserId', member)] : []
}

/** From before the first event of the alerts until shortly after the last match, from then on, and both together. */
function rangesOf({ from, to }: Pick<IncidentRecord, 'from' | 'to'>, alerts: readonly AlertRecord[]) {
  const begins = alerts.map(({ firstEventAt }) => firstEventAt).reduce(earlier, from)
  const first = instantAt(Math.max(earliestInstantMs, millisecondsOf(begins) - storyBeforeMs))
  const between = instantAt(millisecondsOf(to) + endsAfterMs)
  const last = instantAt(millisecondsOf(to) + storyAfterMs)
  return { during: { from: first, to: between }, after: { from: between, to: last }, whole: { from: first, to: last } }
}

const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other)

/** The network of an address as entities have it: an IPv6 address is a /64. Undefined for a text that is no address. */
function networkOfAddress(address: string): Network | undefined {
  const single = parseAddress(address)
  return single ? networkOf(single, single.length * 8) : parseNetwork(address)
}
