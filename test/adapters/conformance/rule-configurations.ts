// What every store of rule configurations must do. Each adapter's test runs this suite.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { exceptionsCharsMax, exceptionsMax } from '../../../src/domain/alerts/configuration/change-exceptions.ts'
import {
  type ConfigurationChange,
  customRulesMax,
  emptyConfiguration,
  type Mute,
  mutesMax,
  type RuleConfiguration,
} from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { defaultHours, holidayNameCharactersMax, holidaysMax } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { ListName, listsCharsMax, listValuesMax } from '../../../src/domain/alerts/lists/value-list.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { RuleConfigurations } from '../../../src/ports/alerts/rule-configurations.ts'
import { alice, bob, event, guid, instant } from '../../support/events.ts'

let organizations = 0x3000
/** An organization that no other test uses. */
export const newOrganization = () => guid(++organizations, 'c')

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const textBytesMax = 64 * 1024

type Change = (configuration: RuleConfiguration) => ConfigurationChange
const changing =
  (change: (configuration: RuleConfiguration) => Partial<RuleConfiguration>): Change =>
  (configuration) => ({ kind: 'changed', configuration: { ...configuration, ...change(configuration) } })

/** Puts a rule with this text into a configuration, in place of the one of the same number. */
export const putting = (number: number, text: string): Change =>
  changing(({ rules }) => {
    const rule = { id: guid(number, 'e'), text, savedAt: instantAt(number), savedBy: alice }
    return { rules: [...rules.filter(({ id }) => id !== rule.id), rule] }
  })
/** Takes the rule of this number from a configuration. */
export const dropping = (number: number): Change =>
  changing(({ rules }) => ({ rules: rules.filter(({ id }) => id !== guid(number, 'e')) }))
const muting = (number: number, members: Partial<Mute> = {}): Change =>
  changing(({ mutes }) => ({ mutes: [...mutes, mute(number, members)] }))
const mute = (number: number, members: Partial<Mute> = {}): Mute => ({
  id: guid(number, 'f'),
  ruleId: guid(number, 'e'),
  group: null,
  until: instant('2026-12-01'),
  mutedBy: bob,
  mutedAt: instant('2026-11-20'),
  ...members,
})
const settings = (number: number) => ({
  ruleId: guid(number, 'e'),
  settings: {
    enabled: true,
    level: 'critical',
    timespanMs: 1,
    repeatMs: null,
    threshold: 3,
    sensitivity: 2.5,
  } as const,
})

/** Texts of 64 KiB that something on their way might not take as they are. */
const hostile = [
  'x'.repeat(textBytesMax),
  '"\\'.repeat(textBytesMax / 2),
  '\u0000'.repeat(textBytesMax),
  `x${'\ud83d\ude00'.repeat(textBytesMax / 4 - 1)}`,
  '\ud83d '.repeat(textBytesMax / 4),
  '\u2028\u00a0'.repeat(Math.floor(textBytesMax / 5)),
  '\ufeff<![CDATA[&amp;\r\n--batch'.repeat(2_000),
]

/** The promises of the port `RuleConfigurations`. `afresh` gives a store with the same content that has not read any of it. */
export function ruleConfigurationsConformance(
  name: string,
  configurations: () => RuleConfigurations,
  afresh: () => RuleConfigurations,
): void {
  describe(`${name}: a rule configuration`, () => {
    test('is empty for an unknown organization, and the same each time', async () => {
      const id = newOrganization()
      expect(await configurations().configurationOf(id)).toEqual(emptyConfiguration)
      expect(await configurations().configurationOf(id)).toBe(await configurations().configurationOf(id))
    })

    test('is at once what a change made of it, each organization its own', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const changed = await configurations().change(one, putting(1, 'title: one'))
      await configurations().change(other, putting(1, 'title: other'))
      expect(changed.kind).toBe('changed')
      expect(await afresh().configurationOf(one)).toEqual(changed.kind === 'changed' && changed.configuration)
      expect((await afresh().configurationOf(other)).rules.map(({ text }) => text)).toEqual(['title: other'])
    })

    test('is the same object while nothing changed, and another after a change', async () => {
      const id = newOrganization()
      await configurations().change(id, putting(1, 'a'))
      const first = await configurations().configurationOf(id)
      expect(await configurations().configurationOf(id)).toBe(first)
      await configurations().change(id, () => ({ kind: 'refused', reason: 'rule-exists' }))
      expect(await configurations().configurationOf(id)).toBe(first)
      await configurations().change(id, muting(1))
      const second = await configurations().configurationOf(id)
      expect(second).not.toBe(first)
      expect(second).toEqual({ ...first, mutes: [mute(1)] })
    })

    test('keeps the order of its rules when some are added, replaced and dropped', async () => {
      const id = newOrganization()
      for (const number of [3, 1, 2]) await configurations().change(id, putting(number, `rule ${number}`))
      await configurations().change(id, putting(3, 'rule 3 again'))
      await configurations().change(id, dropping(1))
      await configurations().change(id, putting(4, ''))
      expect((await afresh().configurationOf(id)).rules.map(({ text }) => text)).toEqual(['rule 2', 'rule 3 again', ''])
      for (const number of [2, 3, 4]) await configurations().change(id, dropping(number))
      await configurations().change(id, putting(1, 'rule 1 again'))
      expect((await afresh().configurationOf(id)).rules.map(({ text }) => text)).toEqual(['rule 1 again'])
    })

    test('keeps alerting hours, and has none before they are set', async () => {
      const id = newOrganization()
      await configurations().change(id, putting(1, 'a'))
      expect((await afresh().configurationOf(id)).hours).toBeUndefined()
      const dates = Array.from({ length: holidaysMax }, (_, day) => instantAt(day * 86_400_000).slice(0, 10))
      const holidays = dates.map((date) => ({ date, name: '\u2028'.repeat(holidayNameCharactersMax) }))
      const hours = { ...defaultHours, timeZone: 'Europe/Berlin', holidays }
      await configurations().change(
        id,
        changing(() => ({ hours })),
      )
      expect((await afresh().configurationOf(id)).hours).toEqual(hours)
    })

    test('stays as it is when a change is refused, also an empty one', async () => {
      const id = newOrganization()
      const refusal = { kind: 'refused', reason: 'rule-unknown' } as const
      expect(await configurations().change(id, () => refusal)).toEqual(refusal)
      expect(await configurations().configurationOf(id)).toEqual(emptyConfiguration)
      await configurations().change(id, putting(1, 'a'))
      const before = await configurations().configurationOf(id)
      expect(await configurations().change(id, () => refusal)).toEqual(refusal)
      expect(await configurations().configurationOf(id)).toEqual(before)
    })

    test('stays as it is when a change throws', async () => {
      const id = newOrganization()
      const failing = configurations().change(id, () => {
        throw new RangeError('no')
      })
      await expect(failing).rejects.toThrow(RangeError)
      expect(await configurations().configurationOf(id)).toEqual(emptyConfiguration)
    })

    test('loses no change of several at once', async () => {
      const id = newOrganization()
      await configurations().change(id, putting(9, 'before'))
      const changes = [putting(1, 'one'), putting(2, 'two'), dropping(9), muting(1), muting(2)]
      await Promise.all(changes.map((change) => configurations().change(id, change)))
      const { rules, mutes } = await afresh().configurationOf(id)
      expect(rules.map(({ text }) => text).sort()).toEqual(['one', 'two'])
      expect(mutes.map(({ ruleId }) => ruleId).sort()).toEqual([guid(1, 'e'), guid(2, 'e')])
    })

    test('holds a refusal that only the newer configuration gives', async () => {
      const id = newOrganization()
      const once: Change = (configuration) =>
        configuration.rules.length > 0 ? { kind: 'refused', reason: 'rule-exists' } : putting(1, 'a')(configuration)
      const results = await Promise.all([1, 2, 3].map(() => configurations().change(id, once)))
      expect(results.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
    })

    test(`comes back whole with ${customRulesMax} rules of hostile text`, async () => {
      const id = newOrganization()
      const texts = numbers(customRulesMax).map((index) => hostile[index % hostile.length] ?? '')
      for (const [index, text] of texts.entries()) await configurations().change(id, putting(index, text))
      const { rules } = await afresh().configurationOf(id)
      expect(rules.map((rule) => rule.id)).toEqual(texts.map((_, index) => guid(index, 'e')))
      expect(rules.every(({ text }, index) => text === texts[index])).toBe(true)
    })

    test('has the lists of its last change, also none', async () => {
      const id = newOrganization()
      const list = (values: readonly string[]) => {
        const changed = { changedAt: instant('2026-11-20'), changedBy: bob }
        return [{ name: v.parse(ListName, 'a'), kind: 'text' as const, values, ...changed }]
      }
      const lists = async () => (await afresh().configurationOf(id)).lists
      await configurations().change(
        id,
        changing(() => ({ lists: list(['x', '\u2028"']) })),
      )
      expect(await lists()).toEqual(list(['x', '\u2028"']))
      await configurations().change(id, putting(1, 'a'))
      expect(await lists()).toEqual(list(['x', '\u2028"']))
      await configurations().change(
        id,
        changing(() => ({ lists: list(['y']) })),
      )
      expect(await lists()).toEqual(list(['y']))
      await configurations().change(
        id,
        changing(() => ({ lists: [] })),
      )
      expect(await lists()).toEqual([])
      expect((await afresh().configurationOf(id)).rules).toHaveLength(1)
    })

    test('comes back whole with all its mutes, exceptions, lists and settings and many events', async () => {
      const id = newOrganization()
      const group = numbers(4).map((index) => ({ name: `actingUserId${index}`, value: '"\ud83d\ude00'.repeat(40) }))
      const conditions = { hours: { from: '01:00', to: '02:00', weekdays: ['Friday' as const], zone: 'Europe/Berlin' } }
      const exceptions = numbers(exceptionsMax).map((number) => ({
        id: guid(number, '9'),
        ruleId: guid(number, 'e'),
        conditions: { ...conditions, actingUserIds: [alice], networks: ['2001:db8::/48'] },
        reason: '"\ud83d\ude00'.repeat(28),
        createdBy: bob,
        createdAt: instant('2026-11-20'),
        until: number === 0 ? null : instant('2026-12-01'),
      }))
      expect(JSON.stringify(exceptions).length).toBeGreaterThan(exceptionsCharsMax - 15_000)
      expect(JSON.stringify(exceptions).length).toBeLessThan(exceptionsCharsMax)
      const ids = numbers(listValuesMax).map((number) => guid(number, 'd'))
      const list = (name: string, values: readonly string[]) => ({
        name: v.parse(ListName, name),
        kind: 'items' as const,
        values,
        changedAt: instant('2026-11-20'),
        changedBy: bob,
      })
      const lists = [...numbers(10).map((number) => list(`list_${number}`, ids)), list('others', ids.slice(800))]
      expect(JSON.stringify(lists).length).toBeGreaterThan(listsCharsMax - 5_000)
      expect(JSON.stringify(lists).length).toBeLessThan(listsCharsMax)
      const full = {
        exceptions,
        lists,
        mutes: numbers(mutesMax).map((number) => mute(number, { group })),
        settings: numbers(customRulesMax + 100).map(settings),
        unreported: numbers(100).map((number) => event({ cipherId: guid(number, 'd'), objectName: '"'.repeat(256) })),
      }
      await configurations().change(
        id,
        changing(() => full),
      )
      expect(await afresh().configurationOf(id)).toEqual({ ...emptyConfiguration, ...full })
    })
  })
}
