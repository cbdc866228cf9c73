// Numbers of events in the event table: as columns, and which events have them, by the rows of lists and indexes.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import type { AcceptedEvent, StoredEvent } from '../../../domain/events/event.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { guardKeyOf, listKeysAt, listKeysEnd, rowKeysOf } from './row-keys.ts'
import { columnsOf, eventOf, guardColumns } from './rows.ts'

/** A whole number as the service sends it, its type converted or not: of 64 bits, so that it has one type however large it is. */
export const WholeNumber = v.pipe(
  v.union([
    v.bigint(),
    v.number(),
    v.pipe(
      v.object({ type: v.literal('Int64'), value: v.string() }),
      v.transform(({ value }) => value),
    ),
  ]),
  v.transform(Number),
  v.safeInteger(),
  v.minValue(0),
)

/** A whole number as a column. */
export const wholeNumber = (value: number) => ({ type: 'Int64', value: String(value) })

/** The number in a row; undefined where it cannot be read. */
export function numberIn(row: Readonly<Record<string, unknown>>): number | undefined {
  const read = v.safeParse(WholeNumber, row.Number)
  return read.success && read.output > 0 ? read.output : undefined
}

/** Every row of an event of this number: in the list, in each index, and its guard. */
export function rowsOfEvent(partitionKey: string, event: AcceptedEvent, number: number) {
  const columns = { ...columnsOf(event), Number: wholeNumber(number) }
  const guardKey = guardKeyOf(event)
  return rowKeysOf(event).map((rowKey) => ({ partitionKey, rowKey, ...(rowKey === guardKey ? guardColumns : columns) }))
}

/** Numbers of events from `first` to before `before`, that were stored at `storedAt` (Unix ms) or earlier. */
type Numbers = { readonly first: number; readonly before: number; readonly storedAt: number | undefined }

const dayMs = 86_400_000
/** Longest search for numbers during a request, in milliseconds. */
export const searchMsMax = 10_000

/**
 * The events that have these numbers, as far as lists and indexes say: most were stored soon after they happened, so those are
 * searched first, and then all rows of the log. The search ends after `msMax`, with what was found.
 */
export async function eventsNumbered(
  table: Table,
  partitionKey: string,
  { first, before, storedAt }: Numbers,
  msMax: number,
): Promise<ReadonlyMap<number, StoredEvent>> {
  const found = new Map<number, StoredEvent>()
  const signal = AbortSignal.timeout(msMax)
  const inLog = odata`PartitionKey eq ${partitionKey}`
  const from = listKeysAt((storedAt ?? Date.now()) + dayMs)
  const recent = `${inLog} and ${odata`RowKey ge ${from} and RowKey lt ${listKeysEnd}`}`
  for (const keys of [recent, inLog]) {
    const filter = `${keys} and Number ge ${first}L and Number lt ${before}L`
    try {
      for await (const { rows } of table.pages({ filter, withTypes: true, signal })) {
        for (const row of rows) note(row)
        if (found.size === before - first) return found
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  return found

  function note(row: StoredRow): void {
    const [event, number] = [eventOf(row), numberIn(row)]
    if (event && number !== undefined) found.set(number, event)
  }
}
