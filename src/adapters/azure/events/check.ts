// Checks the rows of the event table as they come in order of their keys: each by itself, and each log's list against its feed.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import type { AcceptedEvent } from '../../../domain/events/event.ts'
import { type KeyedRow, rowsThere } from '../batches.ts'
import { damageOf, isDamage } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, type Table } from '../storage.ts'
import { feedRowIn } from './feed-rows.ts'
import { checkHead } from './head.ts'
import { numberIn, rowsOfEvent } from './numbers.ts'
import { feedKey, firstNumberOf, headKey, isFeedKey, positionOf } from './row-keys.ts'
import { eventOf, isGuard } from './rows.ts'

/**
 * Something that is wrong with a log. row: it cannot be read. unlisted: an event of the feed has no row in the list. gap: no feed
 * row has this number.
 */
export type EventFault = { readonly partitionKey: string; readonly rowKey: string; readonly reason: string } & (
  | { readonly kind: 'row'; readonly raw: KeyedRow }
  | { readonly kind: 'unlisted'; readonly event: AcceptedEvent; readonly number: number }
  | { readonly kind: 'gap'; readonly number: number }
)

/** Every fault of the table; `passed` is told how many rows were looked at. */
export async function* eventFaults(table: Table, passed: (rows: number) => void): AsyncGenerator<EventFault> {
  let log = logCheck(table, '')
  let rows = 0
  for await (const each of table.listEntities<Record<string, unknown>>({ disableTypeConversion: true })) {
    const { partitionKey, rowKey } = v.parse(Keys, each)
    if (partitionKey !== log.partitionKey) {
      yield* log.faultsAtEnd()
      log = logCheck(table, partitionKey)
    }
    const raw = { ...textsPlain(each), rowKey }
    const reason = log.look(raw)
    if (reason !== undefined) yield { kind: 'row', partitionKey, rowKey, raw, reason }
    rows += 1
    passed(rows)
  }
  yield* log.faultsAtEnd()
}

const Text = v.object({ type: v.literal('String'), value: v.string() })

/** A row as it is sent when types are not converted, but for texts: those are plain, as they are when types are. */
function textsPlain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = Object.entries(row).map(([name, column]) => {
    const text = v.safeParse(Text, column)
    return [name, text.success ? text.output.value : column] as const
  })
  return Object.fromEntries(plain)
}

const Keys = v.object({ partitionKey: v.string(), rowKey: v.string() })

/** Goes through the rows of one log. Those of the list come before those of the feed. */
function logCheck(table: Table, partitionKey: string) {
  const listed = new Set<number>()
  const unlisted = new Map<number, AcceptedEvent>()
  const gaps: number[] = []
  let count = 0
  let next = 1

  function lookAtFeedRow(raw: KeyedRow): void {
    const { first, events } = feedRowIn(raw)
    for (const [place, event] of events.entries()) {
      if (event && !listed.has(first + place)) unlisted.set(first + place, event)
    }
    next = first + events.length
  }

  /** What is wrong with a row, if anything is. */
  function look(raw: KeyedRow): string | undefined {
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
      else if (isFeedRow) lookAtFeedRow(raw)
      else if (!rowKey.startsWith('Id=') && !isGuard(raw) && !eventOf(raw)) return 'it holds no event'
      const number = numberIn(raw)
      if (number !== undefined && rowKey.startsWith('Date=')) listed.add(number)
      return undefined
    } catch (error) {
      if (!isDamage(error)) throw error
      return damageOf(error)
    }
  }

  /** What shows only when every row was looked at. An event that was stored meanwhile has its row by now. */
  async function* faultsAtEnd(): AsyncGenerator<EventFault> {
    if (next > 0 && next <= count) gaps.push(next)
    for (const number of gaps) {
      const reason = `no feed row has the event ${number}`
      yield { kind: 'gap', partitionKey, rowKey: feedKey(number), number, reason }
    }
    for (const [number, event] of unlisted) {
      const rowKey = positionOf(event)
      const raw = await rowOf(table, partitionKey, rowKey, ['RowKey'])
      const reason = `the list has no row of the event ${number}`
      if (!raw) yield { kind: 'unlisted', partitionKey, rowKey, event, number, reason }
    }
  }

  return { partitionKey, look, faultsAtEnd }
}

/** Writes those rows of an event that are gone. */
export async function listAgain(
  table: Table,
  { partitionKey, event, number }: Extract<EventFault, { readonly kind: 'unlisted' }>,
): Promise<void> {
  const rows = rowsOfEvent(partitionKey, event, number).map((row): TransactionAction => ['upsert', row])
  const there = await rowsThere(table, partitionKey, rows)
  const gone = rows.filter(([, { rowKey }]) => !there.has(rowKey))
  if (gone.length > 0) await table.submitTransaction(gone, bounded())
}
