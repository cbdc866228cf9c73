// Which rules a list shows, and what is typed to set one.
import { describe, expect, test } from 'vitest'
import { readRuleDocument } from '../../../src/domain/alerts/rule-documents.ts'
import { starterRule } from '../../../web/rules/editor/starter.ts'
import { startOf, sumOf } from '../../../web/rules/preview/preview.ts'
import {
  defaultValue,
  draftOf,
  emptyDraft,
  filtered,
  isSet,
  type Rule,
  settingsFrom,
  settingsOf,
  sorted,
} from '../../../web/rules/rule.ts'

const unset = { enabled: null, level: null, timespan: null, repeat: null, threshold: null, sensitivity: null }
const rule: Rule = {
  id: '1',
  title: 'Many failed logins',
  description: 'Guessing',
  level: 'high',
  falsePositives: [],
  response: null,
  tags: ['attack.t1110'],
  kind: 'event-count',
  groupBy: [],
  timespan: '15m',
  repeat: '1h',
  threshold: 10,
  sensitivity: null,
  shipped: true,
  alwaysOn: false,
  enabled: true,
  settings: unset,
  savedAt: null,
}
const everything = { search: '', level: '', state: '' }

describe('a list', () => {
  const off: Rule = { ...rule, id: '2', title: 'Absent', level: 'critical', enabled: false }

  test('has every rule whose title, description or tags have all words', () => {
    expect(filtered([rule, off], { ...everything, search: ' FAILED guess T1110 ' })).toEqual([rule])
    expect(filtered([rule, off], { ...everything, search: 'failed never' })).toEqual([])
  })

  test('is narrowed by level and by state', () => {
    expect(filtered([rule, off], { ...everything, level: 'critical' })).toEqual([off])
    expect(filtered([rule, off], { ...everything, state: 'on' })).toEqual([rule])
    expect(filtered([rule, off], { ...everything, state: 'off' })).toEqual([off])
  })

  test('begins with what presses most', () => {
    expect(sorted([rule, { ...rule, title: 'A' }, off]).map(({ title }) => title)).toEqual([
      'Absent',
      'A',
      'Many failed logins',
    ])
  })
})

describe('settings', () => {
  test('are those that the rule has', () => {
    expect(settingsOf(rule)).toEqual(['threshold', 'timespan', 'repeat'])
    expect(settingsOf({ ...rule, kind: 'event', timespan: null, threshold: null })).toEqual(['repeat'])
  })

  test("show the rule's own value while nothing is set", () => {
    expect(defaultValue(rule, 'threshold')).toBe('10')
    expect(defaultValue({ ...rule, settings: { ...unset, threshold: 10 } }, 'threshold')).toBeNull()
  })

  test('survive the way through the form', () => {
    const settings = { ...unset, level: 'low', threshold: 7, repeat: '2h', sensitivity: 2.5 } as const
    expect(settingsFrom(draftOf(settings), false)).toEqual({
      kind: 'settings',
      settings: { ...settings, enabled: false },
    })
    expect(settingsFrom(emptyDraft, null)).toEqual({ kind: 'settings', settings: unset })
    expect([isSet(settings), isSet(unset)]).toEqual([true, false])
  })

  test('name what is no number and no span of time', () => {
    const draft = { ...emptyDraft, threshold: '1.5', timespan: '15', repeat: 'soon', sensitivity: '1e3' }
    expect(settingsFrom(draft, null)).toEqual({
      kind: 'wrong',
      names: ['threshold', 'timespan', 'repeat', 'sensitivity'],
    })
  })
})

describe('a preview', () => {
  test('begins with the first of its days', () => {
    expect(startOf(7, Date.parse('2026-11-22T13:00:00Z'))).toBe('2026-11-16T00:00:00Z')
  })

  test('is summed up, and its busiest day named', () => {
    const days = [
      { date: '2026-11-20', matches: 2, alerts: 0 },
      { date: '2026-11-21', matches: 5, alerts: 0 },
    ]
    expect(sumOf(days, 'matches')).toEqual({ total: 7, busiest: { date: '2026-11-21', count: 5 } })
    expect(sumOf(days, 'alerts')).toEqual({ total: 0, busiest: null })
    expect(sumOf([], 'alerts')).toEqual({ total: 0, busiest: null })
  })
})

test('the text that a new rule begins with holds', () => {
  expect(readRuleDocument(starterRule, { builtIn: false })).toMatchObject({ kind: 'rule' })
})
