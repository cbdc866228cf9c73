// The table's store keeps every promise of its port, and asks for no more than it needs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAzurite } from '../../local/azurite.ts'
import { openStorage } from '../../src/adapters/azure-storage.ts'
import { feedRowsMax } from '../../src/adapters/table-event-feed.ts'
import { tableEventStore } from '../../src/adapters/table-event-store.ts'
import type { EventStore } from '../../src/ports.ts'
import { acme, event, guid, instant } from '../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { eventStoreConformance } from './event-store.conformance.ts'

let azurite: Awaited<ReturnType<typeof startAzurite>>
let proxy: FaultProxy
let store: EventStore

beforeAll(async () => {
  azurite = await startAzurite()
  proxy = await startFaultProxy(azurite.connectionString)
  const storage = openStorage({ kind: 'connection-string', connectionString: proxy.connectionString })
  let clock = Date.now()
  // Each look at the clock is a millisecond later: the order of the feed is the order of the calls.
  store = tableEventStore(storage, { now: () => ++clock, horizonMs: -60_000 })
})
afterAll(async () => {
  await proxy.stop()
  await azurite.stop()
})

eventStoreConformance('table', () => store)

describe('table: requests', () => {
  const log = { kind: 'organization', id: acme } as const
  const query = { log, from: instant('2026-01-01'), to: instant('2026-12-31'), filters: [], traits: {} }

  beforeAll(async () => {
    const events = Array.from({ length: 1_100 }, (_, index) =>
      event({ cipherId: guid(index % 50, 'd'), date: new Date(Date.UTC(2026, 5, 1) + index * 1_000).toISOString() }),
    )
    await store.append(events)
  })

  test('the first page of a log is one query for one row more than the page', async () => {
    proxy.arm(0, 'failed', false)
    expect((await store.list(query, 50, null))?.events).toHaveLength(50)
    expect(proxy.requests).toEqual(['GET /event()?$top=51'])
  })

  test('so is that of what a person did or of one item', async () => {
    proxy.arm(0, 'failed', false)
    const filters = [{ fields: ['cipherId'], id: guid(3, 'd') } as const]
    expect((await store.list({ ...query, filters }, 10, null))?.events).toHaveLength(10)
    expect(proxy.requests).toEqual(['GET /event()?$top=11'])
  })

  test('a feed page of 1,000 is one query for at most 60 rows', async () => {
    proxy.arm(0, 'failed', false)
    expect((await store.feed(log, 1_000, store.placeAt(0)))?.events).toHaveLength(1_000)
    expect(proxy.requests).toEqual([`GET /event()?$top=${feedRowsMax}`])
    expect(feedRowsMax).toBeLessThanOrEqual(60)
  })
})
