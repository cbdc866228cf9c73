// Which rules count anew when alerting hours change: those that look at them, and no others.
import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { type AlertingHours, defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { type RuleDocument, readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { withHours } from '../../../src/domain/alerts/rules-with-hours.ts'
import { named, selecting } from '../../support/alerts/rules.ts'
import { guid } from '../../support/events.ts'

const [plain, hourly, grouped, outside] = readBuiltInRules([
  `${selecting('{type: 1000}')}id: ${guid(1, 'e')}\n`,
  `${selecting('{type: 1000, hourOfDay|lt: 6}')}id: ${guid(2, 'e')}\n`,
  `${named('a')}---\ntitle: C\nid: ${guid(3, 'e')}\ncorrelation: {type: event_count, rules: [a], group-by: [weekday], timespan: 1h, condition: {gt: 3}}\n`,
  `${selecting('{type: 1000, offHours: true}')}id: ${guid(4, 'e')}\n`,
])

const countingOf = (rule: RuleDocument | undefined, hours: Partial<AlertingHours>) => {
  if (!rule) throw new Error('a rule is missing')
  const { rule: alerting, set } = withHours(rule, { ...defaultHours, ...hours })
  expect(set).toContain(alerting)
  return buildEngine([set]).correlations.get(alerting.id)?.counting
}
const asWritten = (rule: RuleDocument | undefined) => buildEngine(rule ? [rule.set] : []).correlations

const berlin = { timeZone: 'Europe/Berlin' }
const longDays = { workingHours: { ...defaultHours.workingHours, Monday: { start: '06:00', end: '22:00' } } }
const holidays = (...dates: readonly string[]) => ({ holidays: dates.map((date) => ({ date, name: null })) })

describe('a rule that', () => {
  test('looks at no hours is the same object', () => {
    if (!plain) throw new Error('a rule is missing')
    expect(withHours(plain, { ...defaultHours, ...berlin, ...longDays })).toBe(plain)
  })

  test('looks at the hour or the weekday, or groups by one, counts anew in another zone alone', () => {
    for (const rule of [hourly, grouped]) {
      const before = countingOf(rule, {})
      expect([...asWritten(rule).values()].map(({ counting }) => counting)).toEqual([before])
      expect(countingOf(rule, { ...longDays, ...holidays('2026-12-24') })).toBe(before)
      const after = countingOf(rule, berlin)
      expect(after).not.toBe(before)
      expect(countingOf(rule, { ...berlin, ...longDays })).toBe(after)
      expect(countingOf(rule, { timeZone: 'Europe/Paris' })).not.toBe(after)
    }
  })

  test('looks at off hours counts anew with another zone, other working hours and other holidays', () => {
    const all = [{}, berlin, longDays, holidays('2026-12-24'), holidays('2026-12-25')]
    expect(new Set(all.map((hours) => countingOf(outside, hours))).size).toBe(all.length)
  })

  test('looks at off hours counts the same when holidays are reordered or renamed', () => {
    const before = countingOf(outside, holidays('2026-12-24', '2026-12-25'))
    expect(countingOf(outside, holidays('2026-12-25', '2026-12-24'))).toBe(before)
    const named = { holidays: [...holidays('2026-12-24').holidays, { date: '2026-12-25', name: 'Christmas' }] }
    expect(countingOf(outside, named)).toBe(before)
  })

  test('looks at hours is compiled once while they stay the same', () => {
    if (!outside) throw new Error('a rule is missing')
    const hours = { ...defaultHours, ...berlin }
    expect(withHours(outside, hours)).toBe(withHours(outside, hours))
  })
})
