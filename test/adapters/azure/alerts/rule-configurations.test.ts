// Rule configurations on Table storage: the suite of every store, what another instance changes, and changes that are cut short.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableRuleConfigurations } from '../../../../src/adapters/azure/alerts/rule-configurations.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import type { RuleConfigurations } from '../../../../src/ports/alerts/rule-configurations.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import { alice, event, guid, instant } from '../../../support/events.ts'
import { accountAt } from '../../../support/storage/account.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { interposedStorage } from '../../../support/storage/interposed-storage.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import {
  dropping,
  newOrganization,
  putting,
  ruleConfigurationsConformance,
} from '../../conformance/rule-configurations.ts'

const account = storageAccount()
let proxy: FaultProxy
let configurations: RuleConfigurations

const open = (connectionString: string) =>
  tableRuleConfigurations(openStorage({ kind: 'connection-string', connectionString }, noPauses))
const textsOf = async (from: RuleConfigurations, id: ReturnType<typeof newOrganization>) =>
  (await from.configurationOf(id)).rules.map(({ text }) => text)

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  configurations = open(account)
})
afterAll(() => proxy?.stop())

ruleConfigurationsConformance(
  'table',
  () => configurations,
  () => open(account),
)

describe('table: a rule configuration', () => {
  test('that another instance changes is seen at once, and only what changed is read', async () => {
    const id = newOrganization()
    const here = open(proxy.connectionString)
    for (const number of [1, 2, 3]) await configurations.change(id, putting(number, `rule ${number}`))
    expect(await textsOf(here, id)).toEqual(['rule 1', 'rule 2', 'rule 3'])
    await configurations.change(id, putting(3, 'rule 3 again'))
    await configurations.change(id, dropping(2))

    proxy.arm(0, 'failed', false)
    expect(await textsOf(here, id)).toEqual(['rule 1', 'rule 3 again'])
    expect(proxy.requests).toHaveLength(2)
    const configuration = await here.configurationOf(id)
    expect(await here.configurationOf(id)).toBe(configuration)
    expect(proxy.requests).toHaveLength(4)
  })

  test('is one object for all who ask at once', async () => {
    const id = newOrganization()
    await configurations.change(id, putting(1, 'a'))
    const other = open(account)
    const asked = await Promise.all([1, 2, 3].map(() => other.configurationOf(id)))
    expect(new Set(asked).size).toBe(1)
    expect(await other.configurationOf(id)).toBe(asked[0])
  })

  test.each([3, 4])('is whole also when another instance changes it before request %d of a reading', async (at) => {
    const id = newOrganization()
    for (const number of [1, 2]) await configurations.change(id, putting(number, `rule ${number}`))
    const slow = tableRuleConfigurations(
      interposedStorage(accountAt(account)(), async (_, number) => {
        // The table, the configuration, the texts.
        if (number !== at) return
        await configurations.change(id, putting(1, 'rule 1 again'))
        await configurations.change(id, dropping(2))
      }),
    )
    expect((await slow.configurationOf(id)).rules).toEqual((await configurations.configurationOf(id)).rules)
    expect(await textsOf(slow, id)).toEqual(['rule 1 again'])
  })

  test('takes 99 rules at once, and not one more', async () => {
    const id = newOrganization()
    const rules = Array.from({ length: 100 }, (_, index) => {
      return { id: guid(index, 'e'), text: `rule ${index}`, savedAt: instant('2026-11-20'), savedBy: alice }
    })
    const add = (count: number) =>
      configurations.change(id, (configuration) => ({
        kind: 'changed',
        configuration: { ...configuration, rules: rules.slice(0, count) },
      }))
    await expect(add(100)).rejects.toThrow(RangeError)
    expect((await open(account).configurationOf(id)).rules).toEqual([])
    await add(99)
    await add(100)
    expect((await open(account).configurationOf(id)).rules).toEqual(rules)
  })

  test('that is too large to be stored is refused, and stays as it was', async () => {
    const id = newOrganization()
    await configurations.change(id, putting(1, 'a'))
    const unreported = Array.from({ length: 3_000 }, () => event())
    const change = configurations.change(id, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, unreported },
    }))
    await expect(change).rejects.toThrow(EntryTooLarge)
    expect((await configurations.configurationOf(id)).unreported).toEqual([])
  })

  test.each(['failed', 'lost'] as const)(
    'whose change ends when a request is %s is as before or after',
    async (kind) => {
      for (let at = 1; ; at += 1) {
        const id = newOrganization()
        for (const number of [1, 2]) await configurations.change(id, putting(number, `rule ${number}`))
        const change = (from: RuleConfigurations) =>
          from.change(id, (configuration) => {
            const added = putting(3, 'rule 3')(configuration)
            return added.kind === 'changed' ? dropping(1)(added.configuration) : added
          })
        proxy.arm(at, kind, true)
        const outcome: unknown = await change(open(proxy.connectionString)).catch((error: unknown) => error)
        const fired = proxy.fired()
        proxy.heal()
        if (fired) expect(outcome).toBeInstanceOf(Unavailable)
        const [before, after] = [
          ['rule 1', 'rule 2'],
          ['rule 2', 'rule 3'],
        ]
        expect([before, after]).toContainEqual(await textsOf(open(account), id))

        await change(open(proxy.connectionString))
        expect(await textsOf(configurations, id)).toEqual(after)
        if (!fired) {
          // The table, the configuration, two texts, and the transaction.
          expect(at).toBe(6)
          return
        }
      }
    },
  )
})
