// Reads events from the key ranges of the event table: one range, or several merged into one order.
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EventQuery } from '../../../domain/log/query.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import type { EventMender } from './mend.ts'
import { type IndexedField, isIndexed, type KeyRange, keyRange, partitionKeyOf } from './row-keys.ts'
import { eventOf, isGuard, rangeFilter, traitFilters } from './rows.ts'

/**
 * A step through the order that every index shares: an event that the query may ask for, or none up to this cursor.
 * `scanned` is how many rows the step took.
 */
export type ListStep = { readonly cursor: string; readonly event: StoredEvent | undefined; readonly scanned: number }

type Index = { readonly field: IndexedField; readonly id: Guid } | undefined
type Range = KeyRange & { readonly partitionKey: string; readonly signal: AbortSignal }

/** The event table, and what mends its rows. */
type ListTable = { readonly table: Table; readonly mender: EventMender }

/** Most rows that the service gives in one response. */
const pageRowsMax = 1_000
/** Longest reading of one list, in milliseconds. */
const listMsMax = 30_000

/**
 * The rows that may hold what a query asks for, newest first, each event once: from the indexes of the most selective filter
 * that has them, else from the whole log. The caller applies the other filters, and reads `rowsMax` rows at most. One
 * response holds a page of `limit`, and one row more, which shows that another page follows.
 */
export async function* listSteps(
  { table, mender }: ListTable,
  query: EventQuery,
  limit: number,
  after: string | null,
  rowsMax: number,
): AsyncGenerator<ListStep> {
  if (query.traits.types?.length === 0 || query.traits.deviceTypes?.length === 0) return
  const indexes = indexesOf(query)
  const others = query.filters.length - (indexes.includes(undefined) ? 0 : 1)
  const selective = others > 0 || Object.keys(query.traits).length > 0
  const pageRows = Math.min(selective ? rowsMax : limit + 1, pageRowsMax)
  const sources = indexes.map((index) => stepsIn({ table, mender }, query, index, pageRows, after))
  const heads = await Promise.all(sources.map((source) => source.next()))
  let lastEvent = ''
  for (;;) {
    const first = heads.reduce<number | undefined>((best, head, index) => {
      const leader = best === undefined ? undefined : heads[best]
      return !head.done && (!leader || leader.done || head.value.cursor < leader.value.cursor) ? index : best
    }, undefined)
    const source = first === undefined ? undefined : sources[first]
    const head = first === undefined ? undefined : heads[first]
    if (first === undefined || !source || !head || head.done) return
    const { cursor, event } = head.value
    yield cursor === lastEvent ? { ...head.value, event: undefined } : head.value
    if (event) lastEvent = cursor
    heads[first] = await source.next()
  }
}

/** Most ranges of keys that are merged into one list. */
const indexRangesMax = 24
/** Fields whose ids may be in most events of a log, the more so the later. */
const broadFields: readonly IndexedField[] = ['organizationUserId', 'serviceAccountId', 'actingUserId']

/** The key ranges of the most selective filter; that of the whole log if no filter has indexes. */
function indexesOf({ filters }: EventQuery): Index[] {
  const indexed = filters.flatMap(({ fields, ids, systemUsers = [], negated = false }) => {
    const known = fields.flatMap((field) => (field !== 'id' && isIndexed(field) ? [field] : []))
    if (negated || systemUsers.length > 0 || known.length < fields.length) return []
    if (fields.length * ids.length > indexRangesMax) return []
    return [{ fields: known, ids, breadth: Math.max(...known.map((field) => broadFields.indexOf(field))) }]
  })
  if (indexed.length === 0) return [undefined]
  const best = indexed.reduce((one, other) => (other.breadth < one.breadth ? other : one))
  return best.fields.flatMap((field) => best.ids.map((id) => ({ field, id })))
}

function stepsIn(
  list: ListTable,
  { log, from, to, traits }: EventQuery,
  index: Index,
  pageRows: number,
  after: string | null,
): AsyncGenerator<ListStep, undefined> {
  const signal = AbortSignal.timeout(listMsMax)
  const range = { ...keyRange(index, from, to, after), partitionKey: partitionKeyOf(log), signal }
  const filters = traitFilters(traits)
  return filters.length === 0 ? rowsOf(list, range, pageRows) : filteredRows(list, range, pageRows, filters)
}

/** Every row of a range, a step each. */
async function* rowsOf(list: ListTable, range: Range, pageRows: number): AsyncGenerator<ListStep, undefined> {
  const { prefix, signal } = range
  const query = { filter: rangeFilter(range.partitionKey, range), withTypes: true, signal }
  for await (const { rows } of list.table.pages(query, pageRows)) {
    for (const row of rows) {
      yield { cursor: cursorIn(row.rowKey, prefix), event: await eventIn(list, range, row), scanned: 1 }
    }
  }
  return undefined
}

/**
 * The rows of a range that pass these filters, as the service sends them. With a filter that nothing passes, the service would search
 * all of the range before it responds, or stop at any time without saying how far it came. So the keys alone of the next
 * `pageRows` rows are read first, and then what passes among those.
 */
async function* filteredRows(
  list: ListTable,
  range: Range,
  pageRows: number,
  filters: readonly string[],
): AsyncGenerator<ListStep, undefined> {
  const { partitionKey, prefix, signal } = range
  let { after } = range
  for (;;) {
    const keys = await nextKeys(list.table, { ...range, after }, pageRows)
    if (!keys) return undefined
    const filter = [rangeFilter(partitionKey, { after, before: `${keys.last}~` }), ...filters].join(' and ')
    for await (const { rows } of list.table.pages({ filter, withTypes: true, signal })) {
      for (const row of rows) {
        yield { cursor: cursorIn(row.rowKey, prefix), event: await eventIn(list, range, row), scanned: 0 }
      }
    }
    yield { cursor: cursorIn(keys.last, prefix), event: undefined, scanned: keys.count }
    if (!keys.more) return undefined
    after = keys.last
  }
}

/** How many rows come next in a range, in one page, the key of the last, and whether more follow; undefined at its end. */
async function nextKeys(table: Table, range: Range, pageRows: number) {
  const query = { filter: rangeFilter(range.partitionKey, range), columns: [], signal: range.signal }
  for await (const { rows, more } of table.pages(query, pageRows)) {
    const last = rows.at(-1)?.rowKey
    // The service may end a page early, even without a row.
    if (last !== undefined) return { last, count: rows.length, more }
  }
  return undefined
}

const cursorIn = (rowKey: string, prefix: string): string => rowKey.slice(prefix.length)

/** The event of a row; undefined for a guard, and for a damaged row whose event is not found. */
async function eventIn({ table, mender }: ListTable, { partitionKey }: Range, row: StoredRow) {
  const event = eventOf(row)
  return event || isGuard(row) ? event : mender.listRow(table, partitionKey, row)
}
