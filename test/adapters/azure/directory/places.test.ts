// Places of organizations on Table storage: those of earlier versions, and damaged rows.
import { beforeEach, expect, test } from 'vitest'
import { directoryTableName, tableDirectory } from '../../../../src/adapters/azure/directory/directory.ts'
import { placeOf } from '../../../../src/domain/directory/places.ts'
import { organization } from '../../../support/directory.ts'
import { acme, globex, guid } from '../../../support/events.ts'
import { damageable, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(directoryTableName)
let world: ReturnType<typeof damageable>
const places = () => tableDirectory(world.storage).placesOfOrganizations(null, 10)
const [ofAcme, ofGlobex] = [placeOf({ id: acme, name: 'Acme' }), placeOf({ id: globex, name: 'Globex' })]

beforeEach(async () => {
  world = damageable(account)
  const table = world.table(directoryTableName)
  await table.createTable()
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities()) {
    await table.deleteEntity(partitionKey, rowKey)
  }
  const directory = tableDirectory(world.storage)
  await directory.putOrganization(globex, organization(globex, { name: 'Globex' }))
  await directory.putOrganization(acme, organization(acme), [{ id: guid(1, 'd'), collections: [] }])
})

/** Deletes the places, as if an earlier version had stored the organizations. */
async function forgetPlaces() {
  const table = world.table(directoryTableName)
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities()) {
    if (partitionKey === 'Organizations') await table.deleteEntity(partitionKey, rowKey)
  }
}

test('organizations that an earlier version stored get their places once', async () => {
  await forgetPlaces()
  expect(await places()).toEqual([ofAcme, ofGlobex])
  await world.table(directoryTableName).deleteEntity('Organizations', `Name=${ofAcme}`)
  expect(await places()).toEqual([ofGlobex])
})

test('one whose entry is damaged is there too', async () => {
  await forgetPlaces()
  await world.damage(directoryTableName, `Organization=${acme}`, 'Entry', (row) => ({ ...row, Data0: 'secret' }))
  expect(await places()).toEqual([placeOf({ id: acme, name: '' }), ofGlobex])
})

test('a row with a damaged key is skipped and noted, and found by the repair command', async () => {
  const keys = ['Organizations', 'Name=secret'] as const
  await places()
  await world.table(directoryTableName).createEntity({ partitionKey: keys[0], rowKey: keys[1] })
  const directory = tableDirectory(world.storage)
  expect(await directory.placesOfOrganizations(null, 2)).toEqual([ofAcme, ofGlobex])
  expect(await directory.placesOfOrganizations(ofGlobex, 2)).toEqual([])
  expect(world.notedKeys()).toEqual([[directoryTableName, ...keys]])
  expect(repair.finds(await rowAt(world.table(directoryTableName), ...keys))).toBeTruthy()
})
