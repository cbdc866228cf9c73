// Used ID tokens on Table storage: the suite of every store, insertions that fail before and after they took effect, and old rows.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableUsedTokens, usedTokenTableName } from '../../../../src/adapters/azure/sign-in/used-tokens.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { usedTokensConformance } from '../../conformance/used-tokens.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = storageAccount()
const dayMs = 24 * 3_600_000
const at = Date.UTC(2026, 10, 22, 6, 28)
const idOf = (number: number) => number.toString(16).padStart(64, '0')
const storageOf = (connectionString: string) => openStorage({ kind: 'connection-string', connectionString }, noPauses)
const used = tableUsedTokens(storageOf(account))
let proxy: FaultProxy

beforeAll(async () => {
  proxy = await startFaultProxy(account)
})
afterAll(() => proxy?.stop())

usedTokensConformance('table', () => used)

describe('a use whose insertion', () => {
  test('fails is an outage, and uses nothing up', async () => {
    const through = tableUsedTokens(storageOf(proxy.connectionString))
    await through.use(idOf(1), at)
    proxy.arm(1, 'failed', true)
    await expect(through.use(idOf(2), at)).rejects.toThrow(Unavailable)
    proxy.arm(1_000, 'failed', false)
    expect(await used.use(idOf(2), at)).toBe(true)
  })

  test('takes effect without a response is a use all the same, once', async () => {
    const through = tableUsedTokens(storageOf(proxy.connectionString))
    await through.use(idOf(3), at)
    proxy.arm(1, 'lost', false)
    expect(await through.use(idOf(4), at)).toBe(true)
    expect(await used.use(idOf(4), at)).toBe(false)
  })
})

test('rows of tokens that were issued more than a day earlier are removed by the way', async () => {
  const table = storageOf(account).table(usedTokenTableName)
  const later = at + 30 * dayMs
  for (const days of [0, 28, 29]) await used.use(idOf(100 + days), at + days * dayMs)
  await used.use(idOf(200), later)
  const left = []
  for await (const { partitionKey } of table.listEntities()) left.push(partitionKey)
  expect(new Set(left)).toEqual(new Set(['Day=2026-12-21', 'Day=2026-12-22']))
})

test.each([
  [{ partitionKey: 'Day=2026-11-22', rowKey: idOf(1) }, false],
  [{ partitionKey: 'Day=22.11.2026', rowKey: idOf(1) }, true],
  [{ partitionKey: 'Day=2026-11-22', rowKey: 'a token' }, true],
])('of %j the repair command says that it is damaged: %j', async (row, damaged) => {
  const repair = repairCommandOn(usedTokenTableName)
  expect(await repair.finds(row)).toBe(damaged)
  expect(repair.kindOfRepair(row.rowKey)).toBe('delete')
})
