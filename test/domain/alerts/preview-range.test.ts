// What a preview reads: its range by the words of lists, and as much of the time before it as the rule asks for.
import { describe, expect, test } from 'vitest'
import { asksFor, prerollOf, previewRangeOf } from '../../../src/domain/alerts/preview-range.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { named, selecting } from '../../support/alerts/rules.ts'
import { instant } from '../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')
const range = (from: string, to: string) => ({ kind: 'range', from: instant(from), to: instant(to) })
const wrong = (parameter: string, problem: string) => ({ kind: 'wrong', parameter, problem })

describe('the range', () => {
  test.each([
    ['nothing', undefined, undefined, range('2026-11-15T06:28:00Z', '2026-11-22T06:28:00Z')],
    ['a start', '2026-11-01', undefined, range('2026-11-01', '2026-11-22T06:28:00Z')],
    ['an end', undefined, '2026-11-08', range('2026-11-01', '2026-11-08')],
    ['both', '2026-10-01', '2026-11-01', range('2026-10-01', '2026-11-01')],
    ['both, reversed', '2026-11-01', '2026-10-01', range('2026-10-01', '2026-11-01')],
    ['an end in the future', '2026-11-20', '2026-12-20', range('2026-11-20', '2026-11-22T06:28:00Z')],
  ])('that %s asks for', (_, start, end, expected) => {
    expect(previewRangeOf(start, end, now)).toEqual(expected)
  })

  test.each([
    ['a start that is no date', 'x', undefined, wrong('start', 'is not a date')],
    ['an end that is no date', undefined, 'x', wrong('end', 'is not a date')],
    ['more than 31 days', '2026-10-01', '2026-11-01T00:00:00.001Z', wrong('end', 'is more than 31 days from start')],
    ['a start in the future', '2026-11-23', '2026-11-24', wrong('start', 'is not over yet')],
  ])('refuses %s', (_, start, end, expected) => {
    expect(previewRangeOf(start, end, now)).toEqual(expected)
  })
})

describe('the time before it', () => {
  const [hourMs, dayMs] = [3_600_000, 86_400_000]
  const preroll = (text: string) => readBuiltInRules([text]).map(prerollOf)
  const correlated = (members: string) =>
    `${named('a')}---\ntitle: C\ncorrelation: {rules: [a], timespan: 2h, ${members}}\n`

  test.each([
    ['one event: its alert’s repeat', selecting('{type: 1000}'), hourMs],
    ['a count: its timespan besides', correlated('type: event_count, condition: {gte: 3}'), 3 * hourMs],
    [
      'a correlation of correlations: both timespans besides',
      `${named('a')}---\ntitle: I\nname: i\ncorrelation: {type: event_count, rules: [a], timespan: 5h, condition: {gte: 3}}\n---\ntitle: C\ncorrelation: {type: temporal, rules: [i, a], timespan: 2h}\n`,
      8 * hourMs,
    ],
    ['an absence: its timespan besides', correlated('type: x-absence'), 3 * hourMs],
    [
      'a rate: 28 days and two hours besides',
      correlated('type: x-abnormal-rate, condition: {minimum: 3}'),
      5 * hourMs + 28 * dayMs,
    ],
  ])('of a rule over %s', (_, text, ms) => {
    expect(preroll(text)).toEqual([{ leastMs: ms, wholeMs: ms }])
  })

  test('of a rule over new addresses: at least 7 days besides, and the 90 days in which an address is known', () => {
    expect(preroll(selecting('{isFirstSeenIp: true}'))).toEqual([
      { leastMs: hourMs + 7 * dayMs, wholeMs: hourMs + 90 * dayMs },
    ])
  })

  test('looks for fields on either side of a test', () => {
    const [rule] = readBuiltInRules([selecting('{actingUserRole: owner, itemCritical|fieldref: isFirstSeenIp}')])
    expect(asksFor(rule?.set ?? [], ['itemCritical'])).toBe(true)
    expect(asksFor(rule?.set ?? [], ['isFirstSeenIp'])).toBe(true)
    expect(asksFor(rule?.set ?? [], ['isFirstSeenDevice'])).toBe(false)
  })
})
