// Hours of a day: by the clocks of a zone, over midnight and over changes of clocks.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { DailyWindow, isWithinDaily } from '../../../../src/domain/alerts/exceptions/daily-window.ts'

const within = (window: object, date: string) => isWithinDaily(v.parse(DailyWindow, window))(Date.parse(date))
const accepts = (window: object) => v.is(DailyWindow, window)

describe('a daily window', () => {
  test.each([
    ['2026-11-20T01:59:59.999Z', false],
    ['2026-11-20T02:00:00.000Z', true],
    ['2026-11-20T03:29:59.999Z', true],
    ['2026-11-20T03:30:00.000Z', false],
  ])('begins with its first minute and ends before its last: %s', (date, expected) => {
    expect(within({ from: '02:00', to: '03:30' }, date)).toBe(expected)
  })

  // 2026-11-20 is a Friday.
  test.each([
    ['2026-11-20T21:59:59Z', false],
    ['2026-11-20T22:00:00Z', true],
    ['2026-11-21T05:59:59Z', true],
    ['2026-11-21T06:00:00Z', false],
    ['2026-11-21T22:30:00Z', false],
    ['2026-11-20T05:00:00Z', false],
  ])('over midnight belongs to the day on which it begins: %s', (date, expected) => {
    expect(within({ from: '22:00', to: '06:00', weekdays: ['Friday'] }, date)).toBe(expected)
  })

  test.each([
    // Clocks in Berlin go forward on 2026-03-29 at 01:00 UTC, and back on 2026-10-25 at 01:00 UTC.
    ['2026-03-28T23:30:00Z', false],
    ['2026-03-28T01:30:00Z', true],
    ['2026-03-29T00:30:00Z', false],
    ['2026-03-29T01:00:00Z', false],
    ['2026-03-30T00:30:00Z', true],
    ['2026-03-30T01:00:00Z', false],
    ['2026-10-25T00:30:00Z', true],
    ['2026-10-25T01:30:00Z', true],
    ['2026-10-25T02:00:00Z', false],
  ])('follows the clocks of its zone: %s', (date, expected) => {
    expect(within({ from: '02:00', to: '03:00', zone: 'Europe/Berlin' }, date)).toBe(expected)
  })

  test('ends at 24:00, which is not 00:00', () => {
    expect(within({ from: '23:00', to: '24:00' }, '2026-11-20T23:59:59.999Z')).toBe(true)
    expect(within({ from: '00:00', to: '24:00', weekdays: ['Friday'] }, '2026-11-21T00:00:00Z')).toBe(false)
    expect(accepts({ from: '23:00', to: '00:00' })).toBe(false)
  })

  test.each([
    ['no time', { from: '9:00', to: '10:00' }],
    ['a time past the day', { from: '23:00', to: '24:01' }],
    ['a beginning at the end of the day', { from: '24:00', to: '01:00' }],
    ['no length', { from: '09:00', to: '09:00' }],
    ['no day', { from: '09:00', to: '10:00', weekdays: [] }],
    ['a day that is none', { from: '09:00', to: '10:00', weekdays: ['Freitag'] }],
    ['a zone that is none', { from: '09:00', to: '10:00', zone: 'Europe/Atlantis' }],
    ['an offset for a zone', { from: '09:00', to: '10:00', zone: '+01:00' }],
    ['a misspelt property', { from: '09:00', to: '10:00', days: ['Friday'] }],
  ])('is refused with %s', (_, window) => {
    expect(accepts(window)).toBe(false)
  })
})
