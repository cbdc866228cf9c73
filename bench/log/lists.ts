// What a list's first page costs in a large log, against a small one: on a table in key order, as Azure keeps it, and on the emulator.
import * as v from 'valibot'
import { startAzurite } from '../../local/azurite.ts'
import { tableEventStore } from '../../src/adapters/azure/events/event-store.ts'
import { partitionKeyOf, rowKeysOf } from '../../src/adapters/azure/events/row-keys.ts'
import { columnsOf } from '../../src/adapters/azure/events/rows.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import type { AcceptedEvent, EventLog } from '../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { EventStore } from '../../src/ports/events.ts'
import { type Ratio, ratioOf } from '../measure.ts'
import { serveOrderedTable } from '../ordered-table.ts'

const pageSize = 50
const rounds = 31
const startMs = Date.UTC(2026, 9, 1)

/** First pages of a large and a small log. */
export async function benchLists(): Promise<Ratio[]> {
  return [await onOrderedTable(200_000, 1_000), await onAzurite(10_000, 1_000)]
}

async function onOrderedTable(large: number, small: number): Promise<Ratio> {
  const partitions = new Map([large, small].map((count) => [partitionKeyOf(logOf(count)), rowsOf(count)]))
  const table = await serveOrderedTable(partitions)
  const store = openStore(table.connectionString)
  const ratio = await firstPages(store, large, small)
  await table.stop()
  return { ...ratio, note: 'a table in key order' }
}

async function onAzurite(large: number, small: number): Promise<Ratio> {
  const azurite = await startAzurite()
  try {
    const store = openStore(azurite.connectionString)
    for (const count of [large, small]) await store.append(eventsOf(count))
    return { ...(await firstPages(store, large, small)), note: 'the emulator, which looks at every row' }
  } finally {
    await azurite.stop()
  }
}

const openStore = (connectionString: string) =>
  tableEventStore(openStorage({ kind: 'connection-string', connectionString }), { now: Date.now })

async function firstPages(store: EventStore, large: number, small: number): Promise<Ratio> {
  const { ratio } = await ratioOf(
    rounds,
    () => firstPage(store, large),
    () => firstPage(store, small),
  )
  const what = `the first page of ${pageSize} of ${large.toLocaleString('en')} events`
  return { what, against: `that of ${small.toLocaleString('en')}`, ratio }
}

async function firstPage(store: EventStore, count: number): Promise<void> {
  const range = { from: instantAt(startMs), to: instantAt(startMs + 365 * 86_400_000) }
  const page = await store.list({ log: logOf(count), ...range, filters: [], traits: {} }, pageSize, null)
  if (page?.events.length !== pageSize) throw new Error('the page is not full')
}

const logOf = (count: number): EventLog & { readonly id: Guid } => ({
  kind: 'organization',
  id: guidOfContent('log', count),
})

const eventsOf = (count: number): AcceptedEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    id: guidOfContent(count, index),
    type: 1107,
    organizationId: logOf(count).id,
    date: instantAt(startMs + index * 1_000),
    actingUserId: guidOfContent('user', index % 10),
  }))

/** The rows of every event as the service sends them, in order of their keys. */
function rowsOf(count: number) {
  const PartitionKey = partitionKeyOf(logOf(count))
  const Columns = v.record(v.string(), v.union([v.string(), v.object({ type: v.string(), value: v.string() })]))
  const rows = eventsOf(count).flatMap((event) => {
    const columns = Object.entries(v.parse(Columns, columnsOf(event))).flatMap(([name, column]) =>
      typeof column === 'string'
        ? [[name, column]]
        : [
            [name, column.value],
            [`${name}@odata.type`, `Edm.${column.type}`],
          ],
    )
    return rowKeysOf(event).map((RowKey) => ({ PartitionKey, RowKey, ...Object.fromEntries(columns) }))
  })
  return rows.sort((a, b) => (a.RowKey < b.RowKey ? -1 : 1))
}
