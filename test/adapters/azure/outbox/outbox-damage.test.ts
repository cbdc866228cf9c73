// Damaged rows of the outbox, each kind: the others are delivered, listed and replayed, in their order, and what is damaged is not lost.
import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import { notificationTableName, tableOutbox } from '../../../../src/adapters/azure/outbox/outbox.ts'
import { attemptKey, failedCursor, failedKey, waitingKey } from '../../../../src/adapters/azure/outbox/row-keys.ts'
import { dispatchDeliveries } from '../../../../src/application/notifications/dispatch-deliveries.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { untried } from '../../../../src/domain/notifications/health.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import { acme } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'
import { columnWays, damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import {
  allFailed,
  attempt,
  contentOf,
  delivery,
  failed,
  failing,
  leased,
  never,
  newOrganization,
  notification,
  recorded,
  slack,
  splunk,
  start,
  waiting,
} from '../../conformance/outbox-samples.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const outbox = tableOutbox(account())
const repair = repairCommandOn(notificationTableName)
const partitionOf = (id: Guid) => `Organization=${id}`
const waitingRow = (number: number) => waitingKey(notification(number))
const failedRow = (number: number) => failedKey(failed(number))
const attemptRow = (ms: number) => attemptKey(slack, attempt(ms))
const integrationRow = `Integration=${slack}`
beforeAll(() => outbox.check())

/** An organization of which three notifications wait, three failed, and three attempts are stored. */
async function written() {
  const world = damageable(account)
  const id = newOrganization()
  await outbox.add(
    id,
    [1, 2, 3].map((number) => notification(number)),
  )
  for (const number of [11, 12, 13]) await recorded(outbox, id, delivery(number, { failed: [failed(number)] }))
  const at = { partitionKey: partitionOf(id), table: world.table(notificationTableName) }
  return { ...world, id, ...at, through: tableOutbox(world.storage) }
}
type Written = Awaited<ReturnType<typeof written>>

const damaged = async (rowKey: string, change: Parameters<Written['damage']>[3]) => {
  const world = await written()
  await world.damage(notificationTableName, world.partitionKey, rowKey, change)
  return { ...world, expected: [[notificationTableName, world.partitionKey, rowKey]] }
}
const numbersOf = (some: readonly { readonly notification: { readonly at: string } }[]) =>
  some.map((each) => Number(each.notification.at.slice(20, 23)))

const dueWays = [...columnWays('DueAt', 'soon')]
const contentWays = [
  ...columnWays('Failures', 'none'),
  ...jsonWays('LastError', '5'),
  ...jsonWays('Data'),
  ['it is another', (row: object) => ({ ...row, DataParts: 1, Data0: JSON.stringify(notification(99)) })] as const,
  [
    'it is from before 1970',
    (row: object) => ({
      ...row,
      DataParts: 1,
      Data0: JSON.stringify({ ...notification(1), at: '1969-01-01T00:00:00.0000000Z' }),
    }),
  ] as const,
]

describe.each([...dueWays, ...contentWays])('of three that wait, one of which %s,', (_, change) => {
  test('the others are due, in order, and that one never is', async () => {
    const { id, through, notedKeys, expected, table, partitionKey } = await damaged(waitingRow(1), change)
    expect(numbersOf(await through.due(id, slack, never, 10))).toEqual([2, 3])
    expect(numbersOf(await through.due(id, slack, never, 1))).toEqual([2])
    expect(await through.nextDue(id, slack)).toBe(start + 2)
    expect(notedKeys()).toEqual(expected)
    await recorded(through, id, delivery(5, { arrived: [2, 3].map((number) => notification(number)) }))
    expect(await through.nextDue(id, slack)).toBeUndefined()
    expect(await through.due(id, slack, never, 10)).toEqual([])
    // It stays as it is, until its integration is taken away.
    expect(await rowAt(table, partitionKey, waitingRow(1))).toBeDefined()
    await through.forget(id, slack)
    await expect(rowAt(table, partitionKey, waitingRow(1))).rejects.toThrow('no such row')
  })
})

test('what waits with the key of nothing is passed over, and hides nothing behind it', async () => {
  const { id, through, table, partitionKey, notedKeys } = await written()
  const prefix = `Waiting=${slack}__`
  const ends = ['', '1', '0', 'x', waitingKey(notification(2)).slice(prefix.length, prefix.length + 5)]
  const keys = ends.map((end) => prefix + end)
  const row = await rowAt(table, partitionKey, waitingRow(2))
  for (const rowKey of keys) await table.createEntity({ ...row, partitionKey, rowKey })
  expect(numbersOf(await through.due(id, slack, never, 3))).toEqual([1, 2, 3])
  expect(await through.nextDue(id, slack)).toBe(start + 1)
  expect(notedKeys()).toHaveLength(keys.filter((key) => key < waitingRow(3)).length)
})

describe.each([...dueWays, ...contentWays, ...columnWays('FailedAt', 'secret'), ...columnWays('Id', slack)])(
  'of three that failed, one of which %s,',
  (_, change) => {
    test('the others are listed, page by page, and replayed, and that one stays', async () => {
      const { id, through, notedKeys, expected, table, partitionKey } = await damaged(failedRow(12), change)
      for (const limit of [1, 2, 10]) expect(numbersOf((await allFailed(through, id, limit)).flat())).toEqual([13, 11])
      expect(notedKeys()).toEqual(expected)
      expect(await through.replay(id, slack, 'all', start)).toBe(2)
      expect(numbersOf(await through.due(id, slack, never, 10))).toEqual([1, 2, 3, 11, 13])
      expect(await rowAt(table, partitionKey, failedRow(12))).toBeDefined()
      expect(await through.replay(id, slack, 'all', start)).toBe(0)
    })
  },
)

test('one that failed and cannot be read is not replayed alone, and says so', async () => {
  const { id, through } = await damaged(failedRow(12), (row) => ({ ...row, Data0: '{' }))
  await expect(through.replay(id, slack, notification(12).id, start)).rejects.toThrow(Damaged)
  expect(await through.replay(id, slack, notification(77).id, start)).toBe(0)
  expect(await through.replay(id, slack, notification(13).id, start)).toBe(1)
})

test('what failed with the key of nothing hides nothing from a replay of all', async () => {
  const { id, through, table, partitionKey } = await written()
  const row = await rowAt(table, partitionKey, failedRow(12))
  for (const end of ['', '0', '9', 'x', failedCursor(failed(12)).slice(0, 5)]) {
    await table.createEntity({ ...row, partitionKey, rowKey: `Failed=${slack}__${end}` })
  }
  for (const limit of [1, 10]) expect(numbersOf((await allFailed(through, id, limit)).flat())).toEqual([13, 12, 11])
  expect(await through.replay(id, slack, 'all', start)).toBe(3)
})

test.each(jsonWays('Data'))('an attempt of which %s is skipped', async (_, change) => {
  const { id, through, notedKeys, expected } = await damaged(attemptRow(12), change)
  expect(await through.attemptsOf(id, slack)).toEqual([13, 11].map((ms) => attempt(ms)))
  expect(notedKeys()).toEqual(expected)
})

const leaseWays = [...columnWays('LeaseId'), ...columnWays('LeaseUntil', 'for ever')]

test.each(leaseWays)('a lease of which %s is none: it can be taken, and its holder has lost it', async (_, change) => {
  const { id, through, damage, partitionKey, notedKeys } = await written()
  const lost = await leased(outbox, id)
  await damage(notificationTableName, partitionKey, integrationRow, change)
  expect(await through.leased(id, start)).toEqual([])
  const lease = await through.acquireLease(id, slack, start, start + 60_000)
  expect(notedKeys()).toEqual([[notificationTableName, partitionKey, integrationRow]])
  expect(await outbox.recordAttempt(lost, delivery(20))).toBeUndefined()
  expect(lease && (await outbox.recordAttempt(lease, delivery(20)))).toBeDefined()
  expect(await outbox.leased(id, start)).toEqual([slack])
  expect(await outbox.acquireLease(id, slack, start, never)).toBeUndefined()
})

test.each(jsonWays('Health').slice(1))(
  'a health of which %s is that of one never used, until the next attempt',
  async (_, change) => {
    const { id, through, notedKeys, expected } = await damaged(integrationRow, change)
    expect(await through.healthOf(id, slack)).toEqual(untried)
    await through.recordNotified(id, slack)
    expect(notedKeys()).toEqual(expected)
    await recorded(through, id, delivery(20))
    expect(await outbox.healthOf(id, slack)).toEqual(failing)
  },
)

test.each(['Integration=x', `Integration=${splunk.toUpperCase().replace('6', 'A')}`, `Integration=${splunk}x`])(
  'a destination with the key %j hides no lease of another',
  async (rowKey) => {
    const { id, through, table, partitionKey, notedKeys } = await written()
    await leased(outbox, id)
    await table.createEntity({ partitionKey, rowKey, LeaseId: 'l', LeaseUntil: '999999999999999' })
    expect(await through.leased(id, start)).toEqual([slack])
    expect(notedKeys()).toEqual([[notificationTableName, partitionKey, rowKey]])
  },
)

test('a damaged row costs no other integration, and no other organization', async () => {
  const world = await written()
  await outbox.add(world.id, [notification(4, { integrationId: splunk })])
  const other = await written()
  const before = [await contentOf(outbox, other.id), await contentOf(outbox, world.id, splunk)]
  for (const rowKey of [waitingRow(1), failedRow(12), attemptRow(12), integrationRow]) {
    await world.damage(notificationTableName, world.partitionKey, rowKey, () => ({}))
  }
  expect([await contentOf(outbox, other.id), await contentOf(outbox, world.id, splunk)]).toEqual(before)
  expect(await contentOf(world.through, world.id)).toMatchObject({
    waiting: [waiting(2), waiting(3)],
    failed: [failed(13), failed(11)],
    health: untried,
    attempts: [attempt(13), attempt(11)],
  })
})

test('a delivery sends what can be read, in order, and ends: the rest has no further delivery', async () => {
  const world = deliveryWorld(start + 1_000)
  const integrationId = await world.integrate(1, { target: targets.webhook, subscriptions: { alerts: {} } })
  const { storage, damage, notedKeys } = damageable(account)
  const through = tableOutbox(storage)
  const all = [1, 2, 3, 4, 5].map((number) => notification(number, { integrationId }))
  await through.add(acme, all)
  const rowKey = waitingKey(notification(3, { integrationId }))
  await damage(notificationTableName, partitionOf(acme), rowKey, (row) => ({ ...row, Data0: '{"secret' }))
  world.replaceProcess({ outbox: through })
  const integrations = await world.delivery.integrations.integrationsOf(acme)
  const dispatch = () => dispatchDeliveries({ ...world.delivery, outbox: through }, acme, integrations, world.clock.now)
  await dispatch()
  await world.runUntil(start + 10 * 60_000)
  const sent = [1, 2, 4, 5].map((number) => notification(number).id)
  expect(world.sent.map(({ headers }) => headers['webhook-id'])).toEqual(sent)
  await dispatch()
  expect([world.messages, world.undelivered]).toEqual([[], []])
  expect(notedKeys()).toEqual([[notificationTableName, partitionOf(acme), rowKey]])
})

test.each([
  [waitingRow(1), [...dueWays, ...contentWays], 'leave'],
  [failedRow(12), [...contentWays, ...columnWays('FailedAt', 'secret'), ...columnWays('Id', slack)], 'leave'],
  [attemptRow(12), jsonWays('Data'), 'delete'],
  [integrationRow, [...leaseWays, ...jsonWays('Health').slice(1)], 'leave'],
] as const)('the repair command finds a damaged %s, and no sound one', async (rowKey, ways, kind) => {
  const { table, partitionKey } = await written()
  expect(await repair.finds(await rowAt(table, partitionKey, rowKey))).toBe(false)
  for (const [, change] of ways) {
    const world = await damaged(rowKey, change)
    expect(await repair.finds(await rowAt(world.table, world.partitionKey, rowKey))).toBe(true)
  }
  expect(repair.kindOfRepair(rowKey)).toBe(kind)
})

test('the repair command finds rows of a kind that does not exist', () => {
  expect(() => repair.check({ rowKey: 'Other=1' })).toThrow(v.ValiError)
  expect(repair.kindOfRepair('Other=1')).toBe('leave')
})
