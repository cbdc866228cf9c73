// Abnormal rates against the baseline of a group key: the formula at its edges, what is learned and stored, any order of arrival.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { learningMs, stateBytesMax } from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { hourCountMax } from '../../../../src/domain/alerts/engine/states/baseline.ts'
import { parseState, serializeState } from '../../../../src/domain/alerts/engine/states/codec.ts'
import {
  arriving,
  dateAt,
  dayMs,
  engineOf,
  eventAt,
  hourMs,
  Ledger,
  minuteMs,
  startMs,
} from '../../../support/alerts/engine.ts'
import { type NaiveRule, naiveAlerts } from '../../../support/alerts/naive-engine.ts'

function ruleFor(timespanMinutes: number, minimum: number, sensitivity: number) {
  const engine = engineOf(
    `type: x-abnormal-rate, rules: [a], group-by: [userId], timespan: ${timespanMinutes}m, condition: {minimum: ${minimum}, sensitivity: ${sensitivity}}`,
  )
  const correlation = [...engine.correlations.values()].find(({ kind }) => kind === 'rate')
  if (!correlation) throw new Error('no correlation')
  const naive: NaiveRule = {
    id: correlation.ruleId,
    revision: correlation.revision,
    kind: 'x-abnormal-rate',
    types: [1000],
    countMin: minimum,
    timespanMs: timespanMinutes * minuteMs,
    repeatMs: correlation.repeatMs,
    groupBy: 'userId',
    sensitivity,
  }
  return { engine, correlation, naive }
}

const of = (ms: number, name: string | number = ms) => eventAt(ms, name, { userId: 'u' })
/** So many within a minute. */
const burst = (ms: number, count: number) =>
  Array.from({ length: count }, (_, index) => of(ms + index * 100, `${ms} ${index}`))
const weekMs = 7 * dayMs

/** Takes events as they happen. */
function take(ledger: Ledger, events: readonly EngineEvent[]) {
  const counters = events
    .toSorted((one, other) => one.arrivedAt - other.arrivedAt)
    .map((event) => ledger.takeArrived([event]))
  const sum = (of: (each: (typeof counters)[number]) => number) => counters.reduce((all, each) => all + of(each), 0)
  return { learning: sum(({ learning }) => learning), unreachable: sum(({ unreachable }) => unreachable) }
}

describe('a rate', () => {
  test('is not judged in the 14 days since the first match, and that is counted', () => {
    const ledger = new Ledger(ruleFor(60, 3, 1).engine)
    const silent = take(ledger, [of(0), ...burst(learningMs - 300, 3)])
    expect(silent).toEqual({ learning: 1, unreachable: 0 })
    expect(ledger.sorted()).toEqual([])
    take(ledger, [of(learningMs)])
    expect(ledger.sorted()).toMatchObject([{ threshold: 3, count: 4 }])
  })

  test('is abnormal above the mean and so many standard deviations, and from the minimum on', () => {
    // Of ten samples, those of this hour two and three weeks before are 9, the others 0: mean 1.8, variance 14.4.
    const past = [of(-weekMs), ...[0, 1, 2].flatMap((week) => burst(week * weekMs + 12 * hourMs, 9))]
    const today = (count: number) => {
      const ledger = new Ledger(ruleFor(60, 5, 2).engine)
      take(ledger, [...past, ...burst(3 * weekMs + 12 * hourMs, count)])
      return ledger.sorted().filter(({ from }) => from >= dateAt(3 * weekMs))
    }
    expect(today(9)).toEqual([])
    expect(today(11)).toMatchObject([{ threshold: 10, count: 11, suppressedCount: 1 }])
  })

  test('is silent, and that is counted, where more is expected than a window counts', () => {
    const ledger = new Ledger(ruleFor(60, 5, 3).engine)
    const busy = [of(0), ...[1, 2, 3].flatMap((week) => burst(week * weekMs + 12 * hourMs, 350))]
    take(ledger, busy)
    const before = ledger.sorted().length
    expect(take(ledger, burst(4 * weekMs + 12 * hourMs, 6)).unreachable).toBe(2)
    expect(ledger.sorted()).toHaveLength(before)
  })

  test('is learned anew after 28 days without a match, not after a millisecond less', () => {
    for (const [gapMs, alerts] of [
      [28 * dayMs - 1, 1],
      [28 * dayMs, 0],
    ] as const) {
      const ledger = new Ledger(ruleFor(60, 3, 1).engine)
      take(ledger, [of(0), ...burst(gapMs, 3)])
      expect(ledger.sorted()).toHaveLength(alerts)
    }
  })

  test('counts an event once, however often it comes', () => {
    const events = [of(0), ...[1, 2, 3].flatMap((week) => burst(week * weekMs + 12 * hourMs, 6))]
    const [once, often] = [new Ledger(ruleFor(60, 3, 1).engine), new Ledger(ruleFor(60, 3, 1).engine)]
    take(once, events)
    for (const event of events) for (const _ of [1, 2]) often.takeArrived([event])
    for (const event of events) often.takeArrived([arriving(event, 3 * weekMs)])
    expect(often.windowState()).toEqual(once.windowState())
    expect(often.sorted()).toEqual(once.sorted())
  })
})

describe('history', () => {
  const arrivalMs = 5 * weekMs
  const past = [0, 1, 2].flatMap((week) => burst(week * weekMs + 12 * hourMs, 9))
  /** The same events, all arriving at once, numbered in this order. */
  const imported = (events: readonly EngineEvent[]) =>
    events.map((event, index) => ({ ...arriving(event, arrivalMs), number: index + 1 }))
  const live = burst(arrivalMs + 12 * hourMs, 11)

  test('raises nothing, and then a rate is judged as if it had been there, in any order and however often', () => {
    const { engine } = ruleFor(60, 5, 2)
    const there = new Ledger(engine)
    take(there, [...past, ...live])
    const asLive = there.sorted().filter(({ from }) => from >= dateAt(arrivalMs))
    expect(asLive).toHaveLength(1)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(past, { minLength: past.length }),
        fc.array(fc.tuple(fc.nat(past.length), fc.nat(past.length)), { maxLength: 5 }),
        (order, again) => {
          const [ledger, events] = [new Ledger(engine), imported(order)]
          for (const event of events) expect(ledger.takeArrived([event]).lateEvents).toBe(1)
          for (const [from, count] of again) ledger.takeArrived(events.slice(from, from + count))
          ledger.reload()
          expect(ledger.sorted()).toEqual([])
          take(ledger, live)
          expect(ledger.sorted()).toEqual(asLive)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('teaches a rate what was there in the 35 days before, and no more', () => {
    const { engine, correlation } = ruleFor(60, 5, 2)
    const ledger = new Ledger(engine)
    const daily = Array.from({ length: 300 }, (_, day) => of(arrivalMs - (300 - day) * dayMs))
    ledger.takeArrived(imported(daily))
    const { baseline, matches } = ledger.windowState(correlation.ruleId)
    expect(baseline?.hours).toHaveLength(28)
    expect(baseline?.learntTo).toBe(293)
    // The last seven days arrived in time.
    expect(matches).toHaveLength(7)
  })

  test('of an event that two rules of a rate match counts once', () => {
    const { engine, correlation } = ruleFor(60, 5, 2)
    const ledger = new Ledger(engine)
    const [twice] = imported(past)
    if (twice) ledger.takeArrived([twice, twice])
    expect(ledger.windowState(correlation.ruleId).baseline?.hours.map(({ count }) => count)).toEqual([1])
  })

  test('leaves windows and absences as they are', () => {
    for (const members of [
      'type: event_count, rules: [a], group-by: [userId], timespan: 30d, condition: {gte: 2}',
      'type: x-absence, rules: [a], group-by: [userId], timespan: 2d',
    ]) {
      const ledger = new Ledger(engineOf(members))
      ledger.takeArrived(imported(past))
      expect([...ledger.state.values()].flatMap((states) => [...states])).toEqual([])
    }
  })
})

describe('the baseline of a rate', () => {
  test('fits with the most matches and hours of the highest counts, and is read back', () => {
    const { engine, correlation } = ruleFor(24 * 60, 300, 3)
    const ledger = new Ledger(engine)
    const hours = Array.from({ length: 28 * 24 + 25 }, (_, hour) => ({
      hour: Math.floor(startMs / hourMs) - 697 + hour,
      count: hourCountMax,
    }))
    ledger.take(burst(0, 400), dayMs)
    const group = {
      ...ledger.windowState(correlation.ruleId),
      baseline: { hours, since: startMs - 40 * dayMs, to: startMs - 1, learntTo: 9_999_999 },
    }
    const text = serializeState(correlation, group)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(stateBytesMax)
    expect(parseState(correlation, text)).toEqual(group)
    expect(parseState(correlation, text.replace('"hours":"', '"hours":"='))).toBeUndefined()
    expect(parseState(correlation, text.replace('"hours":"', '"hours":"A'))).toBeUndefined()
  })

  test('has no more hours than are asked for, and none above the highest count', () => {
    const { engine, correlation } = ruleFor(24 * 60, 300, 3)
    const ledger = new Ledger(engine)
    for (let day = 0; day < 80; day++) {
      ledger.take(
        Array.from({ length: 48 }, (_, half) => of(day * dayMs + half * 30 * minuteMs)),
        (day + 1) * dayMs,
      )
    }
    for (let from = 0; from < 5_000; from += 500) ledger.take(burst(80 * dayMs + from * 100, 500), 81 * dayMs)
    const { baseline } = ledger.windowState(correlation.ruleId)
    expect(baseline?.hours.length).toBeLessThanOrEqual(28 * 24 + 25)
    expect(baseline?.hours.at(-1)?.count).toBe(hourCountMax)
    expect(baseline?.since).toBe(startMs)
  })
})

test.each([
  [60, 3, 1],
  [15, 2, 1.5],
  [150, 4, 2],
  [24 * 60, 6, 1],
])('says the same as brute force however late events come: %i minutes, %i, %f', (timespan, minimum, sensitivity) => {
  const { engine, naive } = ruleFor(timespan, minimum, sensitivity)
  const bursts = fc.array(
    fc.record({
      // Hours of the same weekday, so that weeks have something to do with each other; some of any other.
      hour: fc.oneof(
        fc.tuple(fc.nat(7), fc.nat(3)).map(([week, hour]) => week * 168 + 9 + hour),
        fc.nat(8 * 168),
      ),
      count: fc.integer({ min: 1, max: 12 }),
      delayMs: fc.oneof(fc.constant(0), fc.nat(7 * dayMs), fc.constant(7 * dayMs)),
      stepMs: fc.constantFrom(1_000, 5 * minuteMs, 13 * minuteMs),
      userId: fc.constantFrom('u', 'u', 'u', 'v'),
    }),
    { maxLength: 60, size: 'max' },
  )
  fc.assert(
    fc.property(bursts, fc.integer({ min: 1, max: 40 }), (drawn, batch) => {
      const events = drawn.flatMap(({ hour, count, delayMs, stepMs, userId }, each) =>
        Array.from({ length: count }, (_, index) => {
          const ms = hour * hourMs + index * stepMs
          return arriving(eventAt(ms, `${each} ${index}`, { userId }), ms + delayMs)
        }),
      )
      const arrived = events.toSorted((one, other) => one.arrivedAt - other.arrivedAt)
      const ledger = new Ledger(engine)
      for (let from = 0; from < arrived.length; from += batch) {
        const some = arrived.slice(from, from + batch)
        ledger.takeArrived([...some.toReversed(), ...some])
        ledger.expire((some.at(-1)?.arrivedAt ?? startMs) - startMs)
        ledger.reload()
      }
      expect(ledger.sorted()).toEqual(naiveAlerts(naive, events))
    }),
    { numRuns: 40 },
  )
})
