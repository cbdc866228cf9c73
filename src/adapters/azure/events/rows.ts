// Events as rows of the event table, and back: columns and their types are the reference server's, whose rows read just as well.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { leadingDigits, type Network } from '../../../domain/addresses.ts'
import { AcceptedEvent, idFields, type StoredEvent } from '../../../domain/events/event.ts'
import { parseInstant } from '../../../domain/instant.ts'
import type { TraitFilter } from '../../../domain/log/query.ts'
import type { KeyRange } from './row-keys.ts'

/** A row's columns as the service sends them when types are not converted: each with the type's name. */
const Column = v.object({ value: v.union([v.string(), v.number(), v.boolean()]), type: v.string() })
const guidColumns = idFields.map((field) => [field, columnOf(field)] as const)
const numberColumns = [
  ['deviceType', 'DeviceType'],
  ['systemUser', 'SystemUser'],
] as const
const textColumns = [
  ['ipAddress', 'IpAddress'],
  ['domainName', 'DomainName'],
  ['objectName', 'ObjectName'],
  ['actingUserName', 'ActingUserName'],
  ['actingUserEmail', 'ActingUserEmail'],
  ['clientDate', 'ClientDate'],
] as const

function columnOf(field: string): string {
  return field.charAt(0).toUpperCase() + field.slice(1)
}

/** The columns of an event, for each of its rows. */
export function columnsOf(event: AcceptedEvent): Record<string, unknown> {
  const columns: Record<string, unknown> = {
    Type: { type: 'Int32', value: String(event.type) },
    Date: { type: 'DateTime', value: event.date },
  }
  for (const [field, column] of guidColumns) if (event[field]) columns[column] = { type: 'Guid', value: event[field] }
  for (const [field, column] of numberColumns) {
    if (event[field] !== undefined) columns[column] = { type: 'Int32', value: String(event[field]) }
  }
  for (const [field, column] of textColumns) if (event[field] !== undefined) columns[column] = event[field]
  return columns
}

/** Reads a row back; undefined for one that is no event. The id is the row's uniquifier, as in the reference. */
export function eventOf(row: Readonly<Record<string, unknown>>): StoredEvent | undefined {
  const text = (column: string) => {
    const read = v.safeParse(v.union([Column, v.string()]), row[column])
    if (!read.success) return undefined
    return typeof read.output === 'string' ? read.output : String(read.output.value)
  }
  const number = (column: string) => (text(column) === undefined ? undefined : Number(text(column)))
  const entries = [
    ['id', /__?Uniquifier=(.+)$/.exec(text('rowKey') ?? '')?.[1]],
    ['type', number('Type')],
    ['date', parseInstant(text('Date') ?? '')],
    ...guidColumns.map(([field, column]) => [field, text(column)]),
    ...numberColumns.map(([field, column]) => [field, number(column)]),
    ...textColumns.map(([field, column]) => [field, text(column)]),
  ].filter(([, value]) => value !== undefined)
  const read = v.safeParse(AcceptedEvent, Object.fromEntries(entries))
  return read.success ? read.output : undefined
}

/** The column of a guard: it has the key of an event and holds none. */
export const guardColumns = { Guard: true } as const

export const isGuard = (row: Readonly<Record<string, unknown>>): boolean => row.Guard !== undefined

/** The filter for one partition's rows in a key range (OData, as the Table service takes it). */
export const rangeFilter = (partitionKey: string, { after, before }: Omit<KeyRange, 'prefix'>): string =>
  odata`PartitionKey eq ${partitionKey} and RowKey gt ${after} and RowKey lt ${before}`

/** The service takes 15 comparisons in a filter; a range has three. */
const comparisonsMax = 12

/** Comparisons of which any may hold. */
type AnyOf = { readonly count: number; readonly filter: string }

/**
 * Filters on columns, so that the service skips rows instead of sending them. They pass every row that is asked for,
 * and some others: the caller checks each row. A filter that needs more comparisons than are left is dropped, and so is
 * all of `not`: the service passes no row whose column is missing.
 */
export function traitFilters({ types, networks, deviceTypes }: TraitFilter): string[] {
  const filters: AnyOf[] = []
  if (deviceTypes) filters.push(anyOf(deviceTypes.map((type) => odata`DeviceType eq ${type}`)))
  if (networks) filters.push(...addressFilter(networks))
  if (types) filters.push(anyOf(types.map((type) => odata`Type eq ${type}`)))
  let left = comparisonsMax
  return filters.flatMap(({ count, filter }) => {
    if (count > left) return []
    left -= count
    return [`(${filter})`]
  })
}

const anyOf = (comparisons: readonly string[]): AnyOf => ({
  count: comparisons.length,
  filter: comparisons.join(' or '),
})

/**
 * A row may spell its address in another way than we do, if a reference server wrote it. Most rows are skipped nevertheless: those that begin with a digit from 1 to 9 and go on otherwise than any spelling of these addresses does.
 */
function addressFilter(networks: readonly Network[]): AnyOf[] {
  const digits = networks.map(leadingDigits)
  if (digits.includes(undefined)) return []
  const beginnings = [...new Set(digits)].flatMap((text) => (text ? [text] : []))
  const others = odata`IpAddress lt ${'1'} or IpAddress ge ${':'}`
  const ranges = beginnings.map((text) => odata`(IpAddress ge ${text} and IpAddress lt ${following(text)})`)
  return [{ count: 2 + 2 * ranges.length, filter: [others, ...ranges].join(' or ') }]
}

/** The first text, by code units, after all that begin with this one. */
const following = (text: string): string =>
  text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
