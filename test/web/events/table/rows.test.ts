// Rows of the events' list: days, merging, and what is in sight.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ListedEvent, listedEvent } from '../../../../web/events/event.ts'
import { merged, type Row, rowsInSight, rowsOf, topsOf } from '../../../../web/events/table/rows.ts'

const event = (id: string, date: string): ListedEvent => listedEvent({ id, type: 1000, date })
const utcDay = (date: string) => date.slice(0, 10)

describe('rows', () => {
  test('have each day once, before its events', () => {
    const events = [
      event('a', '2026-05-02T01:00:00.000Z'),
      event('b', '2026-05-02T00:00:00.000Z'),
      event('c', '2026-05-01T23:59:59.999Z'),
    ]
    expect(rowsOf(events, utcDay).map(({ key }) => key)).toEqual(['2026-05-02', 'a', 'b', '2026-05-01', 'c'])
    expect(rowsOf([], utcDay)).toEqual([])
  })
})

describe('merging', () => {
  const [older, middle, newer] = [
    event('older', '2026-05-01T10:00:00.123Z'),
    event('middle', '2026-05-01T10:00:00.1230001Z'),
    event('newer', '2026-05-01T10:00:00.124Z'),
  ] as const

  test('puts what is older at the end and what is newer before, to the last digit', () => {
    expect(merged([newer], [older]).map(({ id }) => id)).toEqual(['newer', 'older'])
    expect(merged([older], [middle, newer]).map(({ id }) => id)).toEqual(['newer', 'middle', 'older'])
  })

  test('keeps each event once, and the same list when nothing is new', () => {
    const known = [newer, older]
    expect(merged(known, [older, newer])).toBe(known)
    expect(merged([], [older, older])).toHaveLength(1)
  })

  test('gives the same list for any order of arrival', () => {
    const dates = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { maxLength: 20 })
    fc.assert(
      fc.property(dates, fc.nat(20), (all, cut) => {
        const events = all.map((ms) => event(`${ms}`, new Date(ms).toISOString()))
        const sorted = (list: readonly ListedEvent[]) =>
          list.toSorted((one, other) => Number(other.id) - Number(one.id))
        const [first, second] = [sorted(events.slice(0, cut)), events.slice(cut)]
        expect(merged(merged([], first), second)).toEqual(sorted(events))
      }),
    )
  })
})

describe('what is in sight', () => {
  const heights = { day: 20, event: 40 }
  const rows = (count: number, dayEvery = Number.POSITIVE_INFINITY): readonly Row[] =>
    Array.from({ length: count }, (_, index) =>
      index % dayEvery === 0 && dayEvery < count
        ? { kind: 'day', key: `${index}`, date: '' }
        : { kind: 'event', key: `${index}`, event: event(`${index}`, '2026-05-01T00:00:00.000Z') },
    )
  const sight = (count: number, fromPx: number) => rowsInSight(topsOf(rows(count), heights), { fromPx, heightPx: 400 })

  test('rows stand under each other, each as high as its kind', () => {
    expect(topsOf(rows(4, 2), heights)).toEqual([0, 20, 60, 80, 120])
    expect(topsOf([], heights)).toEqual([0])
  })

  test('is the window and some rows around, within the list', () => {
    expect(sight(1_000, 0)).toEqual({ from: 0, to: 21 })
    expect(sight(1_000, 4_000)).toEqual({ from: 90, to: 121 })
    expect(sight(5, 0)).toEqual({ from: 0, to: 5 })
    expect(sight(0, 0)).toEqual({ from: 0, to: 0 })
  })

  test('is all that the window shows, never much more, and nothing outside of the list', () => {
    const windows = fc.record({
      fromPx: fc.integer({ min: -1_000, max: 50_000 }),
      count: fc.nat(1_000),
      dayEvery: fc.integer({ min: 2, max: 30 }),
    })
    fc.assert(
      fc.property(windows, ({ fromPx, count, dayEvery }) => {
        const tops = topsOf(rows(count, dayEvery), heights)
        const { from, to } = rowsInSight(tops, { fromPx, heightPx: 400 })
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(count)
        expect(to - from).toBeLessThanOrEqual(41)
        for (let row = 0; row < count; row++) {
          const shows = (tops[row + 1] ?? 0) > fromPx && (tops[row] ?? 0) < fromPx + 400
          if (shows) expect(row >= from && row < to).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})
