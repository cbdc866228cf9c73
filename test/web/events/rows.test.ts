// Rows of the events' list: days, merging, and what is in sight.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ListedEvent, listedEvent } from '../../../web/events/event.ts'
import { merged, rowsInSight, rowsOf } from '../../../web/events/rows.ts'

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

  test('gives the same list whatever the order of arrival', () => {
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
  const place = { aboveTopPx: 0, heightPx: 400, rowPx: 40 }

  test('is the window and some rows around, within the list', () => {
    expect(rowsInSight(place, 1_000)).toEqual({ from: 0, to: 20 })
    expect(rowsInSight({ ...place, aboveTopPx: 4_000 }, 1_000)).toEqual({ from: 90, to: 120 })
    expect(rowsInSight(place, 5)).toEqual({ from: 0, to: 5 })
    expect(rowsInSight(place, 0)).toEqual({ from: 0, to: 0 })
  })

  test('is never more than the window holds, nor outside of the list', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 1_000_000 }), fc.nat(20_000), (aboveTopPx, count) => {
        const { from, to } = rowsInSight({ ...place, aboveTopPx }, count)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(Math.max(count, from))
        expect(to - from).toBeLessThanOrEqual(31)
      }),
    )
  })
})
