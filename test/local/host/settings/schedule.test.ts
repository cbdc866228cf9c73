// NCRONTAB and TimeSpan schedules, in UTC.
import { describe, expect, test } from 'vitest'
import { isFrequent, parseSchedule } from '../../../../local/host/settings/schedule.ts'
import { parseTimeSpan } from '../../../../local/host/settings/time-span.ts'

const at = (text: string) => Date.parse(text)
const start = at('2026-01-31T23:58:30Z')

describe('parseSchedule', () => {
  test.each([
    ['*/20 * * * * *', '2026-01-31T23:58:40Z'],
    ['0 */5 * * * *', '2026-02-01T00:00:00Z'],
    ['*/5 * * * *', '2026-02-01T00:00:00Z'],
    ['0 30 9 * * MON-FRI', '2026-02-02T09:30:00Z'],
    ['0 0 0 13 * FRI', '2026-02-13T00:00:00Z'],
    ['0 0 12 29 feb *', '2028-02-29T12:00:00Z'],
    ['0 10/25 * * * *', '2026-02-01T00:10:00Z'],
    ['00:05:00', '2026-02-01T00:03:30Z'],
    ['1.00:00:00', '2026-02-01T23:58:30Z'],
  ])('%s comes next at %s', (text, next) => {
    expect(parseSchedule(text)?.next(start)).toBe(at(next))
  })

  test('comes after the instant, never at it', () => {
    expect(parseSchedule('0 0 * * * *')?.next(at('2026-02-01T00:00:00Z'))).toBe(at('2026-02-01T01:00:00Z'))
  })

  test.each([
    '',
    'hourly',
    '@daily',
    '* * * *',
    '61 * * * * *',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '0 0 0 31 2 *',
    '00:00:00',
    '24:00:00',
    '1 2 3 4 5 6 7',
  ])('refuses %j', (text) => {
    expect(parseSchedule(text)).toBeUndefined()
  })

  test('adjusts for DST by NCRONTAB alone', () => {
    expect(parseSchedule('0 0 * * * *')?.adjustForDst).toBe(true)
    expect(parseSchedule('01:00:00')?.adjustForDst).toBe(false)
  })
})

test.each([
  ['*/30 * * * * *', true],
  ['0,30 0 * * * *', true],
  ['00:00:59', true],
  ['00:01:00', false],
  ['0 * * * * *', false],
])('a schedule of %s is frequent: %s', (text, frequent) => {
  const schedule = parseSchedule(text)
  expect(schedule && isFrequent(schedule, start)).toBe(frequent)
})

test.each([
  ['00:00:30', 30_000],
  ['00:00:00.1', 100],
  ['1:02', 3_720_000],
  ['7.00:00:00', 604_800_000],
  ['00:60:00', undefined],
  ['30', undefined],
  ['-00:00:01', undefined],
])('parseTimeSpan reads %s as %s', (text, ms) => {
  expect(parseTimeSpan(text)).toBe(ms)
})
