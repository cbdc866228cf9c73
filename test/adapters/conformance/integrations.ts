// What every store of integrations must do. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import {
  addIntegration,
  type Integration,
  type IntegrationsChange,
  integrationsMax,
  removeIntegration,
} from '../../../src/domain/notifications/integration.ts'
import type { Integrations } from '../../../src/ports/integrations.ts'
import { alice, guid, instant } from '../../support/events.ts'
import { newOrganization, numbers } from './outbox-samples.ts'

/** An integration of this number: a webhook of Acme's that receives everything, unless the test says otherwise. */
export const integration = (number: number, members: Partial<Integration> = {}): Integration => ({
  id: guid(number, '6'),
  name: `Webhook ${number}`,
  template: null,
  state: { kind: 'active' },
  target: { kind: 'webhook', host: 'hooks.acme.test', batch: false, previousSecretUntil: null },
  subscriptions: {
    alerts: { levels: ['high'], rules: null, per: 'incident', resolved: true },
    events: { types: [1107], filter: { and: [{ field: 'deviceType', operator: 'in', value: [1, null, 'x'] }] } },
  },
  createdAt: instantAt(number),
  createdBy: alice,
  sealed: { url: 'sealed url', secret: 'sealed secret' },
  ...members,
})

type Change = (known: readonly Integration[]) => IntegrationsChange
export const adding =
  (number: number, members: Partial<Integration> = {}): Change =>
  (known) =>
    addIntegration(known, integration(number, members))
export const removing =
  (number: number): Change =>
  (known) =>
    removeIntegration(known, guid(number, '6'))
/** Replaces the integration of this number. */
export const replacing =
  (number: number, members: Partial<Integration>): Change =>
  (known) => {
    const after = integration(number, members)
    return {
      kind: 'changed',
      integrations: known.map((each) => (each.id === after.id ? after : each)),
      integration: after,
    }
  }

/** As long as an integration may be, in text that something on its way might not take as it is. */
const hostile = [
  'x'.repeat(30_000),
  '"\\'.repeat(7_000),
  '\u0000'.repeat(5_000),
  `x${'\ud83d\ude00'.repeat(14_000)}`,
  '\u2028\u00a0'.repeat(4_000),
  '\ud83d '.repeat(4_000),
  '\ufeff<![CDATA[&amp;\r\n--batch'.repeat(1_000),
]

/** The promises of the port `Integrations`. `afresh` gives a store with the same content that has not read any of it. */
export function integrationsConformance(name: string, store: () => Integrations, afresh: () => Integrations): void {
  describe(`${name}: integrations`, () => {
    test('are none for an unknown organization', async () => {
      await store().check()
      expect(await store().integrationsOf(newOrganization())).toEqual([])
    })

    test('are at once what a change made of them, each organization its own', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const disabled = integration(1, { state: { kind: 'disabled', reason: 'gone', at: instant('2026-11-20') } })
      const changed = await store().change(one, adding(1))
      await store().change(other, adding(1, disabled))
      expect(changed).toEqual({ kind: 'changed', integrations: [integration(1)], integration: integration(1) })
      expect(await afresh().integrationsOf(one)).toEqual([integration(1)])
      expect(await afresh().integrationsOf(other)).toEqual([disabled])
    })

    test('stay in the order they were made when some are replaced and removed', async () => {
      const id = newOrganization()
      for (const number of [3, 1, 2, 9]) await store().change(id, adding(number))
      await store().change(id, replacing(3, { name: 'again' }))
      await store().change(id, removing(1))
      await store().change(id, adding(1))
      expect((await afresh().integrationsOf(id)).map((each) => each.name)).toEqual([
        'again',
        'Webhook 2',
        'Webhook 9',
        'Webhook 1',
      ])
      for (const number of [1, 2, 3, 9]) await store().change(id, removing(number))
      expect(await afresh().integrationsOf(id)).toEqual([])
      await store().change(id, adding(2, { name: 'new' }))
      expect(await afresh().integrationsOf(id)).toEqual([integration(2, { name: 'new' })])
    })

    test('stay as they are when a change is refused or throws', async () => {
      const id = newOrganization()
      const refusal = { kind: 'refused', reason: 'integration-unknown' } as const
      expect(await store().change(id, () => refusal)).toEqual(refusal)
      expect(await store().integrationsOf(id)).toEqual([])
      await store().change(id, adding(1))
      expect(await store().change(id, removing(7))).toEqual(refusal)
      const failing = store().change(id, () => {
        throw new RangeError('no')
      })
      await expect(failing).rejects.toThrow(RangeError)
      expect(await afresh().integrationsOf(id)).toEqual([integration(1)])
    })

    test('lose no change of several at once', async () => {
      const id = newOrganization()
      await store().change(id, adding(9))
      const changes = [adding(1), adding(2), removing(9), adding(3)]
      await Promise.all(changes.map((change) => store().change(id, change)))
      const names = (await afresh().integrationsOf(id)).map((each) => each.name)
      expect(names.sort()).toEqual(['Webhook 1', 'Webhook 2', 'Webhook 3'])
    })

    test(`are ${integrationsMax} at most, however many are made at once, and come back whole when all are long`, async () => {
      const id = newOrganization()
      const named = (number: number) => ({ template: hostile[number % hostile.length] ?? '' })
      for (const number of numbers(integrationsMax - 1)) await store().change(id, adding(number, named(number)))
      const last = await Promise.all([49, 50, 51].map((number) => store().change(id, adding(number))))
      expect(last.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
      const found = await afresh().integrationsOf(id)
      expect(found).toHaveLength(integrationsMax)
      const expected = numbers(integrationsMax - 1).map((number) => integration(number, named(number)))
      expect(found.slice(0, -1)).toEqual(expected)
      await store().change(id, replacing(0, { name: 'again' }))
      expect((await afresh().integrationsOf(id))[0]).toEqual(integration(0, { name: 'again' }))
    })
  })
}
