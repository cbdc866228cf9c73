// The feed in the event table: rows in order of their commit time, each carrying the events of one transaction.
import { odata, type TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { AcceptedEvent, type EventLog } from '../domain/event.ts'
import { feedKey, partitionKeyOf } from '../domain/row-keys.ts'
import type { FeedPage } from '../ports.ts'
import { bounded } from './azure-storage.ts'

const FeedRow = v.object({
  rowKey: v.string(),
  Events: v.pipe(v.string(), v.parseJson(), v.array(AcceptedEvent)),
})

/** What a feed row says beside its keys. */
export const feedColumnsOf = (events: readonly AcceptedEvent[]) => ({ Events: JSON.stringify(events) })

const Cursor = /^(Seq=\d{15}__[0-9a-f-]{36})\/(\d{1,3})$/

/** Events of a log after a place in its feed, committed before a time (Unix ms). A place is a row and how much of it is read. */
export async function feedPage(
  table: TableClient,
  log: EventLog,
  limit: number,
  after: string | null,
  beforeMs: number,
): Promise<FeedPage> {
  const [, fromKey = 'Seq=', read = '0'] = Cursor.exec(after ?? '') ?? []
  const filter = odata`PartitionKey eq ${partitionKeyOf(log)} and RowKey ge ${fromKey} and RowKey lt ${feedKey(beforeMs, '')}`
  const events: AcceptedEvent[] = []
  let next = after
  for await (const entity of table.listEntities({ queryOptions: { filter }, ...bounded() })) {
    const row = v.parse(FeedRow, entity)
    const start = row.rowKey === fromKey ? Number(read) : 0
    const taken = row.Events.slice(start, start + limit - events.length)
    events.push(...taken)
    if (taken.length > 0) next = `${row.rowKey}/${start + taken.length}`
    if (events.length === limit) break
  }
  return { events, next }
}
