// The log of damaged rows on Table storage: what is noted, once, and deleted; a failure to note a row fails no call.
import { expect, test } from 'vitest'
import { scheduleTableName } from '../../../../src/adapters/azure/alerts/schedule.ts'
import { damageTableName, tableDamage } from '../../../../src/adapters/azure/damage/damage-log.ts'
import { apiKeyTableName } from '../../../../src/adapters/azure/keys/key-row.ts'
import { requestTriesMax } from '../../../../src/adapters/azure/retried-requests.ts'
import type { DamagedRow } from '../../../../src/ports/damage-log.ts'
import { acme } from '../../../support/events.ts'
import { accountAt } from '../../../support/storage/account.ts'
import { failingStorage } from '../../../support/storage/failing-storage.ts'
import { storageAccount } from '../../../support/storage.ts'

const account = accountAt(storageAccount())
const storage = account()
const row: DamagedRow = {
  table: 'event',
  partitionKey: 'OrganizationId=a/b',
  rowKey: 'Date=1__Uniquifier=#?',
  reason: 'Type is not number',
}
const other = { ...row, rowKey: 'Head' }

function opened(through = storage) {
  const lines: string[] = []
  return { damage: tableDamage(through, { now: () => 0, warn: (line) => lines.push(line) }), lines }
}

test('what is noted is logged once by table and keys, and listed until it is deleted', async () => {
  const { damage, lines } = opened()
  expect(await damage.noted()).toEqual([])
  await damage.note(row)
  await damage.note(row)
  await damage.note(other)
  expect(lines).toEqual([
    'damaged row passed over: table event, OrganizationId=a/b, Date=1__Uniquifier=#?: Type is not number',
    'damaged row passed over: table event, OrganizationId=a/b, Head: Type is not number',
  ])
  const again = opened().damage
  expect(new Set(await again.noted())).toEqual(new Set([row, other]))
  await again.forget(row)
  await again.forget(row)
  expect(await again.noted()).toEqual([other])
  await again.forget(other)
})

test('a failure to note a row fails no call, and the row is noted when it is met again', async () => {
  const failing = failingStorage(account)
  const { damage, lines } = opened(failing.storage)
  await damage.noted()
  failing.arm(1, 'failed', requestTriesMax)
  await damage.note(row)
  expect(lines.at(-1)).toContain('could not be noted')
  expect(await damage.noted()).toEqual([])
  await damage.note(row)
  expect(await damage.noted()).toEqual([row])
  await storage.table(damageTableName).deleteTable()
})

test('a note goes when its row is written anew and can be read, or is gone; not when it is damaged again', async () => {
  const entry = {
    table: scheduleTableName,
    partitionKey: 'Schedule',
    rowKey: 'soon',
    reason: 'rowKey is not a time',
  }
  const keys = { ...entry, table: apiKeyTableName, partitionKey: `Organization=${acme}`, rowKey: 'Keys' }
  const { damage, lines } = opened()
  const [schedule, keyRows] = [storage.table(scheduleTableName), storage.table(apiKeyTableName)]
  const write = (Data: string) => keyRows.upsertEntity({ partitionKey: keys.partitionKey, rowKey: keys.rowKey, Data })
  await Promise.all([schedule.createTable(), keyRows.createTable()])
  await schedule.createEntity(entry)
  await write('[')
  await damage.note(entry)
  await damage.note(keys)
  const noted = async () => (await damage.noted()).map(({ table }) => table)
  expect(await noted()).toEqual([apiKeyTableName, scheduleTableName])
  await write('{')
  expect(await noted()).toEqual([apiKeyTableName, scheduleTableName])
  await write('[]')
  expect(await noted()).toEqual([scheduleTableName])
  await schedule.deleteEntity(entry.partitionKey, entry.rowKey)
  expect(await noted()).toEqual([])

  // Damaged again, it is logged again.
  await damage.note(keys)
  expect(lines).toHaveLength(3)
  await damage.forget(keys)
})
