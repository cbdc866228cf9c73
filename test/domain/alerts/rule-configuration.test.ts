// The rule configuration: every change keeps its limits, tells of itself, and lets go of mutes that are over.
import { describe, expect, test } from 'vitest'
import {
  addRule,
  type ConfigurationChange,
  type CustomRule,
  customRulesMax,
  emptyConfiguration,
  type Mute,
  mute,
  mutesAt,
  mutesMax,
  noSettings,
  putSettings,
  type RuleConfiguration,
  removeRule,
  replaceRule,
  settingsFor,
  unmute,
  withoutReported,
} from '../../../src/domain/alerts/rule-configuration.ts'
import { alice, event, guid, instant } from '../../support/events.ts'

const at = '2026-11-22T06:28:00Z'
const auditEvent = event({ date: at, type: 9000 })
const [shippedId, ownId, otherId] = [guid(1, 'e'), guid(2, 'e'), guid(3, 'e')]
const shipped = new Set([shippedId])

const own = (id = ownId, text = 'title: T'): CustomRule => ({ id, text, savedAt: instant(at), savedBy: alice })
const muted = (id: number, until = '2026-11-23T00:00:00Z', ruleId = ownId): Mute => ({
  id: guid(id, 'f'),
  ruleId,
  group: null,
  until: instant(until),
  mutedBy: alice,
  mutedAt: instant(at),
})
const configuration = (more: Partial<RuleConfiguration> = {}): RuleConfiguration => ({
  ...emptyConfiguration,
  rules: [own()],
  ...more,
})
const off = { ...noSettings, enabled: false }

/** The configuration after a change that is made. */
function configurationOf(change: ConfigurationChange): RuleConfiguration {
  if (change.kind === 'changed') return change.configuration
  throw new Error(`refused: ${change.reason}`)
}

describe('rules', () => {
  test('are added behind those that are there, replaced in their place, and taken away', () => {
    const added = configurationOf(addRule(configuration(), own(otherId), shipped, auditEvent))
    expect(added.rules).toEqual([own(), own(otherId)])
    const replaced = configurationOf(replaceRule(added, own(ownId, 'title: U'), shipped, auditEvent))
    expect(replaced.rules).toEqual([own(ownId, 'title: U'), own(otherId)])
    expect(configurationOf(removeRule(replaced, ownId, shipped, auditEvent)).rules).toEqual([own(otherId)])
  })

  test('whose text cannot be read stay until they are replaced or taken away', () => {
    const unread = configuration({ rules: [], unreadable: [ownId, otherId] })
    expect(addRule(unread, own(), shipped, auditEvent)).toEqual({ kind: 'refused', reason: 'rule-exists' })
    expect(configurationOf(addRule(unread, own(guid(9, 'e')), shipped, auditEvent)).unreadable).toEqual([
      ownId,
      otherId,
    ])
    expect(configurationOf(replaceRule(unread, own(), shipped, auditEvent))).toMatchObject({
      rules: [own()],
      unreadable: [otherId],
    })
    expect(configurationOf(removeRule(unread, ownId, shipped, auditEvent))).toMatchObject({
      rules: [],
      unreadable: [otherId],
    })
    const many = Array.from({ length: customRulesMax - 1 }, (_, index) => own(guid(index + 100, 'e')))
    const full = addRule(configuration({ rules: many, unreadable: [ownId] }), own(otherId), shipped, auditEvent)
    expect(full).toEqual({ kind: 'refused', reason: 'too-many-rules' })
  })

  test.each([
    ['adding a rule twice', addRule(configuration(), own(), shipped, auditEvent), 'rule-exists'],
    [
      'adding a rule with the id of a shipped one',
      addRule(configuration(), own(shippedId), shipped, auditEvent),
      'rule-exists',
    ],
    ['replacing a shipped rule', replaceRule(configuration(), own(shippedId), shipped, auditEvent), 'rule-shipped'],
    ['replacing an unknown rule', replaceRule(configuration(), own(otherId), shipped, auditEvent), 'rule-unknown'],
    ['taking a shipped rule away', removeRule(configuration(), shippedId, shipped, auditEvent), 'rule-shipped'],
    ['taking an unknown rule away', removeRule(configuration(), otherId, shipped, auditEvent), 'rule-unknown'],
    ['setting an unknown rule', putSettings(configuration(), otherId, off, shipped, auditEvent), 'rule-unknown'],
    [
      'muting an unknown rule',
      mute(configuration(), muted(1, undefined, otherId), shipped, auditEvent),
      'rule-unknown',
    ],
    ['ending an unknown mute', unmute(configuration(), guid(1, 'f'), auditEvent), 'mute-unknown'],
  ])('%s is refused', (_, change, reason) => {
    expect(change).toEqual({ kind: 'refused', reason })
  })

  test(`are ${customRulesMax} at most`, () => {
    const rules = Array.from({ length: customRulesMax - 1 }, (_, index) => own(guid(index, 'e')))
    const full = configurationOf(addRule(configuration({ rules }), own(guid(1, 'd')), shipped, auditEvent))
    expect(full.rules).toHaveLength(customRulesMax)
    expect(addRule(full, own(guid(2, 'd')), shipped, auditEvent)).toEqual({ kind: 'refused', reason: 'too-many-rules' })
    expect(replaceRule(full, own(guid(1, 'd'), 'title: U'), shipped, auditEvent).kind).toBe('changed')
  })

  test('that go take their settings and mutes with them, and no others', () => {
    const settings = [ownId, shippedId].map((ruleId) => ({ ruleId, settings: off }))
    const mutes = [muted(1), muted(2, undefined, shippedId)]
    const left = configurationOf(removeRule(configuration({ settings, mutes }), ownId, shipped, auditEvent))
    expect(left.settings).toEqual([{ ruleId: shippedId, settings: off }])
    expect(left.mutes).toEqual([muted(2, undefined, shippedId)])
  })
})

describe('settings', () => {
  test('of any rule are put as a whole', () => {
    const once = configurationOf(putSettings(configuration(), shippedId, { ...off, threshold: 5 }, shipped, auditEvent))
    const twice = configurationOf(putSettings(once, shippedId, { ...noSettings, level: 'low' }, shipped, auditEvent))
    expect(settingsFor(twice, shippedId)).toEqual({ ...noSettings, level: 'low' })
    expect(settingsFor(twice, ownId)).toEqual(noSettings)
  })

  test('that set nothing are not kept', () => {
    const once = configurationOf(putSettings(configuration(), ownId, off, shipped, auditEvent))
    expect(configurationOf(putSettings(once, ownId, noSettings, shipped, auditEvent)).settings).toEqual([])
  })

  test('stay when their rule is replaced', () => {
    const set = configurationOf(putSettings(configuration(), ownId, off, shipped, auditEvent))
    expect(settingsFor(configurationOf(replaceRule(set, own(ownId, 'title: U'), shipped, auditEvent)), ownId)).toEqual(
      off,
    )
  })
})

describe('mutes', () => {
  test(`are ${mutesMax} at most, those that are over not counted`, () => {
    const mutes = Array.from({ length: mutesMax - 1 }, (_, index) => muted(index + 1))
    const full = configurationOf(
      mute(configuration({ mutes: [...mutes, muted(900, at)] }), muted(901), shipped, auditEvent),
    )
    expect(full.mutes).toHaveLength(mutesMax)
    expect(mute(full, muted(902), shipped, auditEvent)).toEqual({ kind: 'refused', reason: 'too-many-mutes' })
  })

  test('end before their until, and at an earlier word', () => {
    const known = configuration({ mutes: [muted(1), muted(2)] })
    expect(mutesAt(known, instant('2026-11-22T23:59:59.9999999Z'))).toHaveLength(2)
    expect(mutesAt(known, instant('2026-11-23T00:00:00Z'))).toEqual([])
    expect(configurationOf(unmute(known, guid(1, 'f'), auditEvent)).mutes).toEqual([muted(2)])
  })

  test('that are over go with any change, and cannot be ended', () => {
    const known = configuration({ mutes: [muted(1, at), muted(2)] })
    expect(configurationOf(putSettings(known, ownId, off, shipped, auditEvent)).mutes).toEqual([muted(2)])
    expect(unmute(known, guid(1, 'f'), auditEvent)).toEqual({ kind: 'refused', reason: 'mute-unknown' })
  })
})

describe('what is not reported', () => {
  const earlier = event({ date: at, type: 9001 })
  const known = configuration({ unreported: [earlier], mutes: [muted(1)] })

  test.each([
    ['adding', addRule(known, own(otherId), shipped, auditEvent)],
    ['replacing', replaceRule(known, own(), shipped, auditEvent)],
    ['taking away', removeRule(known, ownId, shipped, auditEvent)],
    ['setting', putSettings(known, ownId, off, shipped, auditEvent)],
    ['muting', mute(known, muted(2), shipped, auditEvent)],
    ['ending a mute', unmute(known, guid(1, 'f'), auditEvent)],
  ])('grows by the event of each change: %s', (_, change) => {
    expect(configurationOf(change).unreported).toEqual([earlier, auditEvent])
  })

  test('is what is left once some of it is reported', () => {
    const both = configurationOf(putSettings(known, ownId, off, shipped, auditEvent))
    const left = configurationOf(withoutReported(both, [earlier]))
    expect(left).toEqual({ ...both, unreported: [auditEvent] })
    expect(configurationOf(withoutReported(left, [earlier]))).toEqual(left)
  })
})
