// What a change of settings does to what a rule has counted.
import { describe, expect, test } from 'vitest'
import { countsAfter } from '../../../src/domain/alerts/changed-counts.ts'
import { noSettings, type RuleSettings } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { withSettings } from '../../../src/domain/alerts/rules-in-force.ts'
import { named } from '../../support/alerts/rules.ts'

const of = (correlation: string, more = '') =>
  readBuiltInRules([`${named('a')}---\ntitle: C\ncorrelation: {rules: [a], timespan: 1h, ${correlation}}\n${more}`]).at(
    0,
  )
const counted = of('type: event_count, group-by: [userId], condition: {gte: 5}')
const rate = of('type: x-abnormal-rate, condition: {minimum: 20}')
const off = of('type: event_count, condition: {gte: 5}', 'keytrail: {enabled: false}')

/** A sum of points, of which a rule gives these. */
const sum = (risk: string) =>
  readBuiltInRules([
    `${named('a')}keytrail: ${risk}\n---\ntitle: C\ncorrelation: {rules: [a], type: x-risk, timespan: 7d, condition: {gte: 50}}\n`,
  ]).at(0)

/** What the change from some settings to others does. */
function change(rule: typeof counted, before: Partial<RuleSettings>, after: Partial<RuleSettings>) {
  if (!rule) throw new Error('the rule is not valid')
  const set = (settings: Partial<RuleSettings>) => withSettings(rule, { ...noSettings, ...settings })
  return countsAfter(set(before), set(after))
}

describe('what was counted', () => {
  test.each([
    ['nothing', counted, {}],
    ['the threshold', counted, { threshold: 9 }],
    ['the threshold of a rate', rate, { threshold: 40 }],
    ['the sensitivity', rate, { sensitivity: 5 }],
    ['the bound of a sum of points', sum('{risk: 10}'), { threshold: 500 }],
    ['the suppression window', counted, { repeatMs: 7_200_000 }],
    ['the level', counted, { level: 'low' }],
    ['a setting that the rule does not have', counted, { sensitivity: 5 }],
  ] as const)('stays if %s changes', (_, rule, settings) => {
    expect(change(rule, {}, settings)).toBe('kept')
    expect(change(rule, settings, {})).toBe('kept')
  })

  test.each([
    ['the timespan', { timespanMs: 1_800_000 }],
    ['the threshold to one above 300', { threshold: 301 }],
  ] as const)('is counted anew if %s changes', (_, settings) => {
    expect(change(counted, {}, settings)).toBe('anew')
    expect(change(counted, settings, {})).toBe('anew')
  })

  test.each([
    '{risk: 11, riskMax: 30}',
    '{risk: 10, riskMax: 40}',
    '{risk: 10, riskDayMax: 20}',
    '{risk: 10, riskFrom: 2}',
    '{risk: 10, riskPer: id}',
  ])('is counted anew if a rule of a sum gives %s', (risk) => {
    const [before, after] = [sum('{risk: 10}'), sum(risk)]
    if (!before || !after) throw new Error('the rule is not valid')
    expect(countsAfter(before, after)).toBe('anew')
    expect(countsAfter(after, before)).toBe('anew')
  })

  test('is counted anew by a rule that is switched on, and not at all by one that is off', () => {
    expect(change(counted, {}, { enabled: false })).toBe('none')
    expect(change(counted, { enabled: false }, {})).toBe('anew')
    expect(change(off, {}, { enabled: true })).toBe('anew')
    expect(change(off, {}, { threshold: 9 })).toBe('none')
  })
})
