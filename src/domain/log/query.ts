// What a list asks for: a log, a time range and filters. Pure.
import * as v from 'valibot'
import { isWithin, type Network, parseAddress } from '../addresses.ts'
import type { EventLog, IdField, StoredEvent } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import { earliestInstantMs, Instant, instantAt, millisecondsOf, parseInstant } from '../instant.ts'

/** A field that holds an id; `id` is the event's own. */
export type FilterField = IdField | 'id'

/**
 * Asks for events that have one of these ids in one of these fields, or that one of these system users did; `negated`: for
 * all others.
 */
export type IdFilter = {
  readonly fields: readonly FilterField[]
  readonly ids: readonly Guid[]
  readonly systemUsers?: readonly number[]
  readonly negated?: boolean
}

/** Types of events, networks and types of devices; an absent trait matches any. */
type Traits = {
  readonly types?: readonly number[]
  readonly networks?: readonly Network[]
  readonly deviceTypes?: readonly number[]
}

/** Asks for events of one of these types, from one of these networks, from one of these types of device; `not`: with none of those. */
export type TraitFilter = Traits & { readonly not?: Traits }

/** Asks for the events of one log, dated from `from` to `to`, both included, that pass every filter; newest first. */
export type EventQuery = {
  readonly log: EventLog
  readonly from: Instant
  readonly to: Instant
  readonly filters: readonly IdFilter[]
  readonly traits: TraitFilter
}

/** The fields in which an event names the thing it is about; the public API's `itemId` means any of them. */
export const resourceFields = [
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
  'organizationUserId',
  'secretId',
  'projectId',
] as const satisfies readonly IdField[]

/** The fields whose ids have an index in every store: events with such an id are found without reading the log. */
export const indexedFields = [
  ...(['actingUserId', 'cipherId', 'sendId', 'serviceAccountId', 'secretId', 'projectId'] as const),
  ...(['grantedServiceAccountId', 'collectionId', 'groupId', 'policyId', 'organizationUserId'] as const),
] as const satisfies readonly IdField[]

/** Whether an event of the query's log is one that the query asks for. */
export const matches = (event: StoredEvent, { from, to, filters, traits }: Omit<EventQuery, 'log'>): boolean =>
  from <= event.date &&
  event.date <= to &&
  filters.every((filter) => passesIds(event, filter)) &&
  (traits.types?.includes(event.type) ?? true) &&
  (traits.networks === undefined || isFrom(event, traits.networks)) &&
  (traits.deviceTypes === undefined || isOnDevice(event, traits.deviceTypes)) &&
  (traits.not === undefined || hasNone(event, traits.not))

const passesIds = (event: StoredEvent, { fields, ids, systemUsers = [], negated = false }: IdFilter): boolean =>
  (fields.some((field) => ids.some((id) => event[field] === id)) || isBySystem(event, systemUsers)) !== negated

/** A system user acted only where no person did. */
const isBySystem = ({ actingUserId, systemUser }: StoredEvent, systemUsers: readonly number[]): boolean =>
  actingUserId === undefined && systemUser !== undefined && systemUsers.includes(systemUser)

const hasNone = (event: StoredEvent, { types = [], networks = [], deviceTypes = [] }: Traits): boolean =>
  !types.includes(event.type) && !isOnDevice(event, deviceTypes) && !isFrom(event, networks)

const isOnDevice = ({ deviceType }: StoredEvent, deviceTypes: readonly number[]): boolean =>
  deviceType !== undefined && deviceTypes.includes(deviceType)

function isFrom({ ipAddress }: StoredEvent, networks: readonly Network[]): boolean {
  const address = ipAddress === undefined || networks.length === 0 ? undefined : parseAddress(ipAddress)
  return address !== undefined && networks.some((network) => isWithin(address, network))
}

/** Longest range of one list. */
export const rangeDaysMax = 367
/** Length of a range without `start`. */
const rangeDaysDefault = 30

const dayMs = 86_400_000

export type EventRange = { readonly from: Instant; readonly to: Instant }
type RequestedRange = { readonly kind: 'range'; readonly range: EventRange }
export type RangeRefusal = {
  readonly kind: 'refused'
  readonly reason: 'start-unreadable' | 'end-unreadable' | 'range-too-long'
}

/**
 * The range that `start` and `end` ask for. Without `end` it ends with today (UTC); without `start` it begins at 00:00,
 * 30 days before its end; a reversed one is swapped. Refuses anything but dates, and more than 367 days.
 */
export function rangeOf(start: string | null, end: string | null, now: Instant): RequestedRange | RangeRefusal {
  const to = end === null ? endOfDay(millisecondsOf(now)) : parseEnd(end)
  if (!to) return { kind: 'refused', reason: 'end-unreadable' }
  const from = start === null ? daysBefore(to) : parseInstant(start)
  if (!from) return { kind: 'refused', reason: 'start-unreadable' }

  const range = from <= to ? { from, to } : { from: to, to: from }
  const tooLong = millisecondsOf(range.to) - millisecondsOf(range.from) > rangeDaysMax * dayMs
  return tooLong ? { kind: 'refused', reason: 'range-too-long' } : { kind: 'range', range }
}

/**
 * Reads the end of a range. One with six fraction digits includes its whole microsecond: connectors continue from their
 * last end plus one microsecond, and an event between the two would be in neither range.
 */
export function parseEnd(text: string): Instant | undefined {
  const end = parseInstant(text)
  return end && /[.,]\d{6}(?!\d)/.test(text) ? v.parse(Instant, end.replace('0Z', '9Z')) : end
}

function daysBefore(to: Instant): Instant | undefined {
  const ms = Math.max(earliestInstantMs, millisecondsOf(to) - rangeDaysDefault * dayMs)
  return parseInstant(instantAt(ms).slice(0, 10))
}

function endOfDay(ms: number): Instant | undefined {
  return parseInstant(`${instantAt(ms).slice(0, 10)}T23:59:59.9999999Z`)
}
