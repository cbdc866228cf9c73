// Reads events from the key ranges of the event table: one range, or several merged into one order.
import type { TableClient } from '@azure/data-tables'
import type { StoredEvent } from '../domain/event.ts'
import type { Guid } from '../domain/guid.ts'
import type { EventQuery } from '../domain/query.ts'
import { type IndexedField, isIndexed, keyRange, partitionKeyOf } from '../domain/row-keys.ts'
import { eventOf, rangeFilter, traitFilters } from './event-rows.ts'

/** An event and its place in the order that every index shares. */
export type PositionedEvent = { readonly position: string; readonly event: StoredEvent }

type Index = { readonly field: IndexedField; readonly id: Guid } | undefined

/** Most rows the service gives in one answer. */
const answerRowsMax = 1_000
/** Longest reading of one list, in milliseconds. */
const listMsMax = 30_000

/**
 * The rows that may hold what a query asks for, newest first, each event once: from the indexes of the first filter that
 * has them, else from the whole log. The other filters are left to the caller. One answer holds a page of `limit`, and
 * one row more to tell whether there is another page.
 */
export async function* mergedRows(
  table: TableClient,
  query: EventQuery,
  limit: number,
  after: string | null,
): AsyncGenerator<PositionedEvent> {
  const indexes = indexesOf(query)
  const unindexed = query.filters.length - (indexes.includes(undefined) ? 0 : 1)
  const selective = unindexed > 0 || Object.keys(query.traits).length > 0
  const answerRows = selective ? answerRowsMax : Math.min(limit + 1, answerRowsMax)
  const sources = indexes.map((index) => rowsOf(table, query, index, answerRows, after))
  const heads = await Promise.all(sources.map((source) => source.next()))
  let last = ''
  for (;;) {
    const first = heads.reduce<number | undefined>((best, head, index) => {
      const leader = best === undefined ? undefined : heads[best]
      return !head.done && (!leader || leader.done || head.value.position < leader.value.position) ? index : best
    }, undefined)
    const source = first === undefined ? undefined : sources[first]
    const head = first === undefined ? undefined : heads[first]
    if (first === undefined || !source || !head || head.done) return
    if (head.value.position !== last) yield head.value
    last = head.value.position
    heads[first] = await source.next()
  }
}

function indexesOf({ filters }: EventQuery): Index[] {
  for (const { fields, id } of filters) {
    const indexed = fields.filter(isIndexed)
    if (indexed.length === fields.length) return indexed.map((field) => ({ field, id }))
  }
  return [undefined]
}

async function* rowsOf(
  table: TableClient,
  { log, from, to, traits }: EventQuery,
  index: Index,
  answerRows: number,
  after: string | null,
): AsyncGenerator<PositionedEvent, undefined> {
  const range = keyRange(index, from, to, after)
  const filter = [rangeFilter(partitionKeyOf(log), range), ...traitFilters(traits)].join(' and ')
  const abortSignal = AbortSignal.timeout(listMsMax)
  const answers = table.listEntities({
    queryOptions: { filter },
    disableTypeConversion: true,
    abortSignal,
  })
  for await (const rows of answers.byPage({ maxPageSize: answerRows })) {
    for (const row of rows) {
      const event = eventOf(row)
      if (event) yield { position: (row.rowKey ?? '').slice(range.prefix.length), event }
    }
  }
  return undefined
}
