// The filters of the events view: in its address, as the API's parameters, and as a test of one event. Pure.
import { isWithin, parseAddress, parseNetwork } from '../../../src/domain/addresses.ts'
import { type EventCategory, eventTypes } from '../../../src/domain/events/event-types.ts'
import { textOrNull } from '../../api/read.ts'
import type { ListedEvent } from '../event.ts'
import { rangeOfSearch, withoutTimes } from './search/search-text.ts'

/** The ranges that end now, by their name in the address, in milliseconds. */
export const ranges = {
  '1h': 3_600_000,
  '1d': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const
type RangeName = keyof typeof ranges
const rangeDefault: RangeName = '7d'
const isRangeName = (name: string | null): name is RangeName => name !== null && Object.hasOwn(ranges, name)

/** The parameters that are ids, with the property of an event that each is compared with. */
const idParameters = {
  actingUserId: 'actingUserId',
  collectionId: 'collectionId',
  groupId: 'groupId',
  policyId: 'policyId',
  memberId: 'organizationUserId',
  secretId: 'secretId',
  projectId: 'projectId',
} as const
type IdParameter = keyof typeof idParameters
const idParameterNames: readonly IdParameter[] = [
  'actingUserId',
  'collectionId',
  'groupId',
  'policyId',
  'memberId',
  'secretId',
  'projectId',
]

/** The properties that `itemId` is compared with: everything that an event can be about. */
const itemProperties = [
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
  'organizationUserId',
  'secretId',
  'projectId',
] as const

/** Every parameter of the address that filters, other than the range and the search. */
export const filterNames = ['itemId', 'type', 'category', 'ipAddress', 'device', ...idParameterNames] as const
type FilterName = (typeof filterNames)[number]

export const categories: readonly EventCategory[] = [...new Set(eventTypes.map(({ category }) => category))]

/** A range that ends now, or one with given ends (RFC 3339); for an open end, the API's default applies. */
type Range =
  | { readonly kind: 'last'; readonly name: RangeName }
  | { readonly kind: 'own'; readonly start: string | null; readonly end: string | null }

/** Reads the range of an address: `start` and `end` before `range`, 7 days without any. */
export function rangeIn(query: URLSearchParams): Range {
  const [start, end, name] = [query.get('start'), query.get('end'), query.get('range')]
  if (start !== null || end !== null || name === 'own') return { kind: 'own', start, end }
  return { kind: 'last', name: isRangeName(name) ? name : rangeDefault }
}

/** The filters of an address that have a value. */
export const filtersIn = (query: URLSearchParams): readonly { readonly name: FilterName; readonly value: string }[] =>
  filterNames.flatMap((name) => {
    const value = query.get(name)?.trim()
    return value ? [{ name, value }] : []
  })

/** The search of an address; empty without one. */
export const searchIn = (query: URLSearchParams): string => query.get('q')?.trim() ?? ''

/** The range that applies: that of the search's times, if it has any. */
export const rangeOf = (query: URLSearchParams): Range => {
  const times = rangeOfSearch(searchIn(query))
  return times ? { kind: 'own', ...times } : rangeIn(query)
}

/** The API's parameters for an address at a time; "now" is that time in all pages of one list. */
export function parametersFor(query: URLSearchParams, nowMs: number): URLSearchParams {
  const range = rangeOf(query)
  const parameters = new URLSearchParams()
  const put = (name: string, value: string | null) => value !== null && parameters.set(name, value)
  put('start', range.kind === 'own' ? range.start : new Date(nowMs - ranges[range.name]).toISOString())
  put('end', range.kind === 'own' ? range.end : null)
  put('q', searchForApi(query))
  for (const { name, value } of filtersIn(query)) if (name !== 'category') put(name, value)
  const types = typesIn(query)
  if (types !== null) parameters.set('type', types.join(','))
  return parameters
}

/** The search as the API gets it, its times being the range; null without one. */
export function searchForApi(query: URLSearchParams): string | null {
  const search = searchIn(query)
  const asked = rangeOfSearch(search) ? withoutTimes(search) : search
  return asked.trim() === '' ? null : asked
}

/** The types that pass `type` and `category`, by code; null if neither filters. */
function typesIn(query: URLSearchParams): readonly number[] | null {
  const [type, category] = [query.get('type')?.trim(), query.get('category')]
  if (type) return type.split(',').map(Number)
  const codes = eventTypes.filter((each) => each.category === category).map(({ code }) => code)
  return codes.length === 0 ? null : codes
}

/** Whether a new event passes the filters, the search aside. It is within any range that has no end. */
export function passes(event: ListedEvent, query: URLSearchParams): boolean {
  const { raw } = event
  const is = (property: string, value: string) => textOrNull(raw, property)?.toLowerCase() === value.toLowerCase()
  const types = typesIn(query)
  if (types !== null && !types.includes(event.type)) return false
  return filtersIn(query).every(({ name, value }) => {
    if (name === 'type' || name === 'category') return true
    if (name === 'itemId') return itemProperties.some((property) => is(property, value))
    if (name === 'ipAddress') return isFrom(event, value)
    if (name === 'device') return event.deviceType === Number(value)
    return is(idParameters[name], value)
  })
}

function isFrom({ ipAddress }: ListedEvent, addresses: string): boolean {
  const address = parseAddress(ipAddress ?? '')
  return addresses.split(',').some((text) => {
    const network = parseNetwork(text.trim())
    return address !== undefined && network !== undefined && isWithin(address, network)
  })
}

/** Whether the API accepts a value of an event as a filter: the address that a server wrote may be invalid. */
export const canFilterBy = (name: string, value: string): boolean =>
  name !== 'ipAddress' || parseAddress(value) !== undefined

/** An instant as a field for date and time shows it: local time, to the minute. */
export function fieldTime(at: string | null): string {
  const ms = Date.parse(at ?? '')
  if (Number.isNaN(ms)) return ''
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** The instant in such a field, or the last millisecond of its minute; null if it has none. */
export function timeOfField(text: string, lastOfMinute = false): string | null {
  const ms = new Date(text).getTime()
  return Number.isNaN(ms) ? null : new Date(ms + (lastOfMinute ? 59_999 : 0)).toISOString()
}

/** The parameters without any filter or search, in which all events are. */
export const unfiltered: Readonly<Record<string, null>> = Object.fromEntries(
  ['q', ...filterNames].map((name) => [name, null]),
)

/** Before and after an event, in milliseconds, in which one looks for what belongs to it. */
const aroundMs = 600_000

/** The address of all events around a date. */
export const around = (date: string): Readonly<Record<string, string | null>> => {
  const at = (ms: number) => new Date(Date.parse(date) + ms).toISOString()
  return { ...unfiltered, range: 'own', start: at(-aroundMs), end: at(aroundMs), live: null }
}
