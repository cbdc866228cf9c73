// What a run reads, by the requests that a day allows.
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { dueReread, hasSpare, pollAt, withoutLate } from '../../../src/domain/sources/plan.ts'
import { newProgress, type Progress } from '../../../src/domain/sources/progress.ts'
import { dayOf } from '../../../src/domain/sources/view.ts'
import { sourceOf } from '../../support/sources/sources.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]
const now = Date.UTC(2026, 10, 20, 12)

/** A source that was read since so long, with so many requests and events today. */
function pulled(sinceMs: number, requests: number, events: number, more: Partial<Progress> = {}): Progress {
  const days = [{ day: dayOf(now), requests, historyRequests: 0, events }]
  return { ...newProgress(sourceOf(), now - sinceMs), readTo: now - 60_000, days, ...more }
}
/** Nothing of the past is due again. */
const rereads = newProgress(sourceOf(), now).rereads

describe('a poll', () => {
  test('reads the last 15 minutes in full where that is a page', () => {
    expect(pollAt(pulled(2 * hourMs, 0, 20, { rereads }), now)).toMatchObject({
      deep: true,
      stopAt: instantAt(now - 15 * 60_000),
    })
  })

  test('does not on the first day of a busy organization, whose requests are few', () => {
    expect(pollAt(pulled(2 * hourMs, 200, 900, { rereads }), now)).toMatchObject({
      deep: false,
      stopAt: instantAt(now - 120_000),
    })
  })

  test('looks a year ahead until it finds something, and then every six hours', () => {
    const ahead = { ahead: true, aheadAt: now - 6 * hourMs + 1 }
    expect(pollAt(pulled(dayMs, 0, 0), now).far).toBe(true)
    expect(pollAt(pulled(dayMs, 0, 0, ahead), now).far).toBe(false)
    expect(pollAt(pulled(dayMs, 0, 0, { ahead: true, aheadAt: now - 6 * hourMs }), now).far).toBe(true)
  })
})

describe('the requests of a day', () => {
  const late = { rereads: rereads.map((each) => ({ ...each, doneTo: each.doneTo - 2 * dayMs })) }

  test('are spread over it: at noon, half of 1,780 are spent', () => {
    expect(hasSpare(pulled(dayMs, 889, 100), now)).toBe(true)
    expect(hasSpare(pulled(dayMs, 890, 100), now)).toBe(false)
  })

  test('are more for an organization of more than 11,000 events', () => {
    expect(hasSpare(pulled(dayMs, 1_779, 22_000), now)).toBe(true)
    expect(hasSpare(pulled(dayMs, 1_780, 22_000), now)).toBe(false)
  })

  test('go to the last re-read first, which alone may go 220 beyond', () => {
    expect(dueReread(pulled(dayMs, 0, 100, late), now)?.hours).toBe(840)
    expect(dueReread(pulled(dayMs, 1_109, 100, late), now)?.hours).toBe(840)
    expect(dueReread(pulled(dayMs, 1_110, 100, late), now)).toBeUndefined()
    const others = late.rereads.filter(({ hours }) => hours !== 840)
    expect(dueReread(pulled(dayMs, 889, 100, { rereads: others }), now)?.hours).toBe(24)
    expect(dueReread(pulled(dayMs, 890, 100, { rereads: others }), now)).toBeUndefined()
  })
})

test('re-reads that are too late skip, but the last one skips nothing', () => {
  const late = rereads.map((each) => ({ ...each, doneTo: each.doneTo - 30 * dayMs }))
  const kept = withoutLate(late, now)
  expect(kept.find(({ hours }) => hours === 840)).toEqual(late.find(({ hours }) => hours === 840))
  expect(kept.find(({ hours }) => hours === 24)).toEqual({ hours: 24, doneTo: now - 30 * hourMs, span: null })
})
