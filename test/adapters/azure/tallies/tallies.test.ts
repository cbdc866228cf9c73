// Tallies on Table storage: the suite of every store; counting that is cut short at any request; rows that are damaged. Every event counts once.
import { beforeAll, describe, expect, test } from 'vitest'
import { tableTallies, tallyTableName } from '../../../../src/adapters/azure/tallies/tallies.ts'
import { memoryTallies } from '../../../../src/adapters/memory/counts/tallies.ts'
import { memoryEventStore } from '../../../../src/adapters/memory/event-store.ts'
import { countTallies } from '../../../../src/application/tallies/count-tallies.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import type { Actor } from '../../../../src/domain/tallies/tally.ts'
import type { Tallies } from '../../../../src/ports/counts/tallies.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import { event, guid } from '../../../support/events.ts'
import { damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { failingStorage } from '../../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { talliesConformance } from '../../conformance/tallies.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const tallies = tableTallies(account())
const repair = repairCommandOn(tallyTableName)
const alice: Actor = { kind: 'person', id: guid(1, 'b') }
const partitionOf = (id: Guid) => `Organization=${id}`
const actorKey = (item: number) => `Actor=person~${alice.id}__item~${guid(item, 'd')}`
beforeAll(() => tallies.check())

talliesConformance('table', () => tallies)

let organizations = 0x7800
const newOrganization = (): Guid => guid(++organizations, 'c')

/** What a store has, as the plainest values. */
async function countsIn(from: Tallies, organizationId: Guid) {
  const things = await Promise.all(
    (['item', 'address', 'day'] as const).map((kind) => from.ofActor(organizationId, alice, { kind, limit: 1_000 })),
  )
  return things.flat().map(({ thing, kinds }) => [thing.id, ...[...kinds].map(([kind, times]) => [kind, times])])
}

/** Items viewed by Alice, and some edited, from a few addresses. */
const eventsOf = (organizationId: Guid, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index).map((number) =>
    event({
      organizationId,
      type: number % 4 === 0 ? 1101 : 1107,
      actingUserId: guid(1, 'b'),
      cipherId: guid(number % 70, 'd'),
      ipAddress: `203.0.113.${number % 3}`,
      date: new Date(Date.UTC(2026, 0, 1 + (number % 5), 9, 0, number)).toISOString(),
    }),
  )

/** The same, counted without any fault. */
async function expected(organizationId: Guid, to: number) {
  const [store, memory] = [memoryEventStore(), memoryTallies()]
  await store.append(eventsOf(organizationId, 0, to))
  await countTallies({ organizationId, store, tallies: memory })
  return countsIn(memory, organizationId)
}

async function counted(to = 90) {
  const organizationId = newOrganization()
  const store = memoryEventStore()
  await store.append(eventsOf(organizationId, 0, to))
  await countTallies({ organizationId, store, tallies })
  return { organizationId, store }
}

describe('table: counting tallies', () => {
  test.each(['failed', 'lost'] as const)('counts each event once, whichever request is %s', async (kind) => {
    for (let at = 1; ; at += 7) {
      const { organizationId, store } = await counted()
      await store.append(eventsOf(organizationId, 90, 180))
      const failing = failingStorage(account)
      const through = tableTallies(failing.storage)
      failing.arm(at, kind, 1_000)
      await countTallies({ organizationId, store, tallies: through }).catch(() => undefined)
      const fired = failing.begun.length >= at
      failing.arm(0, kind)
      while ((await countTallies({ organizationId, store, tallies: through })) !== 'done');
      expect(await countsIn(tallies, organizationId)).toEqual(await expected(organizationId, 180))
      if (!fired) return
    }
  })

  test('is made again after each transaction of a step, and counts each event once', async () => {
    for (let after = 1; ; after += 1) {
      const { organizationId, store } = await counted()
      await store.append(eventsOf(organizationId, 90, 180))
      const failing = failingStorage(account)
      const through = tableTallies(failing.storage)
      let transactions = 0
      const cut: Tallies = {
        ...through,
        commit: async (id, progress, step) => {
          transactions += 1
          const part = step.tallies.slice(0, after * 10)
          if (part.length === step.tallies.length) return through.commit(id, progress, step)
          // A first part is stored, and the checkpoint stays.
          const { checkpoint, countedTo } = progress
          await through.commit(id, progress, {
            checkpoint: checkpoint ?? '0',
            countedTo: countedTo ?? 0,
            tallies: part,
          })
          throw new Error('killed')
        },
      }
      const killed = await countTallies({ organizationId, store, tallies: cut }).catch(() => 'killed')
      expect(transactions).toBe(1)
      expect(await countTallies({ organizationId, store, tallies })).toBe('done')
      expect(await countsIn(tallies, organizationId)).toEqual(await expected(organizationId, 180))
      if (killed !== 'killed') return
    }
  })

  test('by two runs at once counts each event once', async () => {
    const { organizationId, store } = await counted()
    await store.append(eventsOf(organizationId, 90, 180))
    await Promise.all([1, 2, 3].map(() => countTallies({ organizationId, store, tallies })))
    while ((await countTallies({ organizationId, store, tallies })) !== 'done');
    expect(await countsIn(tallies, organizationId)).toEqual(await expected(organizationId, 180))
  })
})

describe.each(['Progress', actorKey(3)])('the row %s', (rowKey) => {
  test.each(jsonWays('Data'))('when %s makes the next run count everything anew', async (_way, change) => {
    const { organizationId, store } = await counted()
    const { storage, notedKeys, damage, table } = damageable(account)
    await damage(tallyTableName, partitionOf(organizationId), rowKey, change)
    const row = () => rowAt(table(tallyTableName), partitionOf(organizationId), rowKey)
    expect(await repair.finds(await row())).toBe(true)
    const through = tableTallies(storage)
    // The other items can be read, and this one is skipped.
    if (rowKey !== 'Progress')
      expect(await through.ofActor(organizationId, alice, { kind: 'item', limit: 100 })).toHaveLength(69)

    await store.append(eventsOf(organizationId, 90, 180))
    const ended: string[] = []
    while (ended.at(-1) !== 'done' && ended.length < 5)
      ended.push(await countTallies({ organizationId, store, tallies: through }))
    expect(ended).toEqual(['more', 'done'])
    expect(notedKeys()[0]).toEqual([tallyTableName, partitionOf(organizationId), rowKey])
    expect(await countsIn(tallies, organizationId)).toEqual(await expected(organizationId, 180))
    repair.check(await row())
  })
})

test('tallies whose progress was deleted are counted anew, and not on', async () => {
  const { organizationId, store } = await counted()
  const { table } = damageable(account)
  await table(tallyTableName).deleteEntity(partitionOf(organizationId), 'Progress')
  await expect(tallies.progressOf(organizationId)).rejects.toThrow(Damaged)
  expect(await countTallies({ organizationId, store, tallies })).toBe('more')
  expect(await countTallies({ organizationId, store, tallies })).toBe('done')
  expect(await countsIn(tallies, organizationId)).toEqual(await expected(organizationId, 90))
  expect(repair.kindOfRepair('Progress')).toBe('evaluate')
})
