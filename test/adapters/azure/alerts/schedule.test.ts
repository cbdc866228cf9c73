// EvaluationSchedule on Table storage: the suite of every store, and outages.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableSchedule } from '../../../../src/adapters/azure/alerts/schedule.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import type { EvaluationSchedule } from '../../../../src/ports/alerts/schedule.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { acme } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { scheduleConformance } from '../../conformance/schedule.ts'

const account = storageAccount()
let proxy: FaultProxy
let schedule: EvaluationSchedule

const open = (connectionString: string) =>
  tableSchedule(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  schedule = open(account)
})
afterAll(() => proxy?.stop())

scheduleConformance('table', () => schedule)

describe('table: a schedule entry', () => {
  const entry = { organizationId: acme, at: 5 }

  test.each([
    ['failed', []],
    ['lost', [entry]],
  ] as const)('whose note is %s is an outage, and can be noted again', async (kind, noted) => {
    const through = open(proxy.connectionString)
    await through.check()
    proxy.arm(1, kind, true)
    await expect(through.add(entry)).rejects.toThrow(Unavailable)
    proxy.heal()
    expect(await schedule.due(5, 10)).toMatchObject(noted)
    const again = await through.add(entry)
    expect(await schedule.due(5, 10)).toEqual([again])
    await through.cancel([again])
  })

  test.each(['failed', 'lost'] as const)(
    'whose forgetting is %s is an outage, and can be forgotten again',
    async (kind) => {
      const through = open(proxy.connectionString)
      const noted = await through.add(entry)
      proxy.arm(1, kind, true)
      await expect(through.cancel([noted])).rejects.toThrow(Unavailable)
      proxy.heal()
      await through.cancel([noted])
      expect(await schedule.due(5, 10)).toEqual([])
    },
  )
})
