// Damaged rows of summaries: reading says that they are unavailable, and the next run counts the organization anew, each event once.
import { beforeAll, describe, expect, test } from 'vitest'
import { summaryTableName, tableSummaries } from '../../../../src/adapters/azure/summary/summaries.ts'
import { memoryEventStore } from '../../../../src/adapters/memory/event-store.ts'
import { writeEvaluation } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import { summarize } from '../../../../src/application/summary/summarize.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { totalsOf } from '../../../../src/domain/summary/summary.ts'
import { evaluateOrganization } from '../../../../src/functions/alerts/evaluate-organization.ts'
import { authenticateWith } from '../../../../src/functions/http/authenticate.ts'
import { readSummary } from '../../../../src/functions/summary/read-summary.ts'
import type { Summaries } from '../../../../src/ports/counts/summaries.ts'
import { Damaged, unlessDamaged } from '../../../../src/ports/errors.ts'
import { evaluationWorld } from '../../../support/alerts/evaluation.ts'
import { call, contextWith, tokensOf } from '../../../support/calls.ts'
import { acme, event, guid } from '../../../support/events.ts'
import { directoryOfAcme, people } from '../../../support/people.ts'
import { damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { failingStorage } from '../../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { dayNumber, newOrganization } from '../../conformance/summaries.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(summaryTableName)
const summaries = tableSummaries(account())
const partitionOf = (id: Guid) => `Organization=${id}`
const dayKey = `Day=${dayNumber(1)}`
beforeAll(() => summaries.check())

/** An organization with one event on the first day, two on the next and one on the third, all of them counted. */
async function counted(days: readonly number[] = [0, 1, 1, 2], organizationId = newOrganization()) {
  const store = memoryEventStore()
  const events = days.map((day, index) =>
    event({ organizationId, cipherId: guid(index, 'd'), date: dayNumber(day), actingUserId: guid(1, 'b') }),
  )
  await store.append(events)
  await summarize({ organizationId, store, summaries })
  return { organizationId, store }
}

async function totalsIn(from: Summaries, id: Guid): Promise<readonly (readonly [day: string, events: number])[]> {
  return [...(await from.daysBetween(id, dayNumber(0), dayNumber(400)))].map(
    ([day, counts]) => [day, totalsOf(counts).events] as const,
  )
}
const whole = [
  [dayNumber(0), 1],
  [dayNumber(1), 2],
  [dayNumber(2), 1],
]
const damages = [
  ...['Progress', dayKey].flatMap((rowKey) => jsonWays('Data').map(([way, change]) => [rowKey, way, change] as const)),
  ...[
    ['Progress', '{"place":5,"countedTo":1}'],
    [dayKey, '{"types":[["secret",1]],"unknownTypes":0,"users":[],"addresses":[]}'],
  ].map(([rowKey = '', Data0]) => [rowKey, 'Data has a wrong member', (row: object) => ({ ...row, Data0 })] as const),
]

describe.each(damages)('the row %s when %s', (rowKey, _way, change) => {
  test('makes reading fail until the next run has counted everything anew', async () => {
    const { storage, notedKeys, damage, table } = damageable(account)
    const [{ organizationId, store }, other] = [await counted(), await counted()]
    await damage(summaryTableName, partitionOf(organizationId), rowKey, change)
    const through = tableSummaries(storage)
    const reading = async () => {
      await totalsIn(through, organizationId)
      await through.progressOf(organizationId)
    }
    await expect(reading()).rejects.toThrow(Damaged)
    await expect(through.progressOf(organizationId)).rejects.toThrow(Damaged)
    expect(notedKeys()).toEqual([[summaryTableName, partitionOf(organizationId), rowKey]])
    expect(await totalsIn(through, other.organizationId)).toEqual(whole)

    await store.append([event({ organizationId, cipherId: guid(99, 'd'), date: dayNumber(5) })])
    expect(await summarize({ organizationId, store, summaries: through })).toBe('more')
    expect(await summarize({ organizationId, store, summaries: through })).toBe('done')
    expect(await totalsIn(through, organizationId)).toEqual([...whole, [dayNumber(5), 1]])
    repair.check(await rowAt(table(summaryTableName), partitionOf(organizationId), rowKey))
  })

  test('is found by the repair command', async () => {
    const { damage, table } = damageable(account)
    const { organizationId } = await counted()
    const row = () => rowAt(table(summaryTableName), partitionOf(organizationId), rowKey)
    expect(await repair.finds(await row())).toBe(false)
    await damage(summaryTableName, partitionOf(organizationId), rowKey, change)
    expect(await repair.finds(await row())).toBe(true)
  })
})

test('a day that events are added to is found to be damaged by the run that adds them', async () => {
  const { storage, damage, notedKeys } = damageable(account)
  const { organizationId, store } = await counted()
  await damage(summaryTableName, partitionOf(organizationId), dayKey, () => ({ Data0: '{' }))
  await store.append([event({ organizationId, cipherId: guid(99, 'd'), date: dayNumber(1) })])
  const through = tableSummaries(storage)
  expect(await summarize({ organizationId, store, summaries: through })).toBe('more')
  expect(notedKeys()).toEqual([[summaryTableName, partitionOf(organizationId), dayKey]])
  expect(await summarize({ organizationId, store, summaries: through })).toBe('done')
  expect(await totalsIn(through, organizationId)).toEqual([
    [dayNumber(0), 1],
    [dayNumber(1), 3],
    [dayNumber(2), 1],
  ])
})

test('a key that is no day’s is never returned, and goes when all is counted anew', async () => {
  const { storage, notedKeys, table } = damageable(account)
  const { organizationId, store } = await counted()
  const partitionKey = partitionOf(organizationId)
  await table(summaryTableName).createEntity({ partitionKey, rowKey: `${dayKey}x` })
  const through = tableSummaries(storage)
  await expect(totalsIn(through, organizationId)).rejects.toThrow(Damaged)
  expect(notedKeys()).toEqual([[summaryTableName, partitionKey, `${dayKey}x`]])
  expect(() => repair.check({ partitionKey, rowKey: 'Other' })).toThrow()
  for (const ended of ['more', 'done']) {
    expect(await summarize({ organizationId, store, summaries: through })).toBe(ended)
  }
  expect(await totalsIn(through, organizationId)).toEqual(whole)
})

test('days whose progress was deleted are counted anew, and not on', async () => {
  const { damage, table } = damageable(account)
  const { organizationId, store } = await counted()
  await damage(summaryTableName, partitionOf(organizationId), dayKey, () => ({}))
  expect(repair.kindOfRepair(dayKey)).toBe('evaluate')
  expect(repair.kindOfRepair('Progress')).toBe('evaluate')
  await table(summaryTableName).deleteEntity(partitionOf(organizationId), 'Progress')
  expect(await summarize({ organizationId, store, summaries })).toBe('more')
  expect(await summarize({ organizationId, store, summaries })).toBe('done')
  expect(await totalsIn(summaries, organizationId)).toEqual(whole)
})

test('a progress that is no cursor of the feed is counted anew', async () => {
  const { organizationId, store } = await counted()
  const progress = await summaries.progressOf(organizationId)
  await summaries.commit(organizationId, progress, { checkpoint: '999', countedTo: 1, days: new Map() })
  expect(await summarize({ organizationId, store, summaries })).toBe('more')
  expect(await summarize({ organizationId, store, summaries })).toBe('done')
  expect(await totalsIn(summaries, organizationId)).toEqual(whole)
})

test.each(['failed', 'lost'] as const)(
  'counting anew counts each event once, whichever request is %s',
  async (kind) => {
    const many = Array.from({ length: 120 }, (_, day) => day)
    const { damage } = damageable(account)
    for (let at = 1; ; at += 1) {
      const { organizationId, store } = await counted(many)
      await damage(summaryTableName, partitionOf(organizationId), dayKey, () => ({}))
      const failing = failingStorage(account)
      const through = tableSummaries(failing.storage)
      await unlessDamaged(totalsIn(through, organizationId))
      failing.arm(at, kind, 1_000)
      const run = () => summarize({ organizationId, store, summaries: through })
      await run().catch(() => undefined)
      const fired = failing.begun.length >= at
      failing.arm(0, kind)
      const ended: string[] = []
      while (ended.at(-1) !== 'done' && ended.length < 5) ended.push(await run())
      expect(await totalsIn(through, organizationId)).toEqual(many.map((day) => [dayNumber(day), 1]))
      if (!fired) {
        // The progress twice, three times days and their transactions.
        expect(at).toBe(9)
        return
      }
    }
  },
)

test('a run that began before all was forgotten stores nothing after it', async () => {
  const { damage } = damageable(account)
  const { organizationId, store } = await counted()
  await store.append([event({ organizationId, cipherId: guid(99, 'd'), date: dayNumber(0) })])
  let other: (() => Promise<void>) | undefined = async () => {
    await damage(summaryTableName, partitionOf(organizationId), dayKey, () => ({}))
    await unlessDamaged(totalsIn(summaries, organizationId))
    for (let runs = 0; runs < 2; runs += 1) await summarize({ organizationId, store, summaries })
  }
  const slow: Summaries = {
    ...summaries,
    daysOf: async (id, days) => {
      const known = await summaries.daysOf(id, days)
      await other?.()
      other = undefined
      return known
    },
  }
  expect(await summarize({ organizationId, store, summaries: slow })).toBe('more')
  expect(await totalsIn(summaries, organizationId)).toEqual([[dayNumber(0), 2], ...whole.slice(1)])
})

test('GET summary is a 503 until then, and an evaluation ends with it counted anew', async () => {
  const { storage, damage } = damageable(account)
  const { store } = await counted([0, 1, 1, 2], acme)
  await damage(summaryTableName, partitionOf(acme), dayKey, () => ({ Data0: 'secret' }))
  const through = tableSummaries(storage)
  const now = () => Date.parse(`${dayNumber(10)}T00:00:00Z`)
  const authenticate = authenticateWith(tokensOf(people))
  const directory = await directoryOfAcme()
  const handler = readSummary({ authenticate, directory, store, summaries: through, now })
  const ask = () =>
    call(handler, { path: `/?start=${dayNumber(0)}&end=${dayNumber(3)}`, params: { id: acme }, token: 'bob' })
  expect((await ask()).status).toBe(503)

  const world = evaluationWorld([], now())
  const evaluate = evaluateOrganization({ ...world.ports, store, summaries: through })
  const message = writeEvaluation({ organizationId: acme, at: 0, fallback: null })
  for (let runs = 0; runs < 2; runs += 1) await evaluate(message, contextWith([]))
  const { status, json } = await ask()
  expect([status, json]).toMatchObject([200, { days: [{ events: 1 }, { events: 2 }, { events: 1 }, { events: 0 }] }])
})
