// When rules fire: windows and their edges, suppression windows, late events, orders, values, group keys.
import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../../../src/domain/alerts/engine/compiled/engine.ts'
import { lateMsMax } from '../../../../../src/domain/alerts/engine/compiled/limits.ts'
import {
  alertsOf,
  arriving,
  minuteOf as at,
  dateAt,
  dayMs,
  engineOf,
  eventAt,
  hourMs,
  Ledger,
  minuteMs,
} from '../../../../support/alerts/engine.ts'
import { named, rulesOf } from '../../../../support/alerts/rules.ts'

const burst = 'type: event_count, rules: [a], timespan: 10m, condition: {gte: 3}'
describe('a burst', () => {
  test('fires once, with how many firings were suppressed, the highest count, and sample events', () => {
    const events = [1, 2, 3, 4, 5, 6, 7].map((minute) => at(minute))
    expect(alertsOf(burst, events)).toMatchObject([
      {
        from: dateAt(3 * minuteMs),
        to: dateAt(7 * minuteMs),
        suppressedCount: 4,
        count: 7,
        atLeast: false,
        group: [],
        firstEventAt: dateAt(minuteMs),
        samples: events.slice(0, 5).map(({ id, date }) => ({ id, date })),
        threshold: 3,
        endsAt: dateAt(67 * minuteMs),
        lastEventId: events[6]?.id,
      },
    ])
  })

  test('is raised when the rule first fires, and updated when it fires again', () => {
    const ledger = new Ledger(engineOf(burst))
    ledger.take([at(1), at(2)])
    expect(ledger.sorted()).toEqual([])
    ledger.take([at(3)])
    expect(ledger.sorted()).toMatchObject([{ suppressedCount: 0 }])
    ledger.take([at(4)])
    expect(ledger.sorted()).toMatchObject([{ suppressedCount: 1 }])
  })

  test('re-arms in the next suppression window', () => {
    const alerts = alertsOf(
      burst,
      [57, 58, 59, 60, 61].map((minute) => at(minute)),
    )
    expect(alerts).toMatchObject([
      { from: dateAt(59 * minuteMs), suppressedCount: 0 },
      { from: dateAt(60 * minuteMs), suppressedCount: 1, count: 5 },
    ])
  })

  test('is suppressed as long as the rule says', () => {
    const minutes = [1, 2, 3, 61, 62, 63].map((minute) => at(minute))
    expect(alertsOf(burst, minutes, 'keytrail: {repeat: 2h}\n')).toHaveLength(1)
    expect(alertsOf(burst, minutes)).toHaveLength(2)
  })

  test('counts an event that arrives twice once, together or apart', () => {
    expect(alertsOf(burst, [at(1), at(1), at(2), at(2)])).toEqual([])
    const ledger = new Ledger(engineOf(burst))
    for (let round = 0; round < 3; round++) ledger.take([at(1), at(2)])
    expect(ledger.sorted()).toEqual([])
  })

  test('counts events of several rules together, and one that matches two of them once', () => {
    const either = 'type: event_count, rules: [a, b], timespan: 10m, condition: {gte: 3}'
    expect(alertsOf(either, [at(1), at(2, 2, { type: 1001 }), at(3)])).toHaveLength(1)
    const text = [
      named('a'),
      named('a2'),
      'title: C\ncorrelation: {type: event_count, rules: [a, a2], timespan: 10m, condition: {gte: 2}}\n',
    ]
    const ledger = new Ledger(buildEngine([rulesOf(text.join('---\n'))]))
    ledger.take([at(1)])
    expect(ledger.sorted()).toEqual([])
  })
})

describe('a window', () => {
  test('excludes what happened exactly its length before', () => {
    expect(alertsOf(burst, [eventAt(0, 1), at(5), eventAt(10 * minuteMs, 3)])).toEqual([])
    expect(alertsOf(burst, [eventAt(1, 1), at(5), eventAt(10 * minuteMs, 3)])).toHaveLength(1)
  })

  test('counts all that happened at its last date', () => {
    expect(alertsOf(burst, [at(1, 'x'), at(1, 'y'), at(1, 'z')])).toMatchObject([{ count: 3, suppressedCount: 0 }])
  })
})

describe('a late event', () => {
  test('completes a window of its own date, and leaves later ones alone', () => {
    const ledger = new Ledger(engineOf(burst))
    ledger.take([at(1), at(3), ...[301, 302].map((minute) => at(minute))], hourMs)
    expect(ledger.sorted()).toEqual([])
    ledger.take([at(2)], 6 * dayMs)
    expect(ledger.sorted()).toMatchObject([{ from: dateAt(3 * minuteMs), to: dateAt(3 * minuteMs) }])
  })

  test('counts when exactly 7 days late, and is only counted as late a millisecond later', () => {
    const ledger = new Ledger(engineOf(burst))
    ledger.take([at(0, 1), at(0, 2)])
    expect(ledger.take([at(0, 3)], lateMsMax + 1).lateEvents).toBe(1)
    expect(ledger.sorted()).toEqual([])
    expect(ledger.take([at(0, 3)], lateMsMax).lateEvents).toBe(0)
    expect(ledger.sorted()).toHaveLength(1)
  })

  test('is judged by its own arrival, with any others in the batch', () => {
    const one = 'type: event_count, rules: [a], timespan: 10m, condition: {gte: 1}'
    const ledger = new Ledger(engineOf(one))
    const events = [arriving(at(0, 1), lateMsMax), arriving(at(0, 2), lateMsMax + 1), eventAt(60 * dayMs, 3)]
    expect(ledger.takeArrived(events)).toMatchObject({ lateEvents: 1, aheadEvents: 0 })
    expect(ledger.sorted()).toMatchObject([{ samples: [{ id: at(0, 1).id }] }, { from: dateAt(60 * dayMs) }])
  })

  test('ahead of time counts up to a day, and is only counted as ahead beyond', () => {
    const ledger = new Ledger(engineOf('type: event_count, rules: [a], timespan: 10m, condition: {gte: 1}'))
    expect(ledger.take([eventAt(dayMs + 1, 1)]).aheadEvents).toBe(1)
    expect(ledger.take([eventAt(dayMs, 2)]).aheadEvents).toBe(0)
    expect(ledger.sorted()).toHaveLength(1)
  })
})

test('a rule over one event fires at each match', () => {
  const ledger = new Ledger(buildEngine([rulesOf(named('a'))]))
  ledger.take([at(1), at(2), at(61), at(62, 'other', { type: 1001 })])
  expect(ledger.sorted()).toMatchObject([
    { from: dateAt(minuteMs), suppressedCount: 1, count: 1, samples: [{ id: at(1).id }, { id: at(2).id }] },
    { from: dateAt(61 * minuteMs), suppressedCount: 0 },
  ])
})
