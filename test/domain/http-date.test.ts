// HTTP dates: the three forms, and nothing else.
import { describe, expect, test } from 'vitest'
import { httpDateMs, httpDateOf } from '../../src/domain/http-date.ts'
import { instant } from '../support/events.ts'

const now = instant('2026-11-20T10:05:00Z')
const read = (text: string) => {
  const ms = httpDateMs(text, now)
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19)
}

test('a time is written in the form that senders use, and read as the same second', () => {
  const written = httpDateOf(instant('2026-02-01T08:09:07.999Z'))
  expect(written).toBe('Sun, 01 Feb 2026 08:09:07 GMT')
  expect(read(written)).toBe('2026-02-01T08:09:07')
})

describe('an HTTP date', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37'],
    ['Mon Nov 16 08:49:37 2026', '2026-11-16T08:49:37'],
    ['Thu, 29 Feb 2024 00:00:00 GMT', '2024-02-29T00:00:00'],
    ['Wednesday, 31-Dec-25 23:59:60 GMT', '2026-01-01T00:00:00'],
    ['Mon, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37'],
    ['Sat, 01 Jan 0000 00:00:00 GMT', '0000-01-01T00:00:00'],
    ['Fri Dec 31 23:59:60 9999', '+010000-01-01T00:00'],
  ])('%s is %s', (text, at) => expect(read(text)).toBe(at))

  test.each([
    ['Friday, 20-Nov-76 10:05:00 GMT', '2076-11-20T10:05:00'],
    ['Saturday, 20-Nov-77 10:05:00 GMT', '1977-11-20T10:05:00'],
    ['Friday, 20-Nov-00 10:05:00 GMT', '2000-11-20T10:05:00'],
  ])('with a year of two digits is at most 50 years ahead: %s is %s', (text, at) => expect(read(text)).toBe(at))

  test('with a year of two digits may be in the next century, late in this one', () => {
    const late = instant('2099-01-01T00:00:00Z')
    expect(httpDateMs('Friday, 01-Jan-05 00:00:00 GMT', late)).toBe(Date.UTC(2105, 0, 1))
  })

  test.each([
    '',
    'soon',
    '120',
    '2026-11-20T10:06:00Z',
    'Fri, 20 Nov 2026',
    'fri, 20 nov 2026 10:06:00 gmt',
    'Fri, 30 Feb 2026 10:06:00 GMT',
    'Fri, 00 Nov 2026 10:06:00 GMT',
    'Fri, 20 Nov 2026 24:00:00 GMT',
    'Fri, 20 Nov 2026 10:60:00 GMT',
    'Fri, 20 Nov 2026 10:06:61 GMT',
    'Fri, 20 Nov 2026 10:06:00 CET',
    'Fri, 20-Nov-26 10:06:00 GMT',
    'Friday, 20-Nov-2026 10:06:00 GMT',
    'Friday, 20 Nov 2026 10:06:00 GMT',

    'Fri Nov 6 10:06:00 2026',
    'Fri Nov 20 10:06:00 2026 GMT',
    'Fri Nov  0 10:06:00 2026',
    'Xyz, 20 Nov 2026 10:06:00 GMT',
    'Fri, 20 Nov 2026 10:06:00 GMT x',
    'Fri,  20 Nov 2026 10:06:00 GMT',
    'Fri, 20 Brumaire 2026 10:06:00 GMT',
  ])('is not %j', (text) => expect(read(text)).toBeUndefined())
})
