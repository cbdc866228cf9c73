// Absences: when they fire, how they end, what late matches do to them, and what their state stores.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  absenceFollowedMs,
  lateMsMax,
  runsMax,
  stateBytesMax,
} from '../../../../../src/domain/alerts/engine/compiled/limits.ts'
import { parseState, serializeState } from '../../../../../src/domain/alerts/engine/states/codec.ts'
import { millisecondsOf } from '../../../../../src/domain/instant.ts'
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
} from '../../../../support/alerts/engine.ts'
import { type NaiveAbsence, naiveAbsences } from '../../../../support/alerts/naive-engine.ts'

function ruleFor(timespan: string, timespanMs: number) {
  const engine = engineOf(`type: x-absence, rules: [a], group-by: [userId], timespan: ${timespan}`)
  const correlation = [...engine.correlations.values()].find(({ kind }) => kind === 'absence')
  if (!correlation) throw new Error('no correlation')
  const naive: NaiveAbsence = { id: correlation.ruleId, revision: correlation.revision, timespanMs, groupBy: 'userId' }
  return { engine, correlation, naive }
}

const { engine, correlation, naive } = ruleFor('2d', 2 * dayMs)
const of = (ms: number, name: string | number = ms) => eventAt(ms, name, { userId: 'u' })

describe('an absence', () => {
  test('is said once the timespan has passed, and not at its last millisecond', () => {
    const ledger = new Ledger(engine)
    ledger.takeArrived([of(0), of(hourMs)])
    ledger.expire(2 * dayMs + hourMs)
    expect(ledger.sorted()).toEqual([])
    ledger.expire(2 * dayMs + hourMs + 1)
    ledger.expire(3 * dayMs)
    const at = dateAt(2 * dayMs + hourMs)
    expect(ledger.sorted()).toMatchObject([
      {
        from: at,
        to: at,
        count: 0,
        threshold: 1,
        firstEventAt: dateAt(hourMs),
        endsAt: null,
        samples: [{ id: of(hourMs).id }],
      },
    ])
  })

  test('ends with the next match, which is reported once', () => {
    const ledger = new Ledger(engine)
    ledger.takeArrived([of(0)])
    ledger.expire(3 * dayMs)
    ledger.takeArrived([of(3 * dayMs)])
    ledger.takeArrived([of(3 * dayMs + hourMs)])
    expect(ledger.sorted()).toMatchObject([{ from: dateAt(2 * dayMs), endsAt: dateAt(3 * dayMs) }])
    expect(ledger.resolved).toMatchObject([{ at: dateAt(3 * dayMs), alertId: ledger.sorted()[0]?.id }])
  })

  test('that nobody settled is found between two matches; one of just the timespan is none', () => {
    const ledger = new Ledger(engine)
    ledger.takeArrived([of(0), of(2 * dayMs), of(4 * dayMs + 1)])
    expect(ledger.sorted()).toMatchObject([{ from: dateAt(4 * dayMs), endsAt: dateAt(4 * dayMs + 1) }])
    expect(ledger.resolved).toHaveLength(1)
  })

  test('ends earlier when a late match shows it, and stays said when that fills it', () => {
    const ledger = new Ledger(engine)
    ledger.takeArrived([of(0), of(5 * dayMs)])
    ledger.takeArrived([arriving(of(4 * dayMs), 6 * dayMs)])
    expect(ledger.sorted()).toMatchObject([{ from: dateAt(2 * dayMs), endsAt: dateAt(4 * dayMs) }])
    ledger.takeArrived([arriving(of(dayMs), 6 * dayMs)])
    expect(ledger.sorted()).toMatchObject([
      { from: dateAt(2 * dayMs), endsAt: dateAt(dayMs) },
      { from: dateAt(3 * dayMs), endsAt: dateAt(4 * dayMs) },
    ])
    expect(ledger.resolved).toHaveLength(2)
  })

  test('that lasts over 7 days more is left open; the next match begins anew', () => {
    for (const [ms, endsAt] of [
      [2 * dayMs + absenceFollowedMs, dateAt(2 * dayMs + absenceFollowedMs)],
      [2 * dayMs + absenceFollowedMs + 1, null],
    ] as const) {
      const ledger = new Ledger(engine)
      ledger.takeArrived([of(0)])
      ledger.expire(ms)
      ledger.takeArrived([of(ms)])
      expect(ledger.sorted()).toMatchObject([{ endsAt }])
    }
  })

  test('expires when nothing is left to report, and a match after that does no harm', () => {
    const ledger = new Ledger(engine)
    ledger.takeArrived([of(0)])
    const lastMs = 2 * dayMs + absenceFollowedMs + lateMsMax
    ledger.expire(lastMs)
    expect(ledger.state.get(correlation.ruleId)?.size).toBe(1)
    ledger.expire(lastMs + 1)
    expect(ledger.state.size).toBe(0)
    ledger.takeArrived([of(lastMs + 1)])
    expect(ledger.sorted()).toHaveLength(1)
  })
})

test('a group with the most silences fits, drops the oldest beyond, and is read back', () => {
  const often = ruleFor('1m', minuteMs)
  const ledger = new Ledger(often.engine)
  const matches = (count: number) => Array.from({ length: count }, (_, index) => of(index * 2 * minuteMs))
  const group = () => [...(ledger.state.get(often.correlation.ruleId)?.values() ?? [])][0]
  ledger.take(matches(runsMax), dayMs)
  expect(group()).toMatchObject({ runs: { length: runsMax }, watermark: 0 })
  ledger.take(matches(runsMax + 1), dayMs)
  const full = group()
  if (!full) throw new Error('no group')
  expect(full).toMatchObject({ runs: { length: runsMax }, watermark: startMs + 2 * minuteMs - 1 })
  const text = serializeState(often.correlation, full)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(stateBytesMax)
  expect(parseState(often.correlation, text)).toEqual(full)
  expect(parseState(often.correlation, text.replace('"runs":"', '"runs":"A'))).toBeUndefined()
  expect(ledger.take([of(1)], dayMs).behindWatermark).toBe(1)
})

/** Matches by the hour, some at the same, with how much later than its date each arrives. */
const drawnMatches = fc.array(
  fc.record({
    hour: fc.nat(60 * 24),
    delayMs: fc.oneof(fc.constant(0), fc.nat(7 * dayMs), fc.constant(7 * dayMs)),
    userId: fc.constantFrom('u', 'u', 'v'),
  }),
  { maxLength: 60, size: 'max' },
)

/** Feeds matches in the order of their arrival in batches, each settled, and in the end settles at day 90. */
function feed(events: readonly ReturnType<typeof of>[], batch: number, settles: boolean): Ledger {
  const ledger = new Ledger(engine)
  const arrived = events.toSorted((one, other) => one.arrivedAt - other.arrivedAt)
  for (let from = 0; from < arrived.length; from += batch) {
    const some = arrived.slice(from, from + batch)
    ledger.takeArrived([...some.toReversed(), ...some])
    if (settles) ledger.expire((some.at(-1)?.arrivedAt ?? startMs) - startMs)
    ledger.reload()
  }
  ledger.expire(90 * dayMs)
  return ledger
}

test('the same absences are found as by brute force, in any batches, settled on the way or not', () => {
  fc.assert(
    fc.property(drawnMatches, fc.integer({ min: 1, max: 20 }), fc.boolean(), (drawn, batch, settles) => {
      const events = drawn.map(({ hour, userId }, index) => eventAt(hour * hourMs, index, { userId }))
      const ledger = feed(events, batch, settles)
      expect(ledger.sorted()).toEqual(naiveAbsences(naive, events, startMs + 90 * dayMs))
      expect(ledger.resolved).toHaveLength(ledger.sorted().filter(({ endsAt }) => endsAt !== null).length)
    }),
    { numRuns: 100 },
  )
})

test('late matches leave all absences of brute force, and others that they filled', () => {
  fc.assert(
    fc.property(drawnMatches, fc.integer({ min: 1, max: 20 }), fc.boolean(), (drawn, batch, settles) => {
      const events = drawn.map(({ hour, userId, delayMs }, index) =>
        arriving(eventAt(hour * hourMs, index, { userId }), hour * hourMs + delayMs),
      )
      const ledger = feed(events, batch, settles)
      const expected = naiveAbsences(naive, events, startMs + 90 * dayMs)
      const known = new Set(expected.map(({ id }) => id))
      const isFilled = ({ from, endsAt }: (typeof expected)[number]) =>
        endsAt !== null && millisecondsOf(endsAt) <= millisecondsOf(from)
      expect(ledger.sorted().filter(({ id }) => known.has(id))).toEqual(expected)
      expect(ledger.sorted().filter((alert) => !known.has(alert.id) && !isFilled(alert))).toEqual([])
    }),
    { numRuns: 100 },
  )
})
