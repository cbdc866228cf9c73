// npm run repair: what it finds, what it mends, and that it changes nothing else.
import type { TableClient } from '@azure/data-tables'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runRepair } from '../../scripts/repair.ts'
import { scheduleTableName, tableSchedule } from '../../src/adapters/azure/alerts/schedule.ts'
import { damageTableName, tableDamage } from '../../src/adapters/azure/damage/damage-log.ts'
import { eventTableName, tableEventStore } from '../../src/adapters/azure/events/event-store.ts'
import { feedKey, headKey, listKeyOf, partitionKeyOf, rowKeysOf } from '../../src/adapters/azure/events/row-keys.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { summaryTableName, tableSummaries } from '../../src/adapters/azure/summary/summaries.ts'
import { summarize } from '../../src/application/summary/summarize.ts'
import type { AcceptedEvent } from '../../src/domain/events/event.ts'
import { feedAll, listAll } from '../adapters/conformance/event-store.ts'
import { acme, alice, event, instant } from '../support/events.ts'
import { storageAccount } from '../support/storage.ts'

const connectionString = storageAccount()
const storage = openStorage({ kind: 'connection-string', connectionString })
const log = { kind: 'organization', id: acme } as const
const partitionKey = partitionKeyOf(log)
const now = Date.parse('2026-11-20T12:00:00Z')
const fresh = () => tableEventStore(storage, { now: () => now })
const damage = tableDamage(storage, { now: () => now, warn: () => {} })
let table: TableClient
let events: readonly AcceptedEvent[]

async function run(...args: string[]) {
  const lines: string[] = []
  const output = { print: (line: string) => lines.push(line), progress: () => {} }
  const left = await runRepair(args, { EventsStorage: connectionString }, output)
  return { left, lines }
}

const damageRow = (rowKey: string, columns: Record<string, unknown>) =>
  table.upsertEntity({ partitionKey, rowKey, ...columns }, 'Replace')
const listed = async () =>
  (
    await listAll(fresh(), { log, from: instant('2026-11-20'), to: instant('2026-11-21'), filters: [], traits: {} }, 5)
  ).flat()
const at = (place: number) => events[place - 1] ?? event()

/** Everything in the event table, but for when it was written. */
async function rowsNow() {
  const rows: unknown[] = []
  for await (const { etag: _, timestamp: __, ...row } of table.listEntities({ disableTypeConversion: true }))
    rows.push(row)
  return rows
}

test('an account without tables has nothing to repair', async () => {
  expect(await run('check')).toEqual({ left: 0, lines: ['every row can be read'] })
  expect(await run('fix')).toEqual({ left: 0, lines: ['every row can be read'] })
})

test.each([[], ['mend'], ['check', 'fix'], ['check', '--all']])('refuses %s with its usage', async (...args) => {
  await expect(run(...args)).rejects.toThrow('npm run repair -- check')
})

describe('the event table', () => {
  let whole: unknown[]

  beforeAll(async () => {
    table = storage.table(eventTableName)
    await table.createTable()
  })
  beforeEach(async () => {
    for await (const { partitionKey: partition = '', rowKey = '' } of table.listEntities()) {
      await table.deleteEntity(partition, rowKey)
    }
    const store = fresh()
    // An event whose date is the server's has a guard.
    events = Array.from({ length: 12 }, (_, index) =>
      event({
        organizationId: acme,
        actingUserId: alice,
        date: `2026-11-20T11:00:${10 + index}Z`,
        ...(index === 1 && { clientDate: '2026-11-19T10:00:00Z' }),
      }),
    )
    for (let first = 0; first < 12; first += 3) await store.append(events.slice(first, first + 3))
    whole = await rowsNow()
  })

  test('is left as it is where every row can be read', async () => {
    expect(await run('check')).toEqual({ left: 0, lines: ['every row can be read'] })
    expect(await run('fix')).toEqual({ left: 0, lines: ['every row can be read'] })
    expect(await rowsNow()).toEqual(whole)
  })

  test('is the same as before after rows of every kind were damaged or deleted, and is named by /health until then', async () => {
    await damageRow(headKey, { Count: 'x' })
    await damageRow(feedKey(4), { Events: '[', StoredAt: { type: 'Int64', value: String(now) } })
    await table.deleteEntity(partitionKey, feedKey(10))
    await damageRow(listKeyOf(at(8)), { Type: 'x' })
    await damageRow(`ActingUserId=${alice}__${listKeyOf(at(9))}`, { Type: 'x', Number: 'nine' })
    for (const rowKey of rowKeysOf(at(2))) await table.deleteEntity(partitionKey, rowKey)
    const keys = [
      `ActingUserId=${alice}__${listKeyOf(at(9))}`,
      // That the last feed row is gone shows when the head is mended.
      listKeyOf(at(8)),
      headKey,
      feedKey(4),
      listKeyOf(at(2)),
    ]

    const checked = await run('check')
    expect(checked.left).toBe(5)
    expect(checked.lines.at(-1)).toBe('rows that cannot be read: 5')
    expect(new Set((await damage.noted()).map(({ rowKey }) => rowKey))).toEqual(new Set(keys))
    for (const [place, key] of [
      [headKey, 'Count'],
      [feedKey(4), 'Events'],
    ])
      expect(checked.lines).toContainEqual(expect.stringMatching(`${place}: ${key} is`))

    expect((await run('fix')).left).toBe(0)
    expect(await damage.noted()).toEqual([])
    expect(await rowsNow()).toEqual(whole)
    expect(await run('check')).toEqual({ left: 0, lines: ['every row can be read'] })
  })

  test('says which events are lost, keeps what is left of their rows, and is whole for everybody else', async () => {
    await damageRow(feedKey(4), { Events: '{"what is left":1}' })
    for (const rowKey of rowKeysOf(at(5))) await damageRow(rowKey, { Type: 'x', Note: 'what is left' })
    const fixed = await run('fix')
    expect(fixed.left).toBe(0)
    expect(fixed.lines).toContainEqual(
      expect.stringContaining(`${feedKey(4)}: StoredAt is missing. Lost for good: events 5.`),
    )
    expect(fixed.lines).toContainEqual(expect.stringContaining('Taken out, as no other row has its event.'))
    expect(fixed.lines.join()).not.toContain('what is left')

    expect(await run('check')).toEqual({ left: 0, lines: ['every row can be read'] })
    const others = events.filter((each) => each !== at(5))
    expect(await feedAll(fresh(), log, 5)).toEqual(others)
    expect(await listed()).toEqual(others.toReversed())
    const kept: string[] = []
    const queryOptions = { filter: "PartitionKey eq 'Removed'" }
    for await (const row of storage.table(damageTableName).listEntities<{ Content0: string }>({ queryOptions })) {
      kept.push(row.Content0)
    }
    expect(kept).toHaveLength(1 + rowKeysOf(at(5)).length)
    expect(kept.every((content) => content.includes('what is left'))).toBe(true)
  })
})

test('a damaged entry is deleted, and every organization with events is evaluated', async () => {
  const schedule = tableSchedule(storage)
  await fresh().append([event({ organizationId: acme }), event({ userId: alice })])
  expect(await schedule.due(0, 10)).toEqual([])
  await storage.table(scheduleTableName).upsertEntity({ partitionKey: 'Schedule', rowKey: 'soon' })
  const checked = await run('check')
  expect(checked.left).toBe(1)
  expect(checked.lines[0]).toContain('schedule  Schedule  soon: ')
  expect((await run('fix')).left).toBe(0)
  expect(await schedule.due(Date.now() + 1_000, 10)).toMatchObject([{ organizationId: acme }])
  expect((await run('check')).left).toBe(0)
})

test('a damaged day has its organization counted anew, and stays noted until that is done', async () => {
  const row = { partitionKey: `Organization=${acme}`, rowKey: 'Day=2026-11-20' }
  const [summaries, schedule] = [tableSummaries(storage), tableSchedule(storage)]
  await schedule.cancel(await schedule.due(Date.now() + 1_000, 10))
  await summaries.commit(acme, await summaries.progressOf(acme), { checkpoint: '0', countedTo: 0, days: new Map() })
  await storage.table(summaryTableName).upsertEntity({ ...row, Data0: '{', DataParts: 1 })
  const checked = await run('check')
  expect(checked.lines[0]).toBe(
    `summary  ${row.partitionKey}  ${row.rowKey}: a column is no JSON. The next evaluation of the organization counts its events anew. \`fix\` has that done.`,
  )
  expect((await run('fix')).lines).toEqual([
    expect.stringContaining('Evaluation is on its way.'),
    'rows that cannot be read: 1',
  ])
  expect(await schedule.due(Date.now() + 1_000, 10)).toMatchObject([{ organizationId: acme }])
  expect(await damage.noted()).toMatchObject([row])
  await summarize({ organizationId: acme, store: fresh(), summaries })
  expect(await damage.noted()).toEqual([])
  expect(await run('check')).toEqual({ left: 0, lines: ['every row can be read'] })
})
