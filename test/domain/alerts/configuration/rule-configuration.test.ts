// The rule configuration: every change stays within the limits, leaves an audit event, and removes mutes that are over.
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
} from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import { alice, event, guid, instant } from '../../../support/events.ts'

const at = '2026-11-22T06:28:00Z'
const auditEvent = event({ date: at, type: 9000 })
const [builtInId, ownId, otherId] = [guid(1, 'e'), guid(2, 'e'), guid(3, 'e')]
const builtInIds = new Set([builtInId])

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
    const added = configurationOf(addRule(configuration(), own(otherId), builtInIds, auditEvent))
    expect(added.rules).toEqual([own(), own(otherId)])
    const replaced = configurationOf(replaceRule(added, own(ownId, 'title: U'), builtInIds, auditEvent))
    expect(replaced.rules).toEqual([own(ownId, 'title: U'), own(otherId)])
    expect(configurationOf(removeRule(replaced, ownId, builtInIds, auditEvent)).rules).toEqual([own(otherId)])
  })

  test('whose text cannot be read stay until they are replaced or taken away', () => {
    const unread = configuration({ rules: [], unreadable: [ownId, otherId] })
    expect(addRule(unread, own(), builtInIds, auditEvent)).toEqual({ kind: 'refused', reason: 'rule-exists' })
    expect(configurationOf(addRule(unread, own(guid(9, 'e')), builtInIds, auditEvent)).unreadable).toEqual([
      ownId,
      otherId,
    ])
    expect(configurationOf(replaceRule(unread, own(), builtInIds, auditEvent))).toMatchObject({
      rules: [own()],
      unreadable: [otherId],
    })
    expect(configurationOf(removeRule(unread, ownId, builtInIds, auditEvent))).toMatchObject({
      rules: [],
      unreadable: [otherId],
    })
    const many = Array.from({ length: customRulesMax - 1 }, (_, index) => own(guid(index + 100, 'e')))
    const full = addRule(configuration({ rules: many, unreadable: [ownId] }), own(otherId), builtInIds, auditEvent)
    expect(full).toEqual({ kind: 'refused', reason: 'too-many-rules' })
  })

  test.each([
    ['adding a rule twice', addRule(configuration(), own(), builtInIds, auditEvent), 'rule-exists'],
    [
      'adding a rule with the id of a built-in rule',
      addRule(configuration(), own(builtInId), builtInIds, auditEvent),
      'rule-exists',
    ],
    [
      'replacing a built-in rule',
      replaceRule(configuration(), own(builtInId), builtInIds, auditEvent),
      'rule-built-in',
    ],
    ['replacing an unknown rule', replaceRule(configuration(), own(otherId), builtInIds, auditEvent), 'rule-unknown'],
    ['removing a built-in rule', removeRule(configuration(), builtInId, builtInIds, auditEvent), 'rule-built-in'],
    ['removing an unknown rule', removeRule(configuration(), otherId, builtInIds, auditEvent), 'rule-unknown'],
    ['setting an unknown rule', putSettings(configuration(), otherId, off, builtInIds, auditEvent), 'rule-unknown'],
    [
      'muting an unknown rule',
      mute(configuration(), muted(1, undefined, otherId), builtInIds, auditEvent),
      'rule-unknown',
    ],
    ['ending an unknown mute', unmute(configuration(), guid(1, 'f'), auditEvent), 'mute-unknown'],
  ])('%s is refused', (_, change, reason) => {
    expect(change).toEqual({ kind: 'refused', reason })
  })

  test(`are ${customRulesMax} at most`, () => {
    const rules = Array.from({ length: customRulesMax - 1 }, (_, index) => own(guid(index, 'e')))
    const full = configurationOf(addRule(configuration({ rules }), own(guid(1, 'd')), builtInIds, auditEvent))
    expect(full.rules).toHaveLength(customRulesMax)
    expect(addRule(full, own(guid(2, 'd')), builtInIds, auditEvent)).toEqual({
      kind: 'refused',
      reason: 'too-many-rules',
    })
    expect(replaceRule(full, own(guid(1, 'd'), 'title: U'), builtInIds, auditEvent).kind).toBe('changed')
  })

  test('that go take their settings and mutes with them, and no others', () => {
    const settings = [ownId, builtInId].map((ruleId) => ({ ruleId, settings: off }))
    const mutes = [muted(1), muted(2, undefined, builtInId)]
    const left = configurationOf(removeRule(configuration({ settings, mutes }), ownId, builtInIds, auditEvent))
    expect(left.settings).toEqual([{ ruleId: builtInId, settings: off }])
    expect(left.mutes).toEqual([muted(2, undefined, builtInId)])
  })
})

describe('settings', () => {
  test('of any rule are put as a whole', () => {
    const once = configurationOf(
      putSettings(configuration(), builtInId, { ...off, threshold: 5 }, builtInIds, auditEvent),
    )
    const twice = configurationOf(putSettings(once, builtInId, { ...noSettings, level: 'low' }, builtInIds, auditEvent))
    expect(settingsFor(twice, builtInId)).toEqual({ ...noSettings, level: 'low' })
    expect(settingsFor(twice, ownId)).toEqual(noSettings)
  })

  test('that set nothing are not kept', () => {
    const once = configurationOf(putSettings(configuration(), ownId, off, builtInIds, auditEvent))
    expect(configurationOf(putSettings(once, ownId, noSettings, builtInIds, auditEvent)).settings).toEqual([])
  })

  test('stay when their rule is replaced', () => {
    const set = configurationOf(putSettings(configuration(), ownId, off, builtInIds, auditEvent))
    expect(
      settingsFor(configurationOf(replaceRule(set, own(ownId, 'title: U'), builtInIds, auditEvent)), ownId),
    ).toEqual(off)
  })
})

describe('mutes', () => {
  test(`are ${mutesMax} at most, those that are over not counted`, () => {
    const mutes = Array.from({ length: mutesMax - 1 }, (_, index) => muted(index + 1))
    const full = configurationOf(
      mute(configuration({ mutes: [...mutes, muted(900, at)] }), muted(901), builtInIds, auditEvent),
    )
    expect(full.mutes).toHaveLength(mutesMax)
    expect(mute(full, muted(902), builtInIds, auditEvent)).toEqual({ kind: 'refused', reason: 'too-many-mutes' })
  })

  test('end before their until, and at an earlier word', () => {
    const known = configuration({ mutes: [muted(1), muted(2)] })
    expect(mutesAt(known, instant('2026-11-22T23:59:59.9999999Z'))).toHaveLength(2)
    expect(mutesAt(known, instant('2026-11-23T00:00:00Z'))).toEqual([])
    expect(configurationOf(unmute(known, guid(1, 'f'), auditEvent)).mutes).toEqual([muted(2)])
  })

  test('that are over go with any change, and cannot be ended', () => {
    const known = configuration({ mutes: [muted(1, at), muted(2)] })
    expect(configurationOf(putSettings(known, ownId, off, builtInIds, auditEvent)).mutes).toEqual([muted(2)])
    expect(unmute(known, guid(1, 'f'), auditEvent)).toEqual({ kind: 'refused', reason: 'mute-unknown' })
  })
})

describe('what is not reported', () => {
  const earlier = event({ date: at, type: 9001 })
  const known = configuration({ unreported: [earlier], mutes: [muted(1)] })

  test.each([
    ['adding', addRule(known, own(otherId), builtInIds, auditEvent)],
    ['replacing', replaceRule(known, own(), builtInIds, auditEvent)],
    ['taking away', removeRule(known, ownId, builtInIds, auditEvent)],
    ['setting', putSettings(known, ownId, off, builtInIds, auditEvent)],
    ['muting', mute(known, muted(2), builtInIds, auditEvent)],
    ['ending a mute', unmute(known, guid(1, 'f'), auditEvent)],
  ])('grows by the event of each change: %s', (_, change) => {
    expect(configurationOf(change).unreported).toEqual([earlier, auditEvent])
  })

  test('is what is left once some of it is reported', () => {
    const both = configurationOf(putSettings(known, ownId, off, builtInIds, auditEvent))
    const left = configurationOf(withoutReported(both, [earlier]))
    expect(left).toEqual({ ...both, unreported: [auditEvent] })
    expect(configurationOf(withoutReported(left, [earlier]))).toEqual(left)
  })
})
