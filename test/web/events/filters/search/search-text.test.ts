// A search as text in the page: its times, the place that is being written, and suggestions put there.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  completed,
  problemsIn,
  quoted,
  rangeOfSearch,
  withoutTimes,
  writingAt,
} from '../../../../../web/events/filters/search/search-text.ts'
import { anyText } from '../../../../support/any-text.ts'

describe('the times of a search', () => {
  test('are its range; an end is the last instant before it', () => {
    expect(rangeOfSearch('who:alice after:2026-11-01 before:2026-11-20T08:30Z')).toEqual({
      start: '2026-11-01T00:00:00.000Z',
      end: '2026-11-20T08:29:59.9999999Z',
    })
    expect(rangeOfSearch('before:2026-11-20')).toEqual({ start: null, end: '2026-11-19T23:59:59.9999999Z' })
    expect(rangeOfSearch('who:alice')).toBeNull()
    expect(rangeOfSearch('after:2026-11-01 what:nothing')).toBeNull()
  })

  test('leave blanks, so that what follows stays in its place', () => {
    expect(withoutTimes('who:a after:2026-11-01 what:b')).toBe(`who:a ${' '.repeat(16)} what:b`)
    expect(withoutTimes('who:a')).toBe('who:a')
  })
})

describe('what is being written', () => {
  test.each([
    ['', 0, null, ''],
    ['wh', 2, null, 'wh'],
    ['who:', 4, 'who', ''],
    ['who:ali', 7, 'who', 'ali'],
    ['who:alice,b', 11, 'who', 'b'],
    ['who:alice what:', 15, 'what', ''],
    ['who:alice what:', 9, 'who', 'alice'],
    ['who:alice ', 10, null, ''],
    ['item:"cloud ro', 14, 'item', 'cloud ro'],
    ['-device:c', 9, 'device', 'c'],
  ])('in %j at %i is after %j: %j', (text, caret, key, typed) => {
    expect(writingAt(text, caret)).toMatchObject({ key, typed })
  })

  test.each([
    ['wh', 2, 'who:', 'who:'],
    ['-wh', 3, 'who:', '-who:'],
    ['who:ali', 7, 'alice@demo.test', 'who:alice@demo.test '],
    ['who:ali what:copied', 7, 'alice@demo.test', 'who:alice@demo.test what:copied'],
    ['item:"cloud ro', 14, '"Cloud root"', 'item:"Cloud root" '],
    ['who:alice,b what:copied', 11, 'bob', 'who:alice,bob what:copied'],
  ])('in %j at %i gives way to %j', (text, caret, insert, whole) => {
    const next = completed(text, writingAt(text, caret), insert)
    expect(next.text).toBe(whole)
    expect(next.text.slice(0, next.caret).trimEnd().endsWith(insert)).toBe(true)
  })

  test('is found at any place of any text', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 30 }), fc.nat(30), (text, at) => {
        const { from, to } = writingAt(text, Math.min(at, text.length))
        expect([from >= 0, to >= from, to <= text.length]).toEqual([true, true, true])
      }),
    )
  })
})

test('a value that the grammar would read otherwise is in quotation marks', () => {
  expect(['alice@demo.test', 'Cloud root', 'a"b', '-x', 'a:b', 'a,b', ''].map(quoted)).toEqual([
    'alice@demo.test',
    '"Cloud root"',
    '"a\\"b"',
    '"-x"',
    '"a:b"',
    '"a,b"',
    '""',
  ])
})

test('problems are lines with their places', () => {
  expect(problemsIn('what:copyed')).toEqual(['character 6: "copyed" is no kind of event; write copied'])
  expect(problemsIn('who:anyone')).toEqual([])
})
