// Event dates: the client's if it is plausible, else the server's, with the client's beside it.
import { describe, expect, test } from 'vitest'
import { textCharactersMax } from '../../../src/domain/events/event.ts'
import {
  clockAheadMaxMs,
  earliestEventDateMs,
  hourOf,
  normalizeDate,
  textOf,
} from '../../../src/domain/ingest/event-date.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { instant } from '../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')
const at = (ms: number) => new Date(ms).toISOString()

describe('normalizeDate', () => {
  test.each([
    ['the past', '2026-11-20T10:00:00.1234567Z'],
    ['now', now],
    ['the first moment of 2010', at(earliestEventDateMs)],
    ['5 minutes ahead', at(millisecondsOf(now) + clockAheadMaxMs)],
  ])('accepts %s', (_, claimed) => {
    expect(normalizeDate(claimed, now)).toEqual({ date: instant(claimed) })
  })

  test.each([
    ['a millisecond before 2010', at(earliestEventDateMs - 1), at(earliestEventDateMs - 1)],
    ['a millisecond over 5 minutes ahead', '2026-11-22T06:33:00.001Z', '2026-11-22T06:33:00.001Z'],
    ['a zone that puts it ahead', '2026-11-22T06:28:00-01:00', '2026-11-22T06:28:00-01:00'],
    ['words', 'yesterday', 'yesterday'],
    ['a number', 1_793_155_200_000, '1793155200000'],
    ['a list', ['2026-11-20'], '["2026-11-20"]'],
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['an empty text', '', ''],
  ])('replaces %s by the time of arrival, and keeps the claim', (_, claimed, clientDate) => {
    expect(normalizeDate(claimed, now)).toEqual({ date: now, clientDate })
  })

  test('cuts a long claim to the length that an event allows', () => {
    const claim = (characters: number) => normalizeDate('x'.repeat(characters), now).clientDate
    expect(claim(textCharactersMax)).toBe('x'.repeat(textCharactersMax))
    expect(claim(textCharactersMax + 1)).toBe('x'.repeat(textCharactersMax))
  })

  test('keeps any claim as a well-formed text', () => {
    const cutInHalf = `${'x'.repeat(textCharactersMax - 1)}😀`
    for (const claimed of ['\ud83d', cutInHalf])
      expect(normalizeDate(claimed, now).clientDate?.isWellFormed()).toBe(true)
  })
})

test('an hour lasts from its first to its last millisecond', () => {
  const hour = hourOf(instant('2026-11-22T06:00:00Z'))
  expect(hour).toBe(Date.UTC(2026, 10, 22, 6) / 3_600_000)
  expect(hourOf(instant('2026-11-22T06:59:59.9999999Z'))).toBe(hour)
  expect(hourOf(instant('2026-11-22T07:00:00Z'))).toBe(hour + 1)
  expect(hourOf(instantAt(-1))).toBe(-1)
})

test.each([
  [null, ''],
  [undefined, ''],
  ['as it is', 'as it is'],
  [false, 'false'],
  [{ year: 2026 }, '{"year":2026}'],
])('the claim %j becomes the text %j', (claimed, text) => {
  expect(textOf(claimed)).toBe(text)
})
