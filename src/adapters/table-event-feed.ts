// The feed in the event table: rows in order of their commit time, each carrying the events of one transaction.
import { odata, type TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import type { Position } from '../domain/continuation.ts'
import { AcceptedEvent, type EventLog } from '../domain/event.ts'
import { committedAt, feedKey, partitionKeyOf } from '../domain/row-keys.ts'
import type { FeedPage } from '../ports.ts'
import { bounded } from './azure-storage.ts'

const FeedRow = v.object({
  rowKey: v.string(),
  Events: v.pipe(v.string(), v.parseJson(), v.array(AcceptedEvent)),
})

/** What a feed row says beside its keys. */
export const feedColumnsOf = (events: readonly AcceptedEvent[]) => ({ Events: JSON.stringify(events) })

/** A row of the feed and how many of its events are behind. */
const Place = /^(Seq=\d{15}__[0-9a-f-]{0,36})\/(\d{1,3})$/

/** Most rows that one page reads. A row of a full transaction holds 33 events of items, or more of others. */
export const feedRowsMax = 60

/** The place before every row that was committed at this time (Unix ms) or later. */
export const placeAt = (ms: number): Position => `${feedKey(Math.max(0, ms), '')}/0`

/** Events of a log after a place in its feed, committed before a time (Unix ms); undefined when it is no place. */
export async function feedPage(
  table: TableClient,
  log: EventLog,
  limit: number,
  after: Position,
  beforeMs: number,
): Promise<FeedPage | undefined> {
  const [, firstKey, read] = Place.exec(after) ?? []
  if (firstKey === undefined) return undefined

  const before = feedKey(Math.max(0, beforeMs), '')
  const filter = odata`PartitionKey eq ${partitionKeyOf(log)} and RowKey ge ${firstKey} and RowKey lt ${before}`
  const events: AcceptedEvent[] = []
  const storedAt: number[] = []
  let next = after
  const rows = table.listEntities({ queryOptions: { filter }, ...bounded() })
  for await (const page of rows.byPage({ maxPageSize: feedRowsMax })) {
    for (const entity of page) {
      const row = v.parse(FeedRow, entity)
      const start = row.rowKey === firstKey ? Number(read) : 0
      const taken = row.Events.slice(start, start + limit - events.length)
      events.push(...taken)
      storedAt.push(...taken.map(() => committedAt(row.rowKey)))
      next = `${row.rowKey}/${start + taken.length}`
      if (events.length === limit) return { events, storedAt, next, more: true }
    }
    // A page without events was one that is read already, or an answer that the service cut short: it goes on.
    if (events.length > 0) return { events, storedAt, next, more: page.length === feedRowsMax }
  }
  return { events, storedAt, next, more: false }
}
