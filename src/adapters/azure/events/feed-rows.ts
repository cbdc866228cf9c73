// The feed's rows in the event table: in order of their events' numbers, each carrying the events of one transaction.
import * as v from 'valibot'
import { AcceptedEvent } from '../../../domain/events/event.ts'
import { damageOf, isDamage } from '../damaged-rows.ts'
import type { RowRange, StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { WholeNumber, wholeNumber } from './numbers.ts'
import { feedKey, firstNumberOf, isFeedKey } from './row-keys.ts'

/** A feed row: the numbers from `first` on, each with its event; null for one whose event is lost. */
export type FeedRow = {
  readonly first: number
  /** Unix ms. */
  readonly storedAt: number
  readonly events: readonly (AcceptedEvent | null)[]
}

/** A feed row as it was read: without `row` where it is damaged. */
type ReadFeedRow = { readonly first: number; readonly raw: StoredRow; readonly row?: FeedRow }

/** More events than any feed row holds. */
export const rowEventsMax = 100
/** Most rows that are read to find one that says when it was stored. */
const timedRowsMax = 20

const FeedColumns = v.object({
  StoredAt: WholeNumber,
  Events: v.pipe(v.string(), v.parseJson(), v.array(v.nullable(AcceptedEvent)), v.minLength(1)),
})

/** The columns of a feed row: its events, and when they were stored (Unix ms). */
export const feedColumnsOf = (events: FeedRow['events'], storedAt: number) => ({
  Events: JSON.stringify(events),
  StoredAt: wholeNumber(storedAt),
})

/** Reads a feed row; throws when it is damaged. */
export function feedRowIn(raw: StoredRow): FeedRow {
  const { StoredAt, Events } = v.parse(FeedColumns, raw)
  return { first: firstNumberOf(raw.rowKey), storedAt: StoredAt, events: Events }
}

/** The events of a damaged row that can be read, by their index in it; none if the row does not say how many there are. */
export function readableEvents(raw: StoredRow | undefined, count: number): readonly (AcceptedEvent | null)[] {
  const listed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(v.unknown())), raw?.Events)
  if (!listed.success || listed.output.length !== count) return []
  return listed.output.map((each) => {
    const event = v.safeParse(AcceptedEvent, each)
    return event.success ? event.output : null
  })
}

/** The number of a row's last event. */
export const lastOf = ({ first, events }: FeedRow): number => first + events.length - 1

/** The first rows that begin with this number or a later one: `limit`, or fewer where no more are there. */
export const feedRowsFrom = (table: Table, partitionKey: string, number: number, limit: number) =>
  feedRowsIn(table, { partitionKey, from: feedKey(number), before: feedKeysEnd }, limit)

/** The row in which the event of this number would be: the last that begins with it or an earlier one. */
export async function feedRowOf(table: Table, partitionKey: string, number: number): Promise<ReadFeedRow | undefined> {
  const range = { from: feedKey(Math.max(1, number - rowEventsMax)), before: feedKey(number + 1) }
  return (await feedRowsIn(table, { partitionKey, ...range }, rowEventsMax + 1)).at(-1)
}

async function feedRowsIn(table: Table, range: RowRange, limit: number): Promise<ReadFeedRow[]> {
  const rows = await table.rows(range, limit)
  const read = rows.map(async (raw): Promise<ReadFeedRow[]> => {
    if (!isFeedKey(raw.rowKey)) {
      await table.noteDamage({ partitionKey: range.partitionKey, rowKey: raw.rowKey }, 'the row key has no number')
      return []
    }
    const first = firstNumberOf(raw.rowKey)
    try {
      return [{ first, raw, row: feedRowIn(raw) }]
    } catch (error) {
      if (!isDamage(error)) throw error
      return [{ first, raw }]
    }
  })
  return (await Promise.all(read)).flat()
}

/** Whether rows are there that a log of so many events has: one that its last may be in, and none that begins after it. */
export async function feedEndsAt(table: Table, partitionKey: string, count: number): Promise<boolean> {
  const range = { partitionKey, from: feedKey(Math.max(1, count - rowEventsMax + 1)), before: feedKeysEnd }
  const rows = await table.rows({ ...range, columns: [] }, rowEventsMax + 1)
  const firsts = rows.flatMap(({ rowKey }) => (isFeedKey(rowKey) ? [firstNumberOf(rowKey)] : []))
  return firsts.length > 0 ? firsts.every((first) => first <= count) : count === 0
}

/** What is wrong with a feed row, as a text for a log. */
export function damageIn(raw: StoredRow): string {
  try {
    feedRowIn(raw)
    return 'it has too few events'
  } catch (error) {
    return damageOf(error)
  }
}

/** Above every key of a feed row. */
const feedKeysEnd = 'Seq=~'

/**
 * The first row that begins with this number or a later one, and when it was stored (Unix ms), which is undefined when neither it
 * nor any that soon follows says so: one that does not is taken for as late as the next. Undefined after the last row.
 */
export async function feedTimeFrom(table: Table, partitionKey: string, number: number) {
  const range = { partitionKey, from: feedKey(number), before: feedKeysEnd, columns: ['StoredAt'] }
  const [row] = await table.rows(range, 1)
  if (!row || !isFeedKey(row.rowKey)) return undefined
  const first = firstNumberOf(row.rowKey)
  const said = v.safeParse(WholeNumber, row.StoredAt)
  if (said.success) return { first, storedAt: said.output }
  const times = (await table.rows(range, timedRowsMax)).flatMap(({ StoredAt }) => {
    const time = v.safeParse(WholeNumber, StoredAt)
    return time.success ? [time.output] : []
  })
  return { first, storedAt: times[0] }
}
