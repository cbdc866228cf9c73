// Keys of the event table: newest first by key order, one index for each id that lists filter by. Pure.
import { type AcceptedEvent, type EventLog, type IdField, logOf } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import { type Instant, millisecondsOf, parseInstant } from '../../../domain/instant.ts'
import { indexedFields } from '../../../domain/log/query.ts'

// Partition and row keys of events are the reference server's, so that it and Keytrail read each other's rows. The
// indexes of the second line, the guard rows, the feed rows (`Seq=`) and the head are ours.

export type IndexedField = (typeof indexedFields)[number]

export const isIndexed = (field: IdField): field is IndexedField => indexedFields.some((indexed) => indexed === field)

const partitionNames = { organization: 'OrganizationId', provider: 'ProviderId', user: 'UserId' } as const

/** The partition that a log fills. */
export const partitionKeyOf = (log: EventLog): string => `${partitionNames[log.kind]}=${log.id}`

const endOfTimeMs = Date.UTC(9999, 0, 1)
const descendingKey = (ms: number): string => String(endOfTimeMs - ms).padStart(15, '0')

/** The key of an event in the list, and the end of its keys in indexes: newest first to the millisecond, then by id. It is the cursor of lists. */
export const listKeyOf = (event: Pick<AcceptedEvent, 'date' | 'id'>): string =>
  `Date=${descendingKey(millisecondsOf(event.date))}__Uniquifier=${event.id}`

/** Whether a text is such a key, of ours or of a reference server (whose keys may have fractions of a millisecond). */
export const isListKey = (text: string): boolean => /^Date=\d{1,15}(\.\d+)?__Uniquifier=[0-9a-f-]{36}$/.test(text)

const indexName = (field: IndexedField): string => `${field.charAt(0).toUpperCase()}${field.slice(1)}`

/** The keys of an index whose ids begin with these digits, after all keys of an id. */
export const indexKeys = (field: IndexedField, digits: string, after: Guid | null): Omit<KeyRange, 'prefix'> => ({
  after: `${indexName(field)}=${after === null ? digits : `${after}~`}`,
  before: `${indexName(field)}=${digits}~`,
})

/** The id in the key of a row of an index. */
export const idInIndex = (key: string): string | undefined => /=([0-9a-f-]{36})__/.exec(key)?.[1]

const indexPrefix = (field: IndexedField, id: Guid): string => `${indexName(field)}=${id}__`

/**
 * The key of the guard of an event whose date is the server's: a row without content. A repeat would get a later date, and so other
 * keys. The guard has the list key by the client's date, which is also the key of a repeat whose date is accepted by then;
 * without a readable date, a key of the id alone. Undefined for an event that has its own date.
 */
export function guardKeyOf({ id, clientDate }: Pick<AcceptedEvent, 'id' | 'clientDate'>): string | undefined {
  if (clientDate === undefined) return undefined
  const date = parseInstant(clientDate)
  return date ? listKeyOf({ id, date }) : `Id=${id}`
}

/** The key of the row that shows an event is stored. */
export const proofKeyOf = (event: AcceptedEvent): string => guardKeyOf(event) ?? listKeyOf(event)

/** Every row of an event: the list's, one an index, and the guard. */
export function rowKeysOf(event: AcceptedEvent): string[] {
  const listKey = listKeyOf(event)
  const isPersonalLog = logOf(event)?.kind === 'user'
  const prefixes = indexedFields.flatMap((field) => {
    const id = event[field]
    // A personal log has only what its user did: the index would repeat the list.
    return id && !(isPersonalLog && field === 'actingUserId') ? [indexPrefix(field, id)] : []
  })
  return [...new Set([listKey, ...prefixes.map((prefix) => prefix + listKey), proofKeyOf(event)])]
}

/** A range of row keys: `after` < key < `before`, every key of it beginning with `prefix`. */
export type KeyRange = { readonly prefix: string; readonly after: string; readonly before: string }

/** The rows of one list or index dated from `from` to `to`, starting after the cursor; a millisecond wider at each end. */
export function keyRange(
  index: { readonly field: IndexedField; readonly id: Guid } | undefined,
  from: Instant,
  to: Instant,
  cursor: string | null,
): KeyRange {
  const prefix = index ? indexPrefix(index.field, index.id) : ''
  const newest = `Date=${descendingKey(millisecondsOf(to) + 1)}`
  const oldest = `Date=${descendingKey(millisecondsOf(from) - 1)}`
  const after = cursor !== null && cursor > newest ? cursor : newest
  return { prefix, after: prefix + after, before: prefix + oldest }
}

/** The key of the row that says how many events a log has. */
export const headKey = 'Head'

/** The key of a feed row: rows in order of the number of their first event, from 1 on. */
export const feedKey = (first: number): string => `Seq=${String(first).padStart(15, '0')}`

/** The number of the first event of a feed row. */
export const firstNumberOf = (key: string): number => Number(key.slice('Seq='.length))

/** Whether a key is one of a feed row. */
export const isFeedKey = (key: string): boolean => /^Seq=\d{15}$/.test(key)

/** Below the key, in a list, of every event of this time (Unix ms) or earlier; lists are newest first. */
export const listKeysAt = (ms: number): string => `Date=${descendingKey(ms)}`
/** Above every key of a list. */
export const listKeysEnd = 'Date=~'

/** The event's id and date (Unix ms) in the key of a row of a list or index. Undefined for other keys. */
export function listKeyParts(key: string): { readonly id: string; readonly ms: number } | undefined {
  const [, digits, id] = /(?:^|__)Date=(\d{1,15})(?:\.\d+)?__Uniquifier=([0-9a-f-]{36})$/.exec(key) ?? []
  return digits === undefined || id === undefined ? undefined : { id, ms: endOfTimeMs - Number(digits) }
}
