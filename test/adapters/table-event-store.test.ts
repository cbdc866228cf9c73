// The table's store keeps every promise of its port, and asks for no more than it needs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openedTable, openStorage } from '../../src/adapters/azure-storage.ts'
import { columnsOf } from '../../src/adapters/event-rows.ts'
import { feedRowsMax } from '../../src/adapters/table-event-feed.ts'
import { eventTableName, tableEventStore } from '../../src/adapters/table-event-store.ts'
import { partitionKeyOf, positionOf } from '../../src/domain/row-keys.ts'
import type { EventStore } from '../../src/ports.ts'
import { acme, event, guid, instant, networks } from '../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { storageAccount } from '../support/storage.ts'
import { eventStoreConformance } from './event-store.conformance.ts'

const account = storageAccount()
let proxy: FaultProxy
let store: EventStore

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  const storage = openStorage({ kind: 'connection-string', connectionString: proxy.connectionString })
  let clock = Date.now()
  // Each look at the clock is a millisecond later: the order of the feed is the order of the calls.
  store = tableEventStore(storage, { now: () => ++clock, horizonMs: -60_000 })
})
afterAll(async () => {
  await proxy.stop()
})

eventStoreConformance('table', () => store)

describe('table: rows of a reference server', () => {
  const spellings = {
    '203.0.113.66': [
      ...['203.0.113.66', '::ffff:203.0.113.66', '::FFFF:CB00:7142', '0:0:0:0:0:ffff:203.0.113.66'],
      ...['203.0.113.66:50000', '[::ffff:203.0.113.66]:443', ' 203.0.113.66'],
    ],
    '2001:db8::ab': [
      '2001:db8::ab',
      '2001:DB8::AB',
      '2001:db8:0:0::ab',
      '2001:0db8::00ab',
      '[2001:db8::ab]',
      '2001:db8::ab%2',
    ],
    'fd00::1': ['fd00::1', 'FD00:0:0:0::1', '[fd00::1]:443'],
    '64:ff9b::cb00:7142': ['64:ff9b::203.0.113.66', '0064:FF9B::cb00:7142'],
  } as const
  const others = [
    '203.0.113.6',
    '203.0.113.67',
    '20.3.0.113',
    '2001:db8::abc',
    '2002:db8::ab',
    'fd00::2',
    'unknown',
    '',
    null,
  ]
  const log = { kind: 'organization', id: guid(2, 'c') } as const
  const query = { log, from: instant('2026-01-01'), to: instant('2026-12-31'), filters: [] }

  beforeAll(async () => {
    const texts = [...Object.values(spellings).flat(), ...others]
    const storage = openStorage({ kind: 'connection-string', connectionString: account })
    const table = await openedTable(storage, eventTableName)()
    for (const [index, ipAddress] of texts.entries()) {
      const { ipAddress: _, ...rest } = event({ organizationId: log.id, date: `2026-11-20T10:00:${10 + index}Z` })
      const row = { partitionKey: partitionKeyOf(log), rowKey: positionOf(rest), ...columnsOf(rest) }
      await table.createEntity({ ...row, ...(ipAddress !== null && { IpAddress: ipAddress }) })
    }
  })

  test.each(Object.entries(spellings))(
    'are found by %s however they spell it, and read so',
    async (address, written) => {
      const page = await store.list({ ...query, traits: { networks: networks(address) } }, 100, null)
      expect(page?.events.map(({ ipAddress }) => ipAddress)).toEqual(written.map(() => address))
    },
  )

  test('are found by networks, several at once, beside types and devices', async () => {
    const found = async (...texts: string[]) => {
      const traits = { networks: networks(...texts), types: Array.from({ length: 10 }, (_, index) => 1100 + index) }
      return (await store.list({ ...query, traits }, 100, null))?.events.length
    }
    expect(await found('203.0.113.0/26')).toBe(1)
    expect(await found('203.0.113.64/26', '2001:db8::/120')).toBe(8 + 6)
    expect(await found('fd00::/8', '0.0.0.0/0')).toBe(4 + 10)
    expect(await found(...Array.from({ length: 100 }, (_, index) => `203.0.113.${index}`))).toBe(9)
  })

  test('that hold no address keep what they say', async () => {
    const all = (await store.list({ ...query, traits: {} }, 100, null))?.events ?? []
    expect(all.map(({ ipAddress }) => ipAddress ?? null)).toEqual(expect.arrayContaining(['unknown', '', null]))
  })
})

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
