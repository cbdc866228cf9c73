// Instants: every form that clients and connectors send is readable without loss, and text order is time order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  earliestInstantMs,
  formatInstant,
  instantAt,
  instantBefore,
  millisecondsOf,
  parseInstant,
} from '../../src/domain/instant.ts'
import { instant } from '../support/events.ts'

const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const milliseconds = fc.integer({ min: earliestInstantMs, max: latestMs })
/** Any instant, to its last digit. */
const instants = fc
  .tuple(milliseconds, fc.integer({ min: 0, max: 9_999 }))
  .map(([ms, ticks]) => instant(instantAt(ms).replace('0000Z', `${String(ticks).padStart(4, '0')}Z`)))

describe('parseInstant reads', () => {
  test.each([
    ['what clients send', '2026-11-22T06:27:51.501Z', '2026-11-22T06:27:51.5010000Z'],
    ['what .NET writes', '2026-11-22T06:27:51.7566667Z', '2026-11-22T06:27:51.7566667Z'],
    ['a blank between date and time', '2026-10-28 00:00:00+00:00', '2026-10-28T00:00:00.0000000Z'],
    ['a plus that became a blank', '2026-10-28T00:00:00 00:00', '2026-10-28T00:00:00.0000000Z'],
    ['two such blanks', '2026-10-28 05:30:00 05:30', '2026-10-28T00:00:00.0000000Z'],
    ['no zone, as UTC', '2026-10-28T13:14:15', '2026-10-28T13:14:15.0000000Z'],
    ['no zone but a fraction', '2026-10-28T13:14:15.123456', '2026-10-28T13:14:15.1234560Z'],
    ['a zone ahead of UTC', '2026-10-28T02:00:00+05:30', '2026-10-27T20:30:00.0000000Z'],
    ['a zone behind UTC', '2026-10-28T22:00:00-03:00', '2026-10-29T01:00:00.0000000Z'],
    ['a zone without a colon', '2026-10-28T02:00:00+0530', '2026-10-27T20:30:00.0000000Z'],
    ['a zone of hours alone', '2026-10-28T02:00:00+05', '2026-10-27T21:00:00.0000000Z'],
    ['such a zone whose plus became a blank', '2026-10-28T00:00:00.123456 00', '2026-10-28T00:00:00.1234560Z'],
    ['such a zone behind a blank', '2026-10-28 02:00:00 +05', '2026-10-27T21:00:00.0000000Z'],
    ['such a zone behind UTC', '2026-10-28T02:00:00-05', '2026-10-28T07:00:00.0000000Z'],
    ['a zone without a colon whose plus became a blank', '2026-10-28T00:00 0000', '2026-10-28T00:00:00.0000000Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59.9999999Z'],
    ['a part of a leap second', '2016-12-31T23:59:60.25', '2016-12-31T23:59:59.9999999Z'],
    ['a leap second in another zone', '2017-01-01T05:29:60+05:30', '2016-12-31T23:59:59.9999999Z'],
    ['a leap second at the end of time', '9999-12-31T23:59:60Z', '9999-12-31T23:59:59.9999999Z'],
    ['a blank before the zone', '2026-10-28 02:00:00 +05:30', '2026-10-27T20:30:00.0000000Z'],
    ['a blank before Z', '2026-10-28 02:00:00 Z', '2026-10-28T02:00:00.0000000Z'],
    ['a fraction in a zone', '2026-10-28T02:00:00.25+05:30', '2026-10-27T20:30:00.2500000Z'],
    ['no seconds', '2026-10-28T13:14Z', '2026-10-28T13:14:00.0000000Z'],
    ['a date alone', '2026-10-28', '2026-10-28T00:00:00.0000000Z'],
    ['small letters', '2026-10-28t13:14:15z', '2026-10-28T13:14:15.0000000Z'],
    ['a comma before the fraction', '2026-10-28T13:14:15,5Z', '2026-10-28T13:14:15.5000000Z'],
    ['blanks around it', ' 2026-10-28T13:14:15Z ', '2026-10-28T13:14:15.0000000Z'],
    ['a leap day', '2028-02-29', '2028-02-29T00:00:00.0000000Z'],
    ['the widest zone', '2026-10-28T00:00:00-23:59', '2026-10-28T23:59:00.0000000Z'],
    ['the first instant', '1601-01-01', '1601-01-01T00:00:00.0000000Z'],
    ['the last instant', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
  ])('%s', (_, text, expected) => {
    expect(parseInstant(text)).toBe(expected)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%i fraction digits, and keeps seven', (digits) => {
    const fraction = '987654321'.slice(0, digits)
    expect(parseInstant(`2026-10-28T13:14:15.${fraction}Z`)).toBe(
      `2026-10-28T13:14:15.${fraction.slice(0, 7).padEnd(7, '0')}Z`,
    )
  })

  test('the same instant in every zone', () => {
    const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })
    const years2000 = fc.integer({ min: Date.UTC(2000), max: Date.UTC(2100) })
    fc.assert(
      fc.property(years2000, offsets, (ms, offset) => {
        const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0')
        const local = new Date(ms + offset * 60_000).toISOString().replace('Z', '')
        const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`
        expect(parseInstant(local + zone)).toBe(instantAt(ms))
        expect(parseInstant(local + zone.replace('+', ' '))).toBe(instantAt(ms))
      }),
    )
  })
})

describe('parseInstant refuses', () => {
  test.each([
    ['nothing', ''],
    ['words', 'yesterday'],
    ['a number', '1793155200000'],
    ['a month that no year has', '2026-13-01'],
    ['a month 0', '2026-00-10'],
    ['a day that no month has', '2026-10-32'],
    ['a day that its month does not have', '2026-04-31T10:00:00Z'],
    ['a leap day of another year', '2026-02-29'],
    ['an hour 24', '2026-10-28T24:00:00Z'],
    ['a minute 60', '2026-10-28T10:60:00Z'],
    ['a second 60', '2026-10-28T10:00:60Z'],
    ['a second 60 that is none in UTC', '2026-10-28T23:59:60+05:30'],
    ['a second 61', '2026-10-28T23:59:61Z'],
    ['a zone of three digits', '2026-10-28T10:00:00+053'],
    ['an hour alone', '2026-10-28T10Z'],
    ['ten fraction digits', '2026-10-28T10:00:00.1234567890Z'],
    ['a fraction without digits', '2026-10-28T10:00:00.Z'],
    ['a zone of 24 hours', '2026-10-28T10:00:00+24:00'],
    ['a zone of 60 minutes', '2026-10-28T10:00:00+05:60'],
    ['a zone by name', '2026-10-28T10:00:00 CET'],
    ['a zone on a date alone', '2026-10-28Z'],
    ['the American order', '10/28/2026'],
    ['a five-digit year', '+012026-10-28'],
    ['anything after it', '2026-10-28T10:00:00Z and more'],
    ['an instant before the first', '1600-12-31T23:59:59.9999999Z'],
    ['one that its zone puts before the first', '1601-01-01T00:00:00+00:01'],
    ['one that its zone puts after the last', '9999-12-31T23:59:59-00:01'],
  ])('%s', (_, text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  test('any other text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseInstant(text) === undefined))
  })
})

describe('an instant', () => {
  test('reads back as written, in the long form and in that of responses', () => {
    fc.assert(
      fc.property(instants, (each) => {
        expect(parseInstant(each)).toBe(each)
        expect(parseInstant(formatInstant(each))).toBe(each)
      }),
    )
  })

  test('sorts as text in order of time', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (a, b) => {
        expect(instantAt(a) < instantAt(b)).toBe(a < b)
      }),
    )
  })

  test('keeps its milliseconds', () => {
    fc.assert(fc.property(milliseconds, (ms) => millisecondsOf(instantAt(ms)) === ms))
  })

  test('is cut to milliseconds towards the past, before 1970 as well', () => {
    expect(millisecondsOf(instant('2026-10-28T00:00:00.0019999Z')) % 1_000).toBe(1)
    expect(millisecondsOf(instant('1969-12-31T23:59:59.9999999Z'))).toBe(-1)
  })

  test('exists for Unix times from 1601 to 9999, and for no other', () => {
    expect(instantAt(earliestInstantMs)).toBe('1601-01-01T00:00:00.0000000Z')
    expect(instantAt(latestMs)).toBe('9999-12-31T23:59:59.9990000Z')
    for (const ms of [earliestInstantMs - 1, latestMs + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => instantAt(ms)).toThrow(RangeError)
    }
  })
})

describe('formatInstant', () => {
  test.each([
    ['2026-11-22T06:27:51.0000000Z', '2026-11-22T06:27:51.000Z'],
    ['2026-11-22T06:27:51.5000000Z', '2026-11-22T06:27:51.500Z'],
    ['2026-11-22T06:27:51.5014000Z', '2026-11-22T06:27:51.5014Z'],
    ['2026-11-22T06:27:51.5014560Z', '2026-11-22T06:27:51.501456Z'],
    ['2026-11-22T06:27:51.0000001Z', '2026-11-22T06:27:51.0000001Z'],
  ])('writes %s as %s', (text, expected) => {
    expect(formatInstant(instant(text))).toBe(expected)
  })
})

test.each([
  ['2026-11-20T00:00:00.0000000Z', '2026-11-19T23:59:59.9999999Z'],
  ['2026-11-20T00:00:00.1234560Z', '2026-11-20T00:00:00.1234559Z'],
  ['1601-01-01T00:00:00.0000001Z', '1601-01-01T00:00:00.0000000Z'],
  ['1601-01-01', undefined],
])('the instant before %s is %s', (text, before) => {
  const instant = parseInstant(text)
  expect(instant && instantBefore(instant)).toBe(before)
})
