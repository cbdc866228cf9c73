// Damaged rows of the event table: a list row and the feed row mend each other, and what is lost costs nothing else.
import type { TableClient } from '@azure/data-tables'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventTableName, tableEventStore } from '../../../../src/adapters/azure/events/event-store.ts'
import { feedKey, headKey, listKeyOf, partitionKeyOf } from '../../../../src/adapters/azure/events/row-keys.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import type { AcceptedEvent } from '../../../../src/domain/events/event.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import type { DamagedRow } from '../../../../src/ports/damage-log.ts'
import { type EventStore, feedStart } from '../../../../src/ports/events.ts'
import { alice, event, guid, instant } from '../../../support/events.ts'
import { storageAccount } from '../../../support/storage.ts'
import { feedAll, listAll } from '../../conformance/event-store.ts'

const storage = openStorage({ kind: 'connection-string', connectionString: storageAccount() })
const noted: DamagedRow[] = []
const noting = { ...storage, noteDamage: async (row: DamagedRow) => void noted.push(row) }
const now = Date.parse('2026-11-20T12:00:00Z')
const StoredAt = { type: 'Int64', value: String(now) } as const
let table: TableClient
let count = 0
let organizationId: Guid
let log: { kind: 'organization'; id: Guid }
let partitionKey: string
let events: AcceptedEvent[]

/** A store that has read nothing yet. */
const fresh = (): EventStore => tableEventStore(noting, { now: () => now })
const range = () => ({ log, from: instant('2026-11-20'), to: instant('2026-11-21'), filters: [], traits: {} })
const replace = (row: { rowKey: string } & Record<string, unknown>) =>
  table.upsertEntity({ partitionKey, ...row }, 'Replace')
const listed = async (...asked: Parameters<typeof listAll>) => (await listAll(...asked)).flat()
const idsOf = (found: readonly { id: Guid }[]) => found.map(({ id }) => id)
const others = (...lost: number[]) => events.filter((_, index) => !lost.includes(index + 1))

beforeAll(async () => {
  table = storage.table(eventTableName)
  await table.createTable()
})

// A log of twelve events in four feed rows, of 1 to 3, 4 to 6, 7 to 9 and 10 to 12.
beforeEach(async () => {
  noted.length = 0
  count += 1
  organizationId = guid(count, 'c')
  log = { kind: 'organization', id: organizationId }
  partitionKey = partitionKeyOf(log)
  const store = fresh()
  events = Array.from({ length: 12 }, (_, index) =>
    event({ organizationId, actingUserId: alice, date: `2026-11-20T11:00:${String(10 + index)}Z` }),
  )
  for (let first = 0; first < 12; first += 3) await store.append(events.slice(first, first + 3))
})

const feedDamage = [
  ['no JSON', () => ({ Events: '[{' })],
  ['JSON of another shape', () => ({ Events: '{}' })],
  ['a bad event among good ones', () => ({ Events: JSON.stringify([events[3], { type: 'x' }, events[5]]) })],
  ['fewer events', () => ({ Events: JSON.stringify([events[3]]) })],
  ['none of its events', () => ({ Events: '[]' })],
  ['a number for a text', () => ({ Events: 5 })],
  ['no events', () => ({})],
] as const

describe('a feed row', () => {
  test.each(feedDamage)('with %s is mended from the lists, once', async (_, columns) => {
    await replace({ rowKey: feedKey(4), StoredAt, ...columns() })
    expect(idsOf(await feedAll(fresh(), log, 5))).toEqual(idsOf(events))
    expect(noted).toEqual([])
    const row = await table.getEntity<{ Events: string }>(partitionKey, feedKey(4))
    expect(JSON.parse(row.Events)).toEqual(events.slice(3, row.Events.includes(events[4]?.id ?? '') ? 6 : 4))
    expect(await fresh().end(log)).toBe('12')
  })

  test.each([
    ['gone', []],
    ['a text', ['soon']],
  ])('whose time is %s is mended, and dates still find their cursor', async (_, [text]) => {
    await replace({ rowKey: feedKey(4), Events: JSON.stringify(events.slice(3, 6)), ...(text && { StoredAt: text }) })
    expect(await fresh().cursorAt(log, now)).toBe('0')
    expect(await fresh().cursorAt(log, now + 1)).toBe('12')
    expect(idsOf(await feedAll(fresh(), log, 1_000))).toEqual(idsOf(events))
    expect(noted).toEqual([])
  })

  test.each([1, 4, 7])('that is gone is made again (of the event %i)', async (first) => {
    await table.deleteEntity(partitionKey, feedKey(first))
    expect(idsOf(await feedAll(fresh(), log, 4))).toEqual(idsOf(events))
    await expect(table.getEntity(partitionKey, feedKey(first))).resolves.toBeDefined()
    expect(noted).toEqual([])
  })

  test('that is gone at the end is made again when more is read', async () => {
    await table.deleteEntity(partitionKey, feedKey(10))
    const store = fresh()
    const first = await store.feed(log, 1_000, feedStart)
    expect(idsOf(first?.events ?? [])).toEqual(idsOf(events.slice(0, 9)))
    const second = await store.feed(log, 1_000, first?.next ?? '')
    expect(idsOf(second?.events ?? [])).toEqual(idsOf(events.slice(9)))
  })

  test('and its list row both damaged are mended from an index', async () => {
    await replace({ rowKey: feedKey(4), StoredAt, Events: 'x' })
    for (const each of events.slice(3, 6)) await replace({ rowKey: listKeyOf(each), Type: 'x' })
    expect(idsOf(await feedAll(fresh(), log, 1_000))).toEqual(idsOf(events))
    expect(idsOf(await listed(fresh(), range(), 5))).toEqual(idsOf(events.toReversed()))
    expect(noted).toEqual([])
  })

  test('of which an event is lost passes that one over, at every size of page, and is noted', async () => {
    await replace({ rowKey: feedKey(4), StoredAt, Events: 'x' })
    const lost = events[4]
    const rows = table.listEntities({ queryOptions: { filter: `PartitionKey eq '${partitionKey}'` } })
    for await (const { rowKey = '' } of rows)
      if (lost && rowKey.endsWith(lost.id)) await table.deleteEntity(partitionKey, rowKey)
    const store = fresh()
    for (const limit of [1, 2, 5, 1_000]) expect(idsOf(await feedAll(store, log, limit))).toEqual(idsOf(others(5)))
    expect(noted).toEqual([
      { table: 'event', partitionKey, rowKey: feedKey(4), reason: 'Events is not as it must be; not found: events 5' },
    ])
    expect(await store.end(log)).toBe('12')
  })

  test('of which all is lost at the end is passed over, and what is stored next is read', async () => {
    await replace({ rowKey: feedKey(10), Events: 'x' })
    const ids = events.slice(9).map(({ id }) => id)
    for await (const { rowKey = '' } of table.listEntities({
      queryOptions: { filter: `PartitionKey eq '${partitionKey}'` },
    }))
      if (ids.some((id) => rowKey.endsWith(id))) await table.deleteEntity(partitionKey, rowKey)
    const store = fresh()
    expect(idsOf(await feedAll(store, log, 2))).toEqual(idsOf(events.slice(0, 9)))
    const next = event({ organizationId, date: '2026-11-20T11:30:00Z' })
    await store.append([next])
    expect(idsOf(await feedAll(store, log, 2))).toEqual(idsOf([...events.slice(0, 9), next]))
    expect(noted).toMatchObject([{ rowKey: feedKey(10), reason: expect.stringContaining('events 10, 11, 12') }])
  })

  test('with a key that has no number is passed over, and noted', async () => {
    await replace({ rowKey: 'Seq=soon', Events: '[]' })
    expect(idsOf(await feedAll(fresh(), log, 1_000))).toEqual(idsOf(events))
    expect(noted).toMatchObject([{ rowKey: 'Seq=soon', reason: 'the row key has no number' }])
  })
})

describe('a list row', () => {
  test.each([
    ['a type that is none', { Type: 'x', Date: new Date('2026-11-20T11:00:14Z') }],
    ['no type', { Date: new Date('2026-11-20T11:00:14Z') }],
    ['no column at all', {}],
    ['unknown columns alone', { Note: 'x' }],
    ['a date that is none', { Type: 1107, Date: 'yesterday' }],
    ['a user that is none', { Type: 1107, Date: new Date('2026-11-20T11:00:14Z'), ActingUserId: 'bob' }],
  ])('with %s is mended from the feed, with and without its number', async (_, columns) => {
    for (const number of [{ Number: { type: 'Int64', value: '5' } }, { Number: 'five' }, {}]) {
      const [damaged] = others(1, 2, 3, 4)
      if (!damaged) throw new Error('there is an event 5')
      const before = await table.getEntity(partitionKey, listKeyOf(damaged), { disableTypeConversion: true })
      await replace({ rowKey: listKeyOf(damaged), ...columns, ...number })
      expect(await listed(fresh(), range(), 5)).toEqual(events.toReversed())
      const {
        etag: _,
        timestamp: __,
        ...after
      } = await table.getEntity(partitionKey, listKeyOf(damaged), {
        disableTypeConversion: true,
      })
      expect(before).toMatchObject(after)
    }
    expect(noted).toEqual([])
  })

  test('of an index is mended alike', async () => {
    const rowKey = `ActingUserId=${alice}__${events[6] && listKeyOf(events[6])}`
    await replace({ rowKey, Type: 'x' })
    const filters = [{ fields: ['actingUserId'] as const, ids: [alice] }]
    expect(idsOf(await listed(fresh(), { ...range(), filters }, 5))).toEqual(idsOf(events.toReversed()))
    expect(noted).toEqual([])
  })

  test('whose event the feed does not have, as one of a reference server, is skipped and noted; others stay', async () => {
    const stranger = event({ organizationId, date: '2026-11-20T11:00:12.5Z' })
    await replace({ rowKey: listKeyOf(stranger), Type: 'x' })
    const store = fresh()
    expect(idsOf(await listed(store, range(), 3))).toEqual(idsOf(events.toReversed()))
    expect(idsOf(await listed(store, range(), 100))).toEqual(idsOf(events.toReversed()))
    expect(noted).toEqual([
      {
        table: 'event',
        partitionKey,
        rowKey: listKeyOf(stranger),
        reason: 'it holds no event, and the feed does not have it',
      },
    ])
  })

  test('that bears the number of another event is not taken for that', async () => {
    const stranger = event({ organizationId, date: '2026-11-20T11:00:12.5Z' })
    await replace({ rowKey: listKeyOf(stranger), Type: 'x', Number: { type: 'Int64', value: '5' } })
    expect(idsOf(await listed(fresh(), range(), 100))).toEqual(idsOf(events.toReversed()))
    expect(noted).toHaveLength(1)
  })
})

describe('a head', () => {
  test.each([
    ['gone', undefined],
    ['without a count', { StoredAt: { type: 'Int64', value: '1' } }],
    ['with a text for a count', { Count: 'many', StoredAt: { type: 'Int64', value: '1' } }],
    ['that says too little', { Count: { type: 'Int64', value: '5' }, StoredAt: { type: 'Int64', value: '1' } }],
    ['that says nothing yet', { Count: { type: 'Int64', value: '0' }, StoredAt: { type: 'Int64', value: '1' } }],
    ['that says far too much', { Count: { type: 'Int64', value: '5000' }, StoredAt: { type: 'Int64', value: '1' } }],
    ['with a time below zero', { Count: { type: 'Int64', value: '12' }, StoredAt: { type: 'Int64', value: '-1' } }],
  ])('that is %s is counted anew from the feed, by readers and by writers', async (_, columns) => {
    const writer = fresh()
    const more = Array.from({ length: 3 }, (_, index) =>
      event({ organizationId, date: `2026-11-20T11:30:${String(10 + index)}Z` }),
    )
    await writer.append(more.slice(0, 1))
    const damage = () =>
      columns ? replace({ rowKey: headKey, ...columns }) : table.deleteEntity(partitionKey, headKey)
    await damage()
    expect(await fresh().end(log)).toBe('13')
    await damage()
    await fresh().append(more.slice(1, 2))
    await damage()
    // The one that still knows the head as it was.
    await writer.append(more.slice(2))
    expect(idsOf(await feedAll(fresh(), log, 7))).toEqual(idsOf([...events, ...more]))
    expect(await fresh().end(log)).toBe('15')
    expect(noted).toEqual([])
  })

  test('and the last feed row both damaged come from the lists', async () => {
    await replace({ rowKey: headKey, Count: 'x' })
    await replace({ rowKey: feedKey(10), Events: 'x' })
    expect(await fresh().end(log)).toBe('12')
    expect(idsOf(await feedAll(fresh(), log, 7))).toEqual(idsOf(events))
  })
})
