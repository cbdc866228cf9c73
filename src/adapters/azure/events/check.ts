// Checks the rows of the event table as they come in order of their keys: each by itself, and each log's list against its feed.
import * as v from 'valibot'
import type { AcceptedEvent } from '../../../domain/events/event.ts'
import { rowsThere, writing } from '../batches.ts'
import { damageOf, isDamage } from '../damaged-rows.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { feedRowIn } from './feed-rows.ts'
import { checkHead } from './head.ts'
import { numberIn, rowsOfEvent } from './numbers.ts'
import { feedKey, firstNumberOf, headKey, isFeedKey, listKeyOf } from './row-keys.ts'
import { eventOf, isGuard } from './rows.ts'

/**
 * Something that is wrong with a log. row: it cannot be read. unlisted: an event of the feed has no row in the list. gap: no feed
 * row has this number.
 */
export type EventFault = { readonly partitionKey: string; readonly rowKey: string; readonly reason: string } & (
  | { readonly kind: 'row'; readonly raw: StoredRow }
  | { readonly kind: 'unlisted'; readonly event: AcceptedEvent; readonly number: number }
  | { readonly kind: 'gap'; readonly number: number }
)

/** Every fault of the table; calls `passed` with the number of rows that were checked so far. */
export async function* eventFaults(table: Table, passed: (rows: number) => void): AsyncGenerator<EventFault> {
  let log = logCheck(table, '')
  let checked = 0
  for await (const { rows } of table.pages({ withTypes: true })) {
    for (const row of rows) {
      const { partitionKey } = v.parse(InPartition, row)
      if (partitionKey !== log.partitionKey) {
        yield* log.faultsAtEnd()
        log = logCheck(table, partitionKey)
      }
      const raw = { ...textsPlain(row), rowKey: row.rowKey, etag: row.etag }
      const reason = log.faultIn(raw)
      if (reason !== undefined) yield { kind: 'row', partitionKey, rowKey: row.rowKey, raw, reason }
      checked += 1
      passed(checked)
    }
  }
  yield* log.faultsAtEnd()
}

const InPartition = v.object({ partitionKey: v.string() })
const Text = v.object({ type: v.literal('String'), value: v.string() })

/** A row that was read with types, in which texts are plain, as in one that was read without. */
function textsPlain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = Object.entries(row).map(([name, column]) => {
    const text = v.safeParse(Text, column)
    return [name, text.success ? text.output.value : column] as const
  })
  return Object.fromEntries(plain)
}

/** Checks the rows of one log. Those of the list come before those of the feed. */
function logCheck(table: Table, partitionKey: string) {
  const listed = new Set<number>()
  const unlisted = new Map<number, AcceptedEvent>()
  const gaps: number[] = []
  let count = 0
  let next = 1

  function checkFeedRow(raw: StoredRow): void {
    const { first, events } = feedRowIn(raw)
    for (const [index, event] of events.entries()) {
      if (event && !listed.has(first + index)) unlisted.set(first + index, event)
    }
    next = first + events.length
  }

  /** What is wrong with a row, if anything is. */
  function faultIn(raw: StoredRow): string | undefined {
    const { rowKey } = raw
    const isFeedRow = rowKey.startsWith('Seq=')
    if (isFeedRow && !isFeedKey(rowKey)) return 'the row key has no number'
    if (isFeedRow) {
      if (firstNumberOf(rowKey) > next && next > 0) gaps.push(next)
      // How many a damaged row has is not known: the gap after it, if there is one, is mended with it.
      next = 0
    }
    try {
      if (rowKey === headKey) count = checkHead(raw).Count
      else if (isFeedRow) checkFeedRow(raw)
      else if (!rowKey.startsWith('Id=') && !isGuard(raw) && !eventOf(raw)) return 'it holds no event'
      const number = numberIn(raw)
      if (number !== undefined && rowKey.startsWith('Date=')) listed.add(number)
      return undefined
    } catch (error) {
      if (!isDamage(error)) throw error
      return damageOf(error)
    }
  }

  /** What shows only when every row was checked. An event that was stored meanwhile has its row by now. */
  async function* faultsAtEnd(): AsyncGenerator<EventFault> {
    if (next > 0 && next <= count) gaps.push(next)
    for (const number of gaps) {
      const reason = `no feed row has the event ${number}`
      yield { kind: 'gap', partitionKey, rowKey: feedKey(number), number, reason }
    }
    for (const [number, event] of unlisted) {
      const rowKey = listKeyOf(event)
      const raw = await table.row({ partitionKey, rowKey }, [])
      const reason = `the list has no row of the event ${number}`
      if (!raw) yield { kind: 'unlisted', partitionKey, rowKey, event, number, reason }
    }
  }

  return { partitionKey, faultIn, faultsAtEnd }
}

/** Writes those rows of an event that are gone. */
export async function listAgain(
  table: Table,
  { partitionKey, event, number }: Extract<EventFault, { readonly kind: 'unlisted' }>,
): Promise<void> {
  const rows = rowsOfEvent(partitionKey, event, number).map(writing)
  const there = await rowsThere(table, partitionKey, rows)
  const gone = rows.filter(([, { rowKey }]) => !there.has(rowKey))
  if (gone.length > 0) await table.submit(gone)
}
