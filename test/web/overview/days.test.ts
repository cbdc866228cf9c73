// The days of the overview: ranges, gaps, stacks.
import { expect, test } from 'vitest'
import { totalOf } from '../../../web/charts/stacks.ts'
import { bandOf, categoryTotals, datesOf, everyDay, rangeOf, stackOf } from '../../../web/overview/days.ts'

const day = (date: string, byCategory: Record<string, number> = {}) => ({
  date,
  byCategory,
  failedLogins: 0,
  views: 0,
  copies: 0,
  events: totalOf(Object.values(byCategory)),
})

test('reads a range, and 30 days for anything that is none', () => {
  expect(['7', '30', '90', '8', '', 'x', null].map(rangeOf)).toEqual([7, 30, 90, 30, 30, 30, 30])
})

test('ends a range with today in UTC, and counts today in', () => {
  expect(datesOf(7, Date.parse('2024-03-01T00:00:00Z'))).toEqual({ start: '2024-02-24', end: '2024-03-01' })
  expect(datesOf(7, Date.parse('2024-03-01T23:59:59.999Z'))).toEqual({ start: '2024-02-24', end: '2024-03-01' })
})

test('fills the days that are missing, over the end of a leap month too', () => {
  const days = everyDay([day('2024-02-29', { item: 2 })], '2024-02-28', '2024-03-01')

  expect(days.map(({ date, events }) => [date, events])).toEqual([
    ['2024-02-28', 0],
    ['2024-02-29', 2],
    ['2024-03-01', 0],
  ])
})

test('skips days beyond the range, and has none for a range that ends before it starts', () => {
  expect(everyDay([day('2024-01-01')], '2024-01-02', '2024-01-02').map(({ date }) => date)).toEqual(['2024-01-02'])
  expect(everyDay([], '2024-01-02', '2024-01-01')).toEqual([])
})

test('puts every event of a day into one part of the stack, unknown categories too', () => {
  const one = day('2024-01-01', { item: 3, user: 2, policy: 1, member: 4, project: 5, keytrail: 6, 'no-such': 7 })

  expect(stackOf(one)).toEqual({ item: 3, user: 2, administration: 5, secret: 5, rest: 13 })
  expect(totalOf(Object.values(stackOf(one)))).toBe(one.events)
  expect(bandOf('constructor')).toBe('rest')
})

test('sums up categories over days, most first', () => {
  const days = [day('2024-01-01', { item: 1, user: 2 }), day('2024-01-02', { user: 3, send: 2 })]

  expect(categoryTotals(days)).toEqual([
    { category: 'user', events: 5 },
    { category: 'send', events: 2 },
    { category: 'item', events: 1 },
  ])
})
