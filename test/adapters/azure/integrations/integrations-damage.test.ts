// Damaged rows of integrations: one costs that integration alone, a damaged list costs nothing, and neither is overwritten by a change of others.
import { beforeEach, describe, expect, test } from 'vitest'
import { integrationTableName, tableIntegrations } from '../../../../src/adapters/azure/integrations/integrations.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { integrationsMax } from '../../../../src/domain/notifications/integration.ts'
import type { Integrations } from '../../../../src/ports/integrations.ts'
import { acme, event, guid } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { bodyOf, callsOf, idOf, integrationRoutes, targets } from '../../../support/notifications/integrations.ts'
import { columnWays, damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { adding, integration, removing, replacing } from '../../conformance/integrations.ts'
import { newOrganization, notification } from '../../conformance/outbox-samples.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(integrationTableName)
const damagedId = guid(1, '6')
const rowKey = `Integration=${damagedId}`
const listKey = 'Integrations'

let world: ReturnType<typeof damageable>
let store: Integrations
let id: Guid
const partition = () => `Organization=${id}`
const damage = (row: string, change: Parameters<typeof world.damage>[3]) =>
  world.damage(integrationTableName, partition(), row, change)

/** Whether the repair command finds a row damaged. */
const isFound = async (row: string) => repair.finds(await rowAt(world.table(integrationTableName), partition(), row))

beforeEach(async () => {
  world = damageable(account)
  store = tableIntegrations(world.storage)
  id = newOrganization()
  for (const number of [0, 1, 2]) await store.change(id, adding(number))
})

describe.each([
  ...jsonWays('Data'),
  ['Data is another integration', (row: object) => ({ ...row, Data0: JSON.stringify(integration(7)) })] as const,
])('an integration of which %s', (_, change) => {
  test('costs no other, and stays as it is while others are changed', async () => {
    expect(await isFound(rowKey)).toBe(false)
    await damage(rowKey, change)
    const row = await rowAt(world.table(integrationTableName), partition(), rowKey)
    expect(await store.integrationsOf(id)).toEqual([integration(0), integration(2)])
    expect(await store.damagedOf(id)).toEqual([damagedId])
    expect(world.notedKeys()).toEqual([[integrationTableName, partition(), rowKey]])
    expect(await isFound(rowKey)).toBe(true)
    expect(repair.kindOfRepair(rowKey)).toBe('leave')

    await store.change(id, adding(3))
    await store.change(id, replacing(2, { name: 'again' }))
    expect(await rowAt(world.table(integrationTableName), partition(), rowKey)).toEqual(row)
    // Mended by hand, it is where it was.
    const { Content } = row
    await damage(rowKey, () => ({ DataParts: 1, Content, Data0: JSON.stringify(integration(1)) }))
    const all = [integration(0), integration(1), integration(2, { name: 'again' }), integration(3)]
    expect(await store.integrationsOf(id)).toEqual(all)
    expect(await store.damagedOf(id)).toEqual([])
  })

  test('is removed when it is asked for, and counts as one of those that there may be', async () => {
    await damage(rowKey, change)
    await store.removeDamaged(id, guid(2, '6'))
    for (let number = 3; number < integrationsMax; number += 1) await store.change(id, adding(number))
    expect(await store.change(id, adding(integrationsMax))).toEqual({
      kind: 'refused',
      reason: 'too-many-integrations',
    })
    await store.change(id, removing(2))
    expect(await store.damagedOf(id)).toEqual([damagedId])
    await store.removeDamaged(id, damagedId)
    expect(await store.damagedOf(id)).toEqual([])
    expect(await store.integrationsOf(id)).toHaveLength(integrationsMax - 2)
    await expect(rowAt(world.table(integrationTableName), partition(), rowKey)).rejects.toThrow('no such row')
  })
})

test.each([
  ['whose row is gone', () => world.table(integrationTableName).deleteEntity(partition(), rowKey), [0, 2]],
  ...columnWays('Content', 'x').map(
    ([name, change]) => [`of which ${name}`, () => damage(rowKey, change), [0, 1, 2]] as const,
  ),
] as const)('an integration %s stops no other from being read and changed', async (_, break_, left) => {
  await break_()
  expect(await store.integrationsOf(id)).toEqual(left.map((number) => integration(number)))
  await store.change(id, adding(3))
  expect(await store.integrationsOf(id)).toEqual([...left, 3].map((number) => integration(number)))
})

describe.each([...jsonWays('Data', '[{"no":"such"}]'), ['the row is gone', null] as const])(
  'a list of which %s',
  (_, change) => {
    const breakList = () =>
      change ? damage(listKey, change) : world.table(integrationTableName).deleteEntity(partition(), listKey)

    test('costs nothing, and is whole after the next change', async () => {
      await breakList()
      expect(await store.integrationsOf(id)).toEqual([0, 1, 2].map((number) => integration(number)))
      expect(world.notedKeys()).toEqual(change ? [[integrationTableName, partition(), listKey]] : [])
      if (change) expect(await isFound(listKey)).toBe(true)
      expect(repair.kindOfRepair(listKey)).toBe('delete')
      await store.change(id, removing(1))
      expect(await isFound(listKey)).toBe(false)
      expect(await store.integrationsOf(id)).toEqual([0, 2].map((number) => integration(number)))
    })

    test('loses no damaged integration', async () => {
      await breakList()
      await damage(rowKey, () => ({ Content: 7 }))
      expect(await store.integrationsOf(id)).toEqual([0, 2].map((number) => integration(number)))
      await store.change(id, replacing(0, { name: 'again' }))
      expect(await store.damagedOf(id)).toEqual([damagedId])
      expect(await store.integrationsOf(id)).toEqual([integration(0, { name: 'again' }), integration(2)])
    })
  },
)

test('a row under a key that is none is passed over', async () => {
  await world.table(integrationTableName).createEntity({ partitionKey: partition(), rowKey: 'Integration=x' })
  expect(await store.integrationsOf(id)).toHaveLength(3)
  await store.change(id, adding(3))
  expect(await store.integrationsOf(id)).toHaveLength(4)
  expect(world.notedKeys()).toEqual([[integrationTableName, partition(), 'Integration=x']])
  expect(await isFound('Integration=x')).toBe(true)
})

describe('of an organization with a damaged integration', () => {
  const breakRow = (row: string) =>
    world.damage(integrationTableName, `Organization=${acme}`, row, () => ({ DataParts: 1 }))
  beforeEach(async () => {
    for (const known of await store.integrationsOf(acme))
      await store.change(acme, (all) => ({
        kind: 'changed',
        integration: known,
        integrations: all.filter((each) => each.id !== known.id),
      }))
    for (const each of await store.damagedOf(acme)) await store.removeDamaged(acme, each)
  })

  test('the routes show, make and change the others, respond 503 for it, and delete it', async () => {
    const { ports } = await integrationRoutes()
    const calls = callsOf({ ...ports, integrations: store })
    const made = idOf((await calls.create(bodyOf(), 'alice')).json)
    const other = idOf((await calls.create(bodyOf(targets.teams), 'alice')).json)
    await ports.outbox.add(acme, [notification(1, { integrationId: made })])
    await breakRow(`Integration=${made}`)
    expect((await calls.list('alice')).json).toMatchObject({ data: [{ id: other }] })
    expect((await calls.put(other, bodyOf(targets.teams, { name: 'Ops' }), 'alice')).status).toBe(200)
    for (const response of [
      await calls.read(made, 'alice'),
      await calls.put(made, bodyOf(), 'alice'),
      await calls.rotate(made, 'alice'),
      await calls.test(made, 'alice'),
      await calls.failed(made, 'alice'),
      await calls.replay(made, 'alice'),
    ]) {
      expect(response.status).toBe(503)
    }
    expect(await ports.outbox.nextDue(acme, made)).toBeDefined()
    expect((await calls.remove(made, 'alice')).status).toBe(204)
    expect(await ports.outbox.nextDue(acme, made)).toBeUndefined()
    expect((await calls.read(made, 'alice')).status).toBe(404)
    expect((await calls.read(other, 'alice')).json).toMatchObject({ name: 'Ops' })
    expect(calls.reported().filter(({ type }) => type === 9032)).toMatchObject([
      { objectId: made, actingUserId: expect.any(String) },
    ])
  })

  test.each([rowKey, listKey])(
    'alerts are raised and the others are notified when this is damaged: %s',
    async (row) => {
      const startMs = Date.UTC(2026, 10, 22, 6)
      const title = `title: Exported\nid: ${guid(2, 'e')}\nlevel: high\nlogsource: {product: keytrail}\ndetection: {sel: {type: 1602}, condition: sel}\n`
      const all = deliveryWorld(startMs, [title])
      const subscriptions = { alerts: {} }
      for (const number of [1, 2]) {
        await all.integrate(number, {
          target: { ...targets.webhook, url: `https://hooks.acme.test/${number}` },
          subscriptions,
        })
      }
      const known = await all.delivery.integrations.integrationsOf(acme)
      for (const each of known) {
        await store.change(acme, (before) => ({ kind: 'changed', integration: each, integrations: [...before, each] }))
      }
      await breakRow(row)
      all.restart({ producer: { ...all.delivery, integrations: store } })
      all.replaceProcess({ integrations: store })
      await all.arrive([event({ date: new Date(startMs).toISOString(), type: 1602, cipherId: undefined })])
      await all.runUntil(startMs + 120_000)
      expect(await all.alerts()).toHaveLength(1)
      const notified = all.sent.map(({ url }) => url)
      expect(notified).toEqual((row === listKey ? [1, 2] : [2]).map((number) => `https://hooks.acme.test/${number}`))
      expect([all.dead, all.undelivered]).toEqual([[], []])
    },
  )

  test('what waits for it waits on', async () => {
    const all = deliveryWorld(Date.UTC(2026, 10, 22, 6))
    await store.change(acme, adding(1))
    await all.delivery.outbox.add(acme, [notification(1, { integrationId: damagedId })])
    await breakRow(rowKey)
    all.replaceProcess({ integrations: store })
    await all.trigger(JSON.stringify({ organizationId: acme, integrationId: damagedId }))
    expect(await all.delivery.outbox.nextDue(acme, damagedId)).toBeDefined()
  })
})
