// Damaged rows of API keys: what can be read of one stays good, nothing is taken for "no keys", and no change overwrites what it cannot read.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { tableApiKeys } from '../../../../src/adapters/azure/keys/api-keys.ts'
import { apiKeyTableName } from '../../../../src/adapters/azure/keys/key-row.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import {
  addKey,
  apiKeysMax,
  clientIdOf,
  revokeKey,
  rotateKey,
  SecretHash,
} from '../../../../src/domain/keys/api-keys.ts'
import { createApiKey, listApiKeys } from '../../../../src/functions/keys/api-keys.ts'
import { issueTokens } from '../../../../src/functions/keys/issue-tokens.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import type { ApiKeys } from '../../../../src/ports/keys.ts'
import { apiKeyRoutes, ShownKey, tokenForm } from '../../../support/api-keys.ts'
import { call } from '../../../support/calls.ts'
import { acme, globex, guid, instant } from '../../../support/events.ts'
import { columnWays, damageable, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(apiKeyTableName)
const hash = v.parse(SecretHash, 'a'.repeat(64))
const at = instant('2026-11-20')
const key = [`Organization=${acme}`, 'Keys'] as const

let world: ReturnType<typeof damageable>
let keys: ApiKeys
const damage = (change: Parameters<typeof world.damage>[3]) => world.damage(apiKeyTableName, ...key, change)
const add = (number: number, organizationId: Guid = acme) =>
  keys.change(organizationId, (known) => addKey(known, { id: guid(number), name: `Key ${number}`, hash }, at))
const idsNow = async () => (await keys.keysOf(acme)).map(({ id }) => id)
const dataNow = async () => (await rowAt(world.table(apiKeyTableName), ...key)).Data

function expectNoted(): void {
  expect(world.noted).not.toEqual([])
  for (const { reason, ...keys } of world.noted) {
    expect(keys).toEqual({ table: apiKeyTableName, partitionKey: key[0], rowKey: key[1] })
    expect(reason).not.toMatch(/secret(?!s)/)
  }
}

/** Whether the repair command finds the row damaged. */
const isFound = async () => repair.finds(await rowAt(world.table(apiKeyTableName), ...key))

beforeEach(async () => {
  world = damageable(account)
  keys = tableApiKeys(world.storage)
  const table = world.table(apiKeyTableName)
  await table.createTable()
  for (const id of [acme, globex])
    await table.upsertEntity({ partitionKey: `Organization=${id}`, rowKey: 'Keys', Data: '[]' })
  for (const number of [1, 2]) await add(number)
  await add(3, globex)
})

test.each([...columnWays('Data', '[{"secret'), ...columnWays('Data', '{"secret":1}').slice(3)])(
  'a row of which %s is not taken for “no keys”, and costs no other organization',
  async (_, change) => {
    expect(await isFound()).toBe(false)
    await damage(change)
    const before = await rowAt(world.table(apiKeyTableName), ...key)
    await expect(keys.keysOf(acme)).rejects.toBeInstanceOf(Damaged)
    await expect(add(4)).rejects.toBeInstanceOf(Damaged)
    expect(await rowAt(world.table(apiKeyTableName), ...key)).toEqual(before)
    expect((await keys.keysOf(globex)).map(({ id }) => id)).toEqual([guid(3)])
    expectNoted()
    expect(await isFound()).toBe(true)
    expect(repair.kindOfRepair('Keys')).toBe('leave')
  },
)

const ways: readonly (readonly [string, (whole: object) => unknown])[] = [
  ['null', () => null],
  ['a number', () => 7],
  ['without a name', (whole) => ({ ...whole, name: undefined })],
  ['with an id that is none', (whole) => ({ ...whole, id: 'secret' })],
  [
    'with a hash that is none',
    (whole) => ({ ...whole, secrets: [{ hash: 'secret', createdAt: at, validUntil: null }] }),
  ],
  ['with secrets that are no list', (whole) => ({ ...whole, secrets: {} })],
]
const withFirst = (change: (whole: object) => unknown) =>
  damage((row) => {
    const [first = {}, ...others] = v.parse(v.array(v.looseObject({})), JSON.parse(String(row.Data)))
    return { ...row, Data: JSON.stringify([change(first), ...others]) }
  })

describe.each(ways)('a key that is %s', (_, change) => {
  test('costs no other, and stays as it is while others are changed', async () => {
    await withFirst(change)
    const damaged: unknown = v.parse(v.array(v.unknown()), JSON.parse(String(await dataNow())))[0]
    expect(await idsNow()).toEqual([guid(2)])
    expectNoted()
    expect(await isFound()).toBe(true)

    await add(4)
    await keys.change(acme, (known) => rotateKey(known, guid(4), { hash, overlapHours: 0 }, at))
    await keys.change(acme, (known) => revokeKey(known, guid(2)))
    expect(await idsNow()).toEqual([guid(4)])
    expect(JSON.parse(String(await dataNow()))).toContainEqual(damaged)
  })

  test('counts as one of those that there may be', async () => {
    await withFirst(change)
    for (let number = 3; number <= apiKeysMax; number += 1) expect((await add(number)).kind).toBe('changed')
    expect(await add(apiKeysMax + 1)).toEqual({ kind: 'refused', reason: 'too-many-keys' })
    expect((await keys.change(acme, (known) => revokeKey(known, guid(3)))).kind).toBe('changed')
  })
})

describe('the routes', () => {
  test('issue tokens for keys that can be read beside one that cannot', async () => {
    const { ports } = await apiKeyRoutes()
    const own = { ...ports, keys }
    const made = await call(createApiKey(own), {
      method: 'POST',
      params: { id: acme },
      token: 'alice',
      body: { name: 'SIEM' },
    })
    const { clientId, clientSecret } = v.parse(ShownKey, made.json)
    await withFirst(() => null)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const token = () => call(issueTokens(own), { method: 'POST', headers, body: tokenForm(clientId, clientSecret) })
    expect((await token()).status).toBe(200)
    expect((await call(listApiKeys(own), { params: { id: acme }, token: 'alice' })).json).toMatchObject({
      data: [{ id: guid(2) }, { name: 'SIEM' }],
    })

    const wrong = (id: Guid) =>
      call(issueTokens(own), { method: 'POST', headers, body: tokenForm(clientIdOf(id), 'wrong') })
    // It may be the secret of the one that cannot be read.
    expect((await wrong(acme)).status).toBe(503)
    expect((await wrong(globex)).status).toBe(401)

    await damage((row) => ({ ...row, Data: '[{"secret' }))
    const responses = [
      await token(),
      await call(listApiKeys(own), { params: { id: acme }, token: 'alice' }),
      await call(createApiKey(own), { method: 'POST', params: { id: acme }, token: 'alice', body: { name: 'SIEM' } }),
    ]
    for (const { status, text, log } of responses) {
      expect(status).toBe(503)
      expect(text + log.join()).not.toContain('{"secret')
    }
    expect((await call(listApiKeys(own), { params: { id: globex }, token: 'erin' })).json).toMatchObject({
      data: [{ id: guid(3) }],
    })
  })
})
