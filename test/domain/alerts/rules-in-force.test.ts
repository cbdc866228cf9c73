// The rules in force: built-in and own, as they were set; and which settings a rule takes.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  type CustomRule,
  emptyConfiguration,
  noSettings,
  type RuleSettings,
} from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import type { RuleException } from '../../../src/domain/alerts/exceptions/exception.ts'
import { ListName, type ValueList } from '../../../src/domain/alerts/lists/value-list.ts'
import { type RuleDocument, readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import {
  fitting,
  knownRules,
  rulesInForce,
  settingsProblems,
  withSettings,
} from '../../../src/domain/alerts/rules-in-force.ts'
import type { CorrelationRule } from '../../../src/domain/alerts/sigma/rules.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { named, selecting } from '../../support/alerts/rules.ts'
import { alice, guid, instant } from '../../support/events.ts'

const [dayMs, minuteMs] = [86_400_000, 60_000]
const [eventId, countId] = [guid(1, 'e'), guid(2, 'e')]
const correlated = (id: Guid, members: string, more = '') =>
  `${named('a')}---\n${named('b', 1001)}---\ntitle: C\nid: ${id}\ncorrelation: {${members}}\n${more}`
const textOf: Readonly<Record<string, string>> = {
  event: `${selecting('{type: 1000}')}id: ${eventId}\nlevel: low\n`,
  'event-count': correlated(countId, 'type: event_count, rules: [a, b], timespan: 1h, condition: {gt: 3}'),
  'value-count': correlated(
    guid(3, 'e'),
    'type: value_count, rules: [a, b], timespan: 1h, condition: {field: ipAddress, gte: 3}',
  ),
  temporal: correlated(guid(4, 'e'), 'type: temporal, rules: [a, b], timespan: 1h'),
  'temporal-ordered': correlated(guid(5, 'e'), 'type: temporal_ordered, rules: [a, b], timespan: 1h'),
  'abnormal-rate': correlated(
    guid(6, 'e'),
    'type: x-abnormal-rate, rules: [a, b], timespan: 1h, condition: {minimum: 20}',
  ),
  absence: correlated(guid(7, 'e'), 'type: x-absence, rules: [a, b], timespan: 1h'),
  risk: [
    ...['a', 'b'].map((name) => `${named(name)}keytrail: {risk: 10, riskMax: 65}\n`),
    `title: C\nid: ${guid(9, 'e')}\ncorrelation: {type: x-risk, rules: [a, b], timespan: 14d, condition: {gte: 50}}\n`,
  ].join('---\n'),
}
const ruleOf = (kind: string): RuleDocument => {
  const [text] = readBuiltInRules([textOf[kind] ?? ''])
  if (!text) throw new Error(`no such rule: ${kind}`)
  return text
}
const set = (settings: Partial<RuleSettings>): RuleSettings => ({ ...noSettings, ...settings })
const customRule = (id: Guid, text: string): CustomRule => ({
  id,
  text,
  savedAt: instant('2026-11-22'),
  savedBy: alice,
})
const builtInRules = readBuiltInRules([textOf.event ?? '', textOf['event-count'] ?? ''])
const idsOf = (rules: readonly RuleDocument[]) => rules.map(({ id }) => id)

describe('the rules in force', () => {
  test('are the built-in rules as they are written while nothing is set', () => {
    expect(rulesInForce(builtInRules, emptyConfiguration)).toEqual(builtInRules)
  })

  test('are those that are on: by their text, unless that is set otherwise', () => {
    const off = `${selecting('{type: 1001}')}id: ${guid(8, 'e')}\nkeytrail: {enabled: false}\n`
    const withOff = [...builtInRules, ...readBuiltInRules([off])]
    expect(idsOf(rulesInForce(withOff, emptyConfiguration))).toEqual([eventId, countId])
    const settings = [
      { ruleId: guid(8, 'e'), settings: set({ enabled: true }) },
      { ruleId: eventId, settings: set({ enabled: false }) },
    ]
    expect(idsOf(rulesInForce(withOff, { ...emptyConfiguration, settings }))).toEqual([countId, guid(8, 'e')])
  })

  test('have their settings, in the set as in the rule that alerts', () => {
    const settings = [
      { ruleId: countId, settings: set({ level: 'critical', threshold: 9, timespanMs: 120_000, repeatMs: 180_000 }) },
    ]
    const [, text] = rulesInForce(builtInRules, { ...emptyConfiguration, settings })
    expect(text?.rule).toMatchObject({
      id: countId,
      level: 'critical',
      repeatMs: 180_000,
      timespanMs: 120_000,
      correlation: { kind: 'event-count', count: [{ operator: 'gte', value: 9 }] },
    })
    expect(text?.set.at(-1)).toBe(text?.rule)
    expect(text?.set.slice(0, -1)).toEqual(builtInRules[1]?.set.slice(0, -1))
  })

  test('include custom rules, after the built-in ones', () => {
    const rules = [customRule(guid(9, 'e'), named('mine'))]
    const [, , own] = rulesInForce(builtInRules, { ...emptyConfiguration, rules })
    expect(own).toMatchObject({ id: guid(9, 'e'), builtIn: false, rule: { id: guid(9, 'e'), title: 'mine' } })
  })

  test('omit custom rules that have become invalid, or whose id a built-in rule now has', () => {
    const rules = [customRule(guid(9, 'e'), 'title: T'), customRule(eventId, named('mine'))]
    expect(knownRules(builtInRules, { ...emptyConfiguration, rules })).toEqual(builtInRules)
  })
})

describe('settings', () => {
  test.each([
    ['event-count', { count: [{ operator: 'gte', value: 2 }] }],
    ['value-count', { count: [{ operator: 'gte', value: 2 }] }],
    ['temporal', { count: [{ operator: 'gte', value: 2 }] }],
    ['temporal-ordered', { count: [{ operator: 'gte', value: 2 }], ordered: true }],
    ['abnormal-rate', { countMin: 2, sensitivity: 3 }],
    ['risk', { count: [{ operator: 'gte', value: 2 }] }],
  ])('set the threshold of %s', (kind, correlation) => {
    const { rule } = withSettings(ruleOf(kind), set({ threshold: 2 }))
    expect(rule).toMatchObject({ correlation })
  })

  test('set the sensitivity of an abnormal rate', () => {
    const { rule } = withSettings(ruleOf('abnormal-rate'), set({ sensitivity: 4.5 }))
    expect(rule).toMatchObject({ correlation: { countMin: 20, sensitivity: 4.5 } })
  })

  const span = { timespanMs: [1_000, 31 * dayMs] }
  const limits: Readonly<Record<string, Partial<Record<keyof RuleSettings, readonly number[]>>>> = {
    event: {},
    'event-count': { ...span, threshold: [1, 1_000] },
    'value-count': { ...span, threshold: [1, 1_000] },
    temporal: { ...span, threshold: [1, 2] },
    'temporal-ordered': { ...span, threshold: [1, 2] },
    'abnormal-rate': { timespanMs: [minuteMs, dayMs], threshold: [1, 300], sensitivity: [1, 100] },
    absence: { timespanMs: [minuteMs, 92 * dayMs] },
    // As many days as a state has room for: of each, 15 of 689 matches, from the late to those ahead.
    risk: { timespanMs: [2 * dayMs, 31 * dayMs], repeatMs: [dayMs, 31 * dayMs], threshold: [1, 1_000] },
  }
  const cases = Object.entries(limits).flatMap(([kind, of]) =>
    (['repeatMs', 'timespanMs', 'threshold', 'sensitivity'] as const).map(
      (setting) => [kind, setting, of[setting] ?? (setting === 'repeatMs' ? [minuteMs, 31 * dayMs] : [])] as const,
    ),
  )

  test.each(cases)(
    'of %s: %s is taken at its limits, which the engine evaluates, and not one past them',
    (kind, setting, [least, most]) => {
      const text = ruleOf(kind)
      const wrong = (value: number) =>
        settingsProblems(text.rule, set({ [setting]: value })).map((each) => each.setting)
      if (least === undefined || most === undefined) {
        expect(wrong(2)).toEqual([setting])
        return
      }
      for (const value of [least, most]) {
        expect(wrong(value)).toEqual([])
        expect(buildEngine([withSettings(text, set({ [setting]: value })).set]).refused).toEqual([])
      }
      for (const value of [least - 1, most + 1]) expect(wrong(value)).toEqual([setting])
    },
  )

  test('that do not fit, as after a rule was replaced, do nothing; the others do', () => {
    const settings = set({ level: 'high', threshold: 5, sensitivity: 2, timespanMs: 1 })
    const text = ruleOf('absence')
    expect(fitting(text.rule, settings)).toEqual(set({ level: 'high' }))
    const before: CorrelationRule | undefined = text.rule.kind === 'correlation' ? text.rule : undefined
    expect(withSettings(text, settings).rule).toEqual({ ...before, level: 'high' })
  })

  test('that do not fit are refused with messages that state the limits', () => {
    const problems = settingsProblems(ruleOf('absence').rule, set({ timespanMs: 1, threshold: 5 }))
    expect(problems).toEqual([
      { setting: 'timespanMs', problem: 'must be 1m to 92d' },
      { setting: 'threshold', problem: 'is nothing that a rule of this kind has' },
    ])
  })

  test('of risk that are no whole days are refused', () => {
    expect(
      settingsProblems(ruleOf('risk').rule, set({ timespanMs: 2.5 * dayMs, repeatMs: 36 * 60 * minuteMs })),
    ).toEqual([
      { setting: 'timespanMs', problem: 'must be 2d to 31d, in whole days' },
      { setting: 'repeatMs', problem: 'must be 1d to 31d, in whole days' },
    ])
  })

  test('are refused, and do nothing, for a rule that is always on', () => {
    const [always] = readBuiltInRules([
      `${selecting('{type: 9003}')}id: ${guid(8, 'e')}\nkeytrail: {enabled: always}\n`,
    ])
    if (!always) throw new Error('a rule is read')
    const settings = set({ enabled: false, level: 'low', repeatMs: minuteMs })
    expect(settingsProblems(always.rule, settings).map(({ setting }) => setting)).toEqual([
      'enabled',
      'level',
      'repeatMs',
    ])
    const configured = { ...emptyConfiguration, settings: [{ ruleId: always.id, settings }] }
    expect(rulesInForce([always], configured)).toMatchObject([{ rule: { ...always.rule } }])
    expect(always.rule.enabled).toBe(true)
  })
})

describe('exceptions', () => {
  const exception = (ruleId: Guid | null): RuleException => ({
    id: guid(1, '9'),
    ruleId,
    conditions: { actingUserIds: [alice] },
    reason: 'known',
    createdBy: alice,
    createdAt: instant('2026-11-22'),
    until: null,
  })
  const exceptedIn = (rules: readonly RuleDocument[]) =>
    rules.map(({ set }) => set.map((each) => each.kind === 'event' && each.exceptions !== undefined))
  const inForce = (ruleId: Guid | null, documents = builtInRules) =>
    rulesInForce(documents, { ...emptyConfiguration, exceptions: [exception(ruleId)] })

  test('are those of every base rule of their rule, or of every rule', () => {
    expect(exceptedIn(inForce(countId))).toEqual([[false], [true, true, false]])
    expect(exceptedIn(inForce(null))).toEqual([[true], [true, true, false]])
    expect(inForce(eventId)[0]?.rule).toMatchObject({ exceptions: [{ until: null }] })
  })

  test('leave other rules, and rules that take no settings, as they are', () => {
    const [always] = readBuiltInRules([`${textOf.event}keytrail: {enabled: always}\n`])
    if (!always) throw new Error('no rule')
    expect(inForce(null, [always])).toEqual([always])
    expect(inForce(eventId, [always])[0]?.set).toBe(always.set)
    expect(inForce(countId)[0]?.set).toBe(builtInRules[0]?.set)
  })

  test('that stay the same need not be compiled again', () => {
    expect(inForce(countId)[1]?.set).toBe(inForce(countId)[1]?.set)
    expect(inForce(countId)[1]?.set).not.toBe(inForce(null, [])[1]?.set)
  })
})

test('lists are those of rules that use them; others need not be compiled again', () => {
  const [using] = readBuiltInRules([`${selecting("{actingUserId|expand: '%break_glass_accounts%'}")}id: ${eventId}\n`])
  if (!using) throw new Error('no rule')
  const list = (name: string, values: readonly string[]): ValueList => ({
    name: v.parse(ListName, name),
    kind: 'text',
    values,
    changedAt: instant('2026-11-22'),
    changedBy: alice,
  })
  const inForce = (lists: readonly ValueList[]) => rulesInForce([using], { ...emptyConfiguration, lists })[0]?.set
  expect(inForce([list('other', [alice]), list('break_glass_accounts', [])])).toBe(using.set)
  const filled = inForce([list('break_glass_accounts', [alice])])
  expect(filled).not.toEqual(using.set)
  expect(inForce([list('break_glass_accounts', [alice]), list('other', [alice])])).toBe(filled)
  expect(inForce([list('break_glass_accounts', [guid(2, 'b')])])).not.toEqual(filled)
})
