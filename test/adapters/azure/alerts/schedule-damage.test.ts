// Damaged rows among the schedule entries: each is skipped and noted, and every other organization is evaluated.
import { beforeEach, expect, test } from 'vitest'
import { scheduleTableName, tableSchedule } from '../../../../src/adapters/azure/alerts/schedule.ts'
import { evaluateAlerts } from '../../../../src/functions/alerts/evaluate-alerts.ts'
import { timer } from '../../../support/alerts/evaluation.ts'
import { contextWith } from '../../../support/calls.ts'
import { acme, globex } from '../../../support/events.ts'
import { damageable, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(scheduleTableName)
const time = (ms: number) => String(ms).padStart(15, '0')
const keys = [
  'no time at all',
  time(5),
  `${time(5)}__`,
  `${time(5)}__acme`,
  `${time(5)}__${acme.toUpperCase()}`,
  `${time(5)}__${acme}__`,
  `${time(5)} ${acme}`,
  `5__${acme}`,
]
let world: ReturnType<typeof damageable>

beforeEach(async () => {
  world = damageable(account)
  const table = world.table(scheduleTableName)
  await table.createTable()
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities()) {
    await table.deleteEntity(partitionKey, rowKey)
  }
})

test.each(keys)('an entry with the key %j stops no other, and is none', async (rowKey) => {
  const schedule = tableSchedule(world.storage)
  const table = world.table(scheduleTableName)
  await schedule.add({ organizationId: globex, at: 9 })
  await table.createEntity({ partitionKey: 'Schedule', rowKey })
  const due = await schedule.due(10, 100)
  expect(due).toMatchObject([{ organizationId: globex, at: 9 }])
  // Those that sort after every time are never met, and found by the repair command alone.
  const met = rowKey < `${time(10)}__~`
  expect(world.notedKeys()).toEqual(met ? [[scheduleTableName, 'Schedule', rowKey]] : [])

  expect(await repair.finds(await rowAt(table, 'Schedule', rowKey))).toBe(true)
  expect(repair.kindOfRepair(rowKey)).toBe('delete')
  const sound = { partitionKey: 'Schedule', rowKey: `${time(9)}__${globex}`, etag: 'e' }
  expect(await repair.finds(sound)).toBe(false)
})

test('as many entries as asked for are found behind damaged ones', async () => {
  const schedule = tableSchedule(world.storage)
  const table = world.table(scheduleTableName)
  for (const number of [1, 2, 3, 4, 5])
    await table.createEntity({ partitionKey: 'Schedule', rowKey: `${time(number)}__x` })
  for (const at of [6, 7, 8]) await schedule.add({ organizationId: acme, at })
  expect((await schedule.due(10, 2)).map(({ at }) => at)).toEqual([6, 7])
  expect(world.notedKeys()).toHaveLength(5)
})

test('the timer has every organization evaluated but that of a damaged entry', async () => {
  const schedule = tableSchedule(world.storage)
  await world.table(scheduleTableName).createEntity({ partitionKey: 'Schedule', rowKey: `${time(1)}__x` })
  for (const organizationId of [acme, globex]) await schedule.add({ organizationId, at: 5 })
  const sent: string[] = []
  const evaluations = { send: async (message: string) => void sent.push(message), check: async () => {} }
  await evaluateAlerts({ schedule, evaluations, now: () => 1_000_000 })(timer, contextWith([]))
  expect(sent.map((message): unknown => JSON.parse(message))).toMatchObject([
    { organizationId: acme },
    { organizationId: globex },
  ])
})
