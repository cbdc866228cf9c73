// The feed in the event table: pages of events in order of their numbers.
import type { FeedPage } from '../../../ports/events.ts'
import type { Table } from '../table.ts'
import { type FeedRow, feedRowOf, feedRowsFrom, lastOf, rowEventsMax } from './feed-rows.ts'
import { readHead } from './head.ts'
import type { EventMender } from './mend.ts'

/** Most rows that one page reads. A row of a full transaction holds 32 events of items, or more of others. */
export const feedRowsMax = 60

/**
 * The events of a log after the one of this number, `limit` at most; undefined when the log has fewer events than that.
 * A small page is full while there are events; one of more than `rowEventsMax` ends where a row ends, so that the next one
 * begins with a row and costs one request. Damaged rows are mended; events that are lost are skipped, with their numbers.
 */
export async function feedPage(
  mender: EventMender,
  table: Table,
  partitionKey: string,
  limit: number,
  after: number,
): Promise<FeedPage | undefined> {
  for (let from = after; ; ) {
    const page = await pageAfter(mender, table, partitionKey, limit, from)
    // A page of lost events alone is not handed out: none means the end.
    if (!page || page.events.length > 0 || !page.more) return page
    if (Number(page.next) <= from) throw new Error('a page of the feed leads nowhere')
    from = Number(page.next)
  }
}

async function pageAfter(
  mender: EventMender,
  table: Table,
  partitionKey: string,
  limit: number,
  after: number,
): Promise<FeedPage | undefined> {
  const rows = await feedRowsFrom(table, partitionKey, after + 1, feedRowsMax)
  const wholes = async function* () {
    for (const read of rows) yield read.row ?? (await mender.feedRow(table, partitionKey, read.first, read.raw))
  }
  if (rows[0]?.first === after + 1) return pageOf(wholes(), after, limit, rows.length === feedRowsMax)

  const { count } = await readHead(table, partitionKey, rows.length === 0 ? after : undefined)
  if (after > count) return undefined
  if (after === count) return { events: [], numbers: [], storedAt: [], next: String(after), more: false }
  const read = await feedRowOf(table, partitionKey, after + 1)
  const holding = read && (read.row ?? (await mender.feedRow(table, partitionKey, read.first, read.raw)))
  // No row has the number, so that one is gone.
  const row = holding && lastOf(holding) > after ? holding : await mender.feedRow(table, partitionKey, after + 1)
  return pageOf([row], after, limit, lastOf(row) < count)
}

/** Fills a page from rows in order; it ends where a number is missing. */
async function pageOf(
  rows: AsyncIterable<FeedRow> | readonly FeedRow[],
  after: number,
  limit: number,
  mayBeMore: boolean,
): Promise<FeedPage> {
  const events: FeedPage['events'][number][] = []
  const numbers: number[] = []
  const storedAt: number[] = []
  let last = after
  let room = limit
  for await (const row of rows) {
    if (row.first > last + 1) return page(true)
    const unread = row.events.slice(last + 1 - row.first)
    if (unread.length === 0) continue
    const taken = unread.slice(0, room)
    if (taken.length < unread.length && limit > rowEventsMax) return page(true)
    for (const event of taken) {
      last += 1
      if (event === null) continue
      events.push(event)
      numbers.push(last)
      storedAt.push(row.storedAt)
    }
    room -= taken.length
    if (taken.length < unread.length) return page(true)
  }
  return page(mayBeMore)

  function page(more: boolean): FeedPage {
    return { events, numbers, storedAt, next: String(last), more }
  }
}
