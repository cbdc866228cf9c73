// The table's store keeps every promise of its port, and makes no more requests than it needs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventTableName, tableEventStore } from '../../../../src/adapters/azure/events/event-store.ts'
import { feedRowsMax } from '../../../../src/adapters/azure/events/feed.ts'
import { listKeyOf, partitionKeyOf } from '../../../../src/adapters/azure/events/row-keys.ts'
import { columnsOf } from '../../../../src/adapters/azure/events/rows.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import type { AcceptedEvent, EventLog } from '../../../../src/domain/events/event.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { type IdFilter, resourceFields, type TraitFilter } from '../../../../src/domain/log/query.ts'
import { type EventStore, feedStart } from '../../../../src/ports/events.ts'
import { acme, alice, event, guid, instant, networks } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { eventStoreConformance, feedAll, listAll } from '../../conformance/event-store.ts'

const account = storageAccount()
let proxy: FaultProxy
let store: EventStore

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  const storage = openStorage({ kind: 'connection-string', connectionString: proxy.connectionString }, noPauses)
  let clock = Date.now()
  // Each look at the clock is a millisecond later: the order of the feed is the order of the calls.
  store = tableEventStore(storage, { now: () => ++clock })
})
afterAll(async () => {
  await proxy.stop()
})

eventStoreConformance('table', () => store)

describe('table: rows of a reference server', () => {
  const spellings = {
    '203.0.113.66': [
      '203.0.113.66',
      '::ffff:203.0.113.66',
      '::FFFF:CB00:7142',
      '0:0:0:0:0:ffff:203.0.113.66',
      '203.0.113.66:50000',
      '[::ffff:203.0.113.66]:443',
      ' 203.0.113.66',
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
    const table = storage.table(eventTableName)
    await table.createTable()
    for (const [index, ipAddress] of texts.entries()) {
      const { ipAddress: _, ...rest } = event({ organizationId: log.id, date: `2026-11-20T10:00:${10 + index}Z` })
      const row = { partitionKey: partitionKeyOf(log), rowKey: listKeyOf(rest), ...columnsOf(rest) }
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

  test('that hold no address are read as they are', async () => {
    const all = (await store.list({ ...query, traits: {} }, 100, null))?.events ?? []
    expect(all.map(({ ipAddress }) => ipAddress ?? null)).toEqual(expect.arrayContaining(['unknown', '', null]))
  })
})

describe('table: a filter that little or nothing passes', () => {
  const rowsMax = 40
  const [full, short] = [
    { kind: 'organization', id: guid(3, 'c') },
    { kind: 'organization', id: guid(4, 'c') },
  ] as const
  const range = { from: instant('2026-01-01'), to: instant('2026-12-31') }
  const thing = guid(1, 'd')
  let bounded: EventStore

  /** All of one item, a second apart; the oldest is of another type, by another person, from another address and device. */
  const eventsOf = (organizationId: Guid, count: number): AcceptedEvent[] =>
    Array.from({ length: count }, (_, index) =>
      event({
        type: index === 0 ? 1000 : 1107,
        organizationId,
        cipherId: thing,
        deviceType: index === 0 ? 25 : 9,
        ipAddress: index === 0 ? '2001:db8::1' : '203.0.113.7',
        ...(index === 0 && { userId: alice }),
        date: new Date(Date.UTC(2026, 5, 1) + index * 1_000).toISOString(),
      }),
    )

  beforeAll(async () => {
    const storage = openStorage({ kind: 'connection-string', connectionString: proxy.connectionString }, noPauses)
    bounded = tableEventStore(storage, { now: Date.now, rowsPerPageMax: rowsMax })
    await bounded.append([...eventsOf(full.id, 2 * rowsMax), ...eventsOf(short.id, rowsMax - 1)])
  })

  const item = { fields: resourceFields, ids: [thing] }
  test.each([
    ['type', { types: [1000] }, []],
    ['many types', { types: [1000, ...Array.from({ length: 60 }, (_, index) => 2000 + index)] }, []],
    ['address', { networks: networks('2001:db8::1') }, []],
    ['many networks', { networks: networks(...Array.from({ length: 60 }, (_, at) => `2001:db8:${at}::/48`)) }, []],
    ['device', { deviceTypes: [25] }, []],
    ['id without an index', {}, [{ fields: ['userId'], ids: [alice] }]],
    ['item and type', { types: [1000] }, [item]],
    ['item and another id', {}, [item, { fields: ['userId'], ids: [alice] }]],
  ] satisfies [string, TraitFilter, IdFilter[]][])(
    'by %s ends each page after so many rows, with nothing, and leads to what passes',
    async (_, traits, filters) => {
      const pagesOf = async (log: EventLog) =>
        (await listAll(bounded, { log, ...range, traits, filters }, 10)).map((page) => page.map(({ type }) => type))
      expect(await pagesOf(full)).toEqual([[], [1000], []])
      expect(await pagesOf(short)).toEqual([[1000]])
    },
  )

  test('ends where nothing passes', async () => {
    const query = { ...range, traits: { networks: networks('198.51.100.1') }, filters: [] }
    expect(await listAll(bounded, { log: full, ...query }, 10)).toEqual([[], [], []])
    expect(await listAll(bounded, { log: short, ...query }, 10)).toEqual([[]])
    const filters = [{ ...item, ids: [guid(2, 'd')] }]
    expect(await listAll(bounded, { log: full, ...query, traits: {}, filters }, 10)).toEqual([[]])
  })

  test('costs two queries for each page of rows: their keys, and what passes', async () => {
    proxy.arm(0, 'failed', false)
    const page = await store.list({ log: full, ...range, traits: { types: [1000] }, filters: [] }, 10, null)
    expect(page).toMatchObject({ events: [{ type: 1000 }], next: null })
    expect(proxy.requests).toEqual(['GET /event()?$top=1000', 'GET /event()'])
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
    const filters = [{ fields: ['cipherId'], ids: [guid(3, 'd')] } as const]
    expect((await store.list({ ...query, filters }, 10, null))?.events).toHaveLength(10)
    expect(proxy.requests).toEqual(['GET /event()?$top=11'])
  })

  test('an item is read by its index, also beside other filters', async () => {
    proxy.arm(0, 'failed', false)
    const filters = [
      { fields: ['actingUserId'], ids: [alice] },
      { fields: ['cipherId'], ids: [guid(4, 'd')], negated: true },
      { fields: ['cipherId'], ids: [guid(3, 'd'), guid(4, 'd')] },
    ] as const
    expect((await store.list({ ...query, filters }, 50, null))?.events).toHaveLength(22)
    expect(proxy.requests).toEqual(['GET /event()?$top=1000', 'GET /event()?$top=1000'])
  })

  test('ids that are too many for indexes are found in the log', async () => {
    proxy.arm(0, 'failed', false)
    const filters = [{ fields: ['cipherId'], ids: Array.from({ length: 25 }, (_, index) => guid(index, 'd')) }] as const
    expect((await store.list({ ...query, filters }, 999, null))?.events).toHaveLength(550)
    expect(proxy.requests).toEqual(['GET /event()?$top=1000', 'GET /event()?$top=1000'])
  })

  test('what no event can pass needs no query', async () => {
    proxy.arm(0, 'failed', false)
    for (const asked of [{ traits: { types: [] } }, { filters: [{ fields: ['cipherId'], ids: [] } as const] }])
      expect(await store.list({ ...query, ...asked }, 50, null)).toEqual({ events: [], next: null })
    expect(proxy.requests).toEqual([])
  })

  test('a feed page of 1,000 is one query for at most 60 rows', async () => {
    proxy.arm(0, 'failed', false)
    const page = await store.feed(log, 1_000, feedStart)
    // It ends where a row ends: a row of these events holds 32.
    expect(page).toMatchObject({ events: { length: 992 }, next: '992', more: true })
    expect(proxy.requests).toEqual([`GET /event()?$top=${feedRowsMax}`])
    expect(feedRowsMax).toBeLessThanOrEqual(60)
  })
})

describe('table: numbers', () => {
  const open = () =>
    tableEventStore(openStorage({ kind: 'connection-string', connectionString: proxy.connectionString }, noPauses), {
      now: () => Date.now(),
    })
  const newLog = () => ({ kind: 'organization', id: guid(++logs, '7') }) as const
  let logs = 0
  const eventsOf = (log: { id: Guid }, count: number) =>
    Array.from({ length: count }, (_, index) =>
      event({ organizationId: log.id, date: new Date(Date.UTC(2026, 10, 1) + index * 1_000).toISOString() }),
    )
  const ids = (events: readonly { readonly id: Guid }[]) => events.map(({ id }) => id).toSorted()

  test('are given once each, without a gap, by processes that append to one log at the same time', async () => {
    const log = newLog()
    const events = eventsOf(log, 120)
    const processes = [open(), open(), open(), open()]
    // Each event has two of them.
    await Promise.all(events.map((each, index) => processes[index % 4]?.append([each])))
    await Promise.all(processes.map((process, index) => process.append(events.slice(index * 20, index * 20 + 60))))
    expect(await store.end(log)).toBe('120')
    expect(ids(await feedAll(store, log))).toEqual(ids(events))
  })

  test('go to a batch at once: what waits for one transaction shares the next', async () => {
    const log = newLog()
    const events = eventsOf(log, 31)
    const process = open()
    await process.check()
    proxy.arm(0, 'failed', false)
    await Promise.all(events.map((each) => process.append([each])))
    expect(proxy.requests.filter((request) => request === 'POST /$batch')).toHaveLength(2)
  })

  test('need no reading while one process alone appends', async () => {
    const log = newLog()
    const process = open()
    await process.append(eventsOf(log, 1))
    proxy.arm(0, 'failed', false)
    await process.append([event({ organizationId: log.id, type: 1108 })])
    await process.append([event({ organizationId: log.id, type: 1109 })])
    expect(proxy.requests).toEqual(['POST /$batch', 'POST /$batch'])
  })

  test('go on from any cursor, also in the middle of what was stored together', async () => {
    const log = newLog()
    await store.append(eventsOf(log, 75))
    const all = await feedAll(store, log)
    for (const after of [0, 1, 31, 32, 33, 50, 74, 75]) {
      const read: Guid[] = []
      for (let cursor = String(after), more = true; more; ) {
        const page = await store.feed(log, 20, cursor)
        if (!page) throw new Error('a cursor of the store itself was refused')
        expect(page.events.length > 0 || !page.more).toBe(true)
        read.push(...page.events.map(({ id }) => id))
        cursor = page.next
        more = page.more
      }
      expect(read, `after ${after}`).toEqual(all.slice(after).map(({ id }) => id))
    }
    expect(await store.feed(log, 20, '76')).toBeUndefined()
  })

  test('are found by the time at which they were stored', async () => {
    const log = newLog()
    let clock = 1_000
    const process = tableEventStore(
      openStorage({ kind: 'connection-string', connectionString: proxy.connectionString }, noPauses),
      { now: () => clock },
    )
    const events = eventsOf(log, 90)
    for (const [index, ms] of [1_000, 2_000, 2_000, 5_000, 4_000, 6_000].entries()) {
      clock = ms
      await process.append(events.slice(index * 15, index * 15 + 15))
    }
    const cursorAt = async (ms: number) => Number(await process.cursorAt(log, ms))
    expect(await cursorAt(0)).toBe(0)
    expect(await cursorAt(1_000)).toBe(0)
    expect(await cursorAt(1_001)).toBe(15)
    expect(await cursorAt(2_000)).toBe(15)
    expect(await cursorAt(2_001)).toBe(45)
    // Stored by a clock that was behind: counted as stored with those before.
    expect(await cursorAt(5_000)).toBe(45)
    expect(await cursorAt(5_001)).toBe(75)
    expect(await cursorAt(6_000)).toBe(75)
    expect(await cursorAt(6_001)).toBe(90)
    expect(Number(await process.cursorAt(newLog(), 5))).toBe(0)
  })

  test.each(['failed', 'lost'] as const)('stay dense when the response to a transaction is %s', async (kind) => {
    const log = newLog()
    const events = eventsOf(log, 40)
    const process = open()
    await process.append(events.slice(0, 3))
    proxy.arm(1, kind, false)
    await process.append(events)
    expect(proxy.fired()).toBe(true)
    expect(await store.end(log)).toBe('40')
    expect(ids(await feedAll(store, log))).toEqual(ids(events))
  })
})
