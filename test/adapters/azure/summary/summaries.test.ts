// Summaries on Table storage: the suite of every store, and counting that is cut short at any request: every event counts once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { tableSummaries } from '../../../../src/adapters/azure/summary/summaries.ts'
import { memoryEventStore } from '../../../../src/adapters/memory/event-store.ts'
import { summarize } from '../../../../src/application/summary/summarize.ts'
import { totalsOf } from '../../../../src/domain/summary/summary.ts'
import type { Summaries } from '../../../../src/ports/counts/summaries.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import { event, guid } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { dayNumber, fullDay, newOrganization, summariesConformance } from '../../conformance/summaries.ts'

const account = storageAccount()
let proxy: FaultProxy
let summaries: Summaries

const open = (connectionString: string) =>
  tableSummaries(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  summaries = open(account)
})
afterAll(() => proxy?.stop())

summariesConformance('table', () => summaries)

describe('table: summaries', () => {
  test('take no step that is larger than a transaction', async () => {
    const days = new Map(Array.from({ length: 60 }, (_, index) => [dayNumber(index), fullDay]))
    const id = newOrganization()
    const step = summaries.commit(id, await summaries.progressOf(id), { checkpoint: 'x', countedTo: 1, days })

    await expect(step).rejects.toThrow(EntryTooLarge)
  })

  test.each(['failed', 'lost'] as const)('count each event once, whichever request is %s', async (kind) => {
    for (let at = 1; ; at += 1) {
      const organizationId = newOrganization()
      const store = memoryEventStore()
      await store.append(
        [0, 1, 2].map((day) => event({ organizationId, cipherId: guid(day, 'd'), date: dayNumber(day) })),
      )
      await summarize({ organizationId, store, summaries })
      await store.append(
        [1, 1, 5].map((day, index) => event({ organizationId, cipherId: guid(index + 9, 'd'), date: dayNumber(day) })),
      )

      proxy.arm(at, kind, true)
      const run = summarize({ organizationId, store, summaries: open(proxy.connectionString) })
      const outcome: unknown = await run.catch((error: unknown) => error)
      const fired = proxy.fired()
      proxy.heal()
      if (fired) expect(outcome).toBeInstanceOf(Unavailable)

      expect(await summarize({ organizationId, store, summaries })).toBe('done')
      const days = await summaries.daysBetween(organizationId, dayNumber(0), dayNumber(9))
      const counts = [...days].map(([day, counts]) => [day, totalsOf(counts).events])
      expect(counts).toEqual([
        [dayNumber(0), 1],
        [dayNumber(1), 3],
        [dayNumber(2), 1],
        [dayNumber(5), 1],
      ])
      if (!fired) {
        // The table, the progress, two days, and the transaction.
        expect(at).toBe(6)
        return
      }
    }
  })
})
