// Integrations on Table storage: the suite of every store, what another instance changes, and changes that are cut short.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableIntegrations } from '../../../../src/adapters/azure/integrations/integrations.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import type { Integrations } from '../../../../src/ports/integrations.ts'
import { accountAt } from '../../../support/storage/account.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { interposedStorage } from '../../../support/storage/interposed-storage.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { adding, integration, integrationsConformance, removing, replacing } from '../../conformance/integrations.ts'
import { newOrganization } from '../../conformance/outbox-samples.ts'

const account = storageAccount()
let proxy: FaultProxy
let store: Integrations

const open = (connectionString: string) =>
  tableIntegrations(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  store = open(account)
})
afterAll(() => proxy?.stop())

integrationsConformance(
  'table',
  () => store,
  () => open(account),
)

describe('table: integrations', () => {
  test('are read in one request, and changed in one more', async () => {
    const [id, through] = [newOrganization(), open(proxy.connectionString)]
    for (const number of [1, 2, 3]) await through.change(id, adding(number))
    proxy.arm(0, 'failed', false)
    await through.change(id, replacing(2, { name: 'again' }))
    expect(proxy.requests).toEqual(['GET /integration()?$top=1000', 'POST /$batch'])
  })

  test('that another instance changes meanwhile are changed as they are then', async () => {
    const id = newOrganization()
    await store.change(id, adding(1))
    const slow = tableIntegrations(
      interposedStorage(accountAt(account)(), async (request, number) => {
        // The table, the integrations, the transaction.
        if (number !== 3) return
        expect(request).toBe('POST /$batch')
        await store.change(id, adding(2))
        await store.change(id, removing(1))
      }),
    )
    const changed = await slow.change(id, adding(3))
    expect(changed).toMatchObject({ integrations: [integration(2), integration(3)] })
    expect(await store.integrationsOf(id)).toEqual([integration(2), integration(3)])
  })

  test.each(['failed', 'lost'] as const)(
    'whose change ends when a request is %s are as before or after',
    async (kind) => {
      for (let at = 1; ; at += 1) {
        const id = newOrganization()
        for (const number of [1, 2]) await store.change(id, adding(number))
        proxy.arm(at, kind, true)
        const change = (from: Integrations) =>
          from.change(id, (known) => {
            const removed = removing(1)(known)
            return removed.kind === 'changed' ? adding(3)(removed.integrations) : removed
          })
        const outcome: unknown = await change(open(proxy.connectionString)).catch((error: unknown) => error)
        const fired = proxy.fired()
        proxy.heal()
        if (fired) expect(outcome).toBeInstanceOf(Unavailable)
        const before = [integration(1), integration(2)]
        const after = [integration(2), integration(3)]
        expect([before, after]).toContainEqual(await store.integrationsOf(id))

        await change(open(account))
        expect(await store.integrationsOf(id)).toEqual(after)
        if (!fired) {
          // The table, the integrations, and the transaction.
          expect(at).toBe(4)
          return
        }
      }
    },
  )
})
