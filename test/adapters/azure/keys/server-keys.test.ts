// Server keys on Table storage: the suite of every store, and damaged rows.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { tableApiKeys } from '../../../../src/adapters/azure/keys/api-keys.ts'
import { apiKeyTableName } from '../../../../src/adapters/azure/keys/key-row.ts'
import { tableServerKeys } from '../../../../src/adapters/azure/keys/server-keys.ts'
import { addKey, SecretHash } from '../../../../src/domain/keys/api-keys.ts'
import { addServerKey } from '../../../../src/domain/keys/server-keys.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import type { ServerKeys } from '../../../../src/ports/keys.ts'
import { acme, guid, instant } from '../../../support/events.ts'
import { columnWays, damageable, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { serverKeysConformance } from '../../conformance/server-keys.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(apiKeyTableName)
const hash = v.parse(SecretHash, 'a'.repeat(64))
const at = instant('2026-11-20')
const key = ['Servers', 'ServerKeys'] as const

let world: ReturnType<typeof damageable>
let keys: ServerKeys
const add = (number: number) =>
  keys.change((known) => addServerKey(known, { id: guid(number), name: 'x', hash, organizations: [acme] }, at))
const idsNow = async () => (await keys.list()).map(({ id }) => id)
const isFound = async () => repair.finds(await rowAt(world.table(apiKeyTableName), ...key))

beforeEach(async () => {
  world = damageable(account)
  keys = tableServerKeys(world.storage)
  const table = world.table(apiKeyTableName)
  await table.createTable()
  await table.deleteEntity(...key).catch(() => {})
  for (const number of [1, 2]) await add(number)
})

serverKeysConformance('table', () => keys)

test.each(columnWays('Data0', '[{"secret'))('a row of which %s is not taken for “no keys”', async (_, change) => {
  expect(await isFound()).toBe(false)
  await world.damage(apiKeyTableName, ...key, change)
  await expect(keys.list()).rejects.toBeInstanceOf(Damaged)
  await expect(add(3)).rejects.toBeInstanceOf(Damaged)
  expect(await isFound()).toBe(true)
  expect(repair.kindOfRepair('ServerKeys')).toBe('leave')

  const ofAcme = tableApiKeys(world.storage)
  await ofAcme.change(acme, (known) => addKey(known, { id: guid(9), name: 'x', hash }, at))
  expect(await ofAcme.keysOf(acme)).not.toEqual([])
})

describe.each([
  ['null', () => null],
  ['without organizations: it is no key for all', ({ organizations: _, ...rest }: Record<string, unknown>) => rest],
  ['with an organization that is no GUID', (whole: object) => ({ ...whole, organizations: ['secret'] })],
] as const)('a key that is %s', (_, change) => {
  test('costs no other, and stays as it is while others are changed', async () => {
    await world.damage(apiKeyTableName, ...key, (row) => {
      const [first = {}, ...others] = v.parse(v.array(v.looseObject({})), JSON.parse(String(row.Data0)))
      return { ...row, Data0: JSON.stringify([change(first), ...others]) }
    })
    expect(await idsNow()).toEqual([guid(2)])
    expect(await keys.hasDamaged()).toBe(true)
    expect(await isFound()).toBe(true)
    await add(4)
    expect(await idsNow()).toEqual([guid(2), guid(4)])
    expect(await keys.hasDamaged()).toBe(true)
    expect(JSON.stringify(world.noted)).not.toContain('"secret"')
  })
})
