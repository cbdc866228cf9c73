// Wakes on Table storage: the suite of every store, and outages.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableWakes } from '../../../../src/adapters/azure/alerts/schedule.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import type { Wakes } from '../../../../src/ports/schedule.ts'
import { acme } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { noPauses } from '../../../support/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { wakesConformance } from '../../conformance/schedule.ts'

const account = storageAccount()
let proxy: FaultProxy
let wakes: Wakes

const open = (connectionString: string) =>
  tableWakes(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  wakes = open(account)
})
afterAll(() => proxy?.stop())

wakesConformance('table', () => wakes)

describe('table: a wake', () => {
  const wake = { organizationId: acme, at: 5 }

  test.each([
    ['failed', []],
    ['lost', [wake]],
  ] as const)('whose note is %s is an outage, and can be noted again', async (kind, noted) => {
    const through = open(proxy.connectionString)
    await through.check()
    proxy.arm(1, kind, true)
    await expect(through.note(wake)).rejects.toThrow(Unavailable)
    proxy.heal()
    expect(await wakes.due(5, 10)).toMatchObject(noted)
    const again = await through.note(wake)
    expect(await wakes.due(5, 10)).toEqual([again])
    await through.forget([again])
  })

  test.each(['failed', 'lost'] as const)(
    'whose forgetting is %s is an outage, and can be forgotten again',
    async (kind) => {
      const through = open(proxy.connectionString)
      const noted = await through.note(wake)
      proxy.arm(1, kind, true)
      await expect(through.forget([noted])).rejects.toThrow(Unavailable)
      proxy.heal()
      await through.forget([noted])
      expect(await wakes.due(5, 10)).toEqual([])
    },
  )
})
