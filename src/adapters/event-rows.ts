// Events as rows of the event table, and back: columns and their types are the reference server's, whose rows read just as well.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { AcceptedEvent, idFields, type StoredEvent } from '../domain/event.ts'
import { parseInstant } from '../domain/instant.ts'
import type { TraitFilter } from '../domain/query.ts'
import type { KeyRange } from '../domain/row-keys.ts'

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

/** The filter for one partition's rows in a key range (OData, as the Table service takes it). */
export const rangeFilter = (partitionKey: string, { after, before }: KeyRange): string =>
  odata`PartitionKey eq ${partitionKey} and RowKey gt ${after} and RowKey lt ${before}`

/** The service takes 15 comparisons in a filter: a range has three, an address and a device one each. */
const typeComparisonsMax = 10

/** Filters on columns, so that the service passes over rows instead of sending them; too many types are left to the caller. */
export function traitFilters({ types = [], ipAddress, deviceType }: TraitFilter): string[] {
  const ofTypes = types.map((type) => odata`Type eq ${type}`).join(' or ')
  return [
    ...(types.length > 0 && types.length <= typeComparisonsMax ? [`(${ofTypes})`] : []),
    ...(ipAddress === undefined ? [] : [odata`IpAddress eq ${ipAddress}`]),
    ...(deviceType === undefined ? [] : [odata`DeviceType eq ${deviceType}`]),
  ]
}
