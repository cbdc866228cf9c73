// Hours at which a person is usually active: learnt from closed weeks, over changes of clocks, bounded, and read as they were written.
import { describe, expect, test } from 'vitest'
import { observe } from '../../../../src/domain/alerts/first-seen/observe.ts'
import { emptyFirstSeenState } from '../../../../src/domain/alerts/first-seen/state.ts'
import {
  type ActiveHours,
  hoursExpireAt,
  isUsualHour,
  learnHour,
  readActiveHours,
  writeActiveHours,
} from '../../../../src/domain/alerts/hours/usual-hours.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { alice, bob, event } from '../../../support/events.ts'

const [minuteMs, hourMs, dayMs, weekMs] = [60_000, 3_600_000, 86_400_000, 7 * 86_400_000]
/** A Wednesday, 03:30. */
const at = Date.UTC(2026, 10, 25, 3, 30)

function activeAt(...times: readonly number[]): ActiveHours | undefined {
  const all = new Map<Guid, ActiveHours>()
  for (const time of times) learnHour(all, alice, time)
  return all.get(alice)
}

describe('an hour', () => {
  test('is usual if a person was active at it in two of the four weeks from the second week before on', () => {
    expect(isUsualHour(undefined, at)).toBe(false)
    expect(isUsualHour(activeAt(at - 2 * weekMs), at)).toBe(false)
    expect(isUsualHour(activeAt(at - 2 * weekMs, at - 5 * weekMs), at)).toBe(true)
    expect(isUsualHour(activeAt(at - 5 * weekMs, at - 6 * weekMs), at)).toBe(false)
  })

  test('is not usual by what happened today, this week or last week', () => {
    const recent = [at, at - minuteMs, at - dayMs, at - weekMs, at - weekMs + hourMs]
    expect(isUsualHour(activeAt(...recent, at - 3 * weekMs), at)).toBe(false)
  })

  test('is usual beside a usual one, as clocks change, and not two hours from it', () => {
    const active = activeAt(at - 2 * weekMs, at - 3 * weekMs)
    expect([-2, -1, 0, 1, 2].map((hours) => isUsualHour(active, at + hours * hourMs))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  test('is usual on its day of the week alone', () => {
    const active = activeAt(at - 2 * weekMs, at - 3 * weekMs)
    expect(isUsualHour(active, at + dayMs)).toBe(false)
    const night = Date.UTC(2026, 10, 25, 0, 10)
    expect(isUsualHour(activeAt(night - 2 * weekMs - hourMs, night - 3 * weekMs - hourMs), night)).toBe(true)
  })
})

describe('the hours of a person', () => {
  const times = Array.from({ length: 400 }, (_, index) => at - index * 11 * hourMs)

  test('are the same in any order of arrival, and twice', () => {
    const [inOrder, reversed] = [activeAt(...times.toReversed()), activeAt(...times)]
    const written = (hours: ActiveHours | undefined) => hours && writeActiveHours(alice, hours)
    expect(written(activeAt(...times, ...times))).toEqual(written(reversed))
    for (let hour = 0; hour < 7 * 24; hour++) {
      expect(isUsualHour(inOrder, at + hour * hourMs)).toBe(isUsualHour(reversed, at + hour * hourMs))
    }
  })

  test('change only with an hour that is new', () => {
    const all = new Map<Guid, ActiveHours>()
    expect([at, at + minuteMs, at + hourMs, at - 200 * dayMs].map((time) => learnHour(all, alice, time))).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  test('are read as they were written, by the same person alone', () => {
    const active = activeAt(...times)
    if (!active) throw new Error('nothing was learnt')
    const text = writeActiveHours(alice, active)
    expect(writeActiveHours(alice, readActiveHours(alice, text) ?? active)).toBe(text)
    expect(readActiveHours(alice, text)?.days).toEqual(new Map([...active.days].sort(([one], [other]) => other - one)))
    expect(readActiveHours(bob, text)).toBeUndefined()
    for (const bad of ['', '1', text.slice(0, -3), text.replace(/^1/, '2')]) {
      expect(readActiveHours(alice, bad)).toBeUndefined()
    }
  })

  test('are bounded, however long and however late events come', () => {
    const everyHour = Array.from({ length: 200 * 24 }, (_, index) => at - 100 * dayMs + index * hourMs)
    const active = activeAt(...everyHour, ...everyHour.map((time) => time - 60 * dayMs))
    if (!active) throw new Error('nothing was learnt')
    expect(writeActiveHours(alice, active).length).toBeLessThanOrEqual(600)
    expect(hoursExpireAt(active)).toBeGreaterThan(at + 189 * dayMs)
  })
})

describe('an event', () => {
  const isUsual = (events: readonly { readonly ms: number; readonly more?: object }[]) => {
    const state = emptyFirstSeenState()
    return events.map(({ ms, more }) => {
      const each = event({ type: 1107, actingUserId: alice, date: new Date(ms).toISOString(), ...more })
      return observe(state, each, ms).isUsualHour
    })
  }
  const weeks = [5, 3, 0].map((week) => ({ ms: at - week * weekMs }))

  test('is at a usual hour once its user was active then', () => {
    expect(isUsual(weeks)).toEqual([false, false, true])
    expect(isUsual(weeks.map(({ ms }) => ({ ms, more: { ipAddress: undefined, deviceType: undefined } })))).toEqual([
      false,
      false,
      true,
    ])
  })

  test('is not by what others did, nor by failed logins, nor without a user', () => {
    const [first, second, last] = weeks
    if (!first || !second || !last) throw new Error('no weeks')
    const by = (more: object) => [{ ...first, more }, second, last]
    expect(isUsual(by({ actingUserId: bob })).at(-1)).toBe(false)
    expect(isUsual(by({ type: 1005 })).at(-1)).toBe(false)
    expect(isUsual(weeks.map(({ ms }) => ({ ms, more: { actingUserId: undefined } }))).at(-1)).toBe(false)
  })
})
