// Exceptions: an event that one covers is no match of its rule, in any order and batches; every other event still is.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildEngine, type Engine } from '../../../../../src/domain/alerts/engine/compiled/engine.ts'
import type { EngineEvent } from '../../../../../src/domain/alerts/engine/match.ts'
import type { Alert } from '../../../../../src/domain/alerts/engine/states/alerts.ts'
import type { ExceptedEvents } from '../../../../../src/domain/alerts/exceptions/conditions.ts'
import type { FieldValues } from '../../../../../src/domain/alerts/sigma/fields.ts'
import { formatInstant } from '../../../../../src/domain/instant.ts'
import { dateAt, dayMs, eventAt, hourMs, Ledger, matchesOf, minuteMs } from '../../../../support/alerts/engine.ts'
import { correlating, rulesOf } from '../../../../support/alerts/rules.ts'
import { alice, bob, guid } from '../../../../support/events.ts'

const members = 'type: event_count, rules: [a, b], group-by: [actingUserId], timespan: 1h, condition: {gte: 3}'
const home = '203.0.113.7'
const always = { weekdays: ['Monday' as const, 'Tuesday' as const, 'Wednesday' as const], zone: 'UTC' }

/** The engine of a correlation, with these exceptions of its base rules. */
function engineWith(exceptions: readonly ExceptedEvents[], text = correlating(members)): Engine {
  const rules = rulesOf(text)
  return buildEngine([
    exceptions.length === 0 ? rules : rules.map((each) => (each.kind === 'event' ? { ...each, exceptions } : each)),
  ])
}
const dated = (ms: number, name: string | number, fields: FieldValues): EngineEvent =>
  eventAt(ms, name, { date: formatInstant(dateAt(ms)), actingUserId: alice, ipAddress: home, ...fields })
const isCounted = (exception: ExceptedEvents, event: EngineEvent) =>
  matchesOf(engineWith([exception]), event.fields).some(({ correlation }) => correlation.groupBy.length > 0)

const night: ExceptedEvents = {
  conditions: {
    actingUserIds: [alice],
    networks: ['203.0.113.0/24'],
    hours: { from: '01:00', to: '02:00', ...always },
  },
  until: dateAt(2 * dayMs),
}

describe('an event is not counted', () => {
  test.each<[string, boolean, number, FieldValues]>([
    ['that meets all conditions', false, hourMs, {}],
    ['of another person', true, hourMs, { actingUserId: bob }],
    ['of nobody', true, hourMs, { actingUserId: null }],
    ['from another address', true, hourMs, { ipAddress: '198.51.100.7' }],
    ['from no address', true, hourMs, { ipAddress: null }],
    ['at another hour', true, 2 * hourMs, {}],
    ['on the last covered day', false, dayMs + hourMs, {}],
    ['after the end', true, 2 * dayMs + hourMs, {}],
  ])('unless it is one %s: counted %s', (_, counted, ms, fields) => {
    expect(isCounted(night, dated(ms, 'x', fields))).toBe(counted)
  })

  test('dated before the end, and is from the end on', () => {
    const until = dateAt(hourMs)
    const exception = { conditions: { actingUserIds: [alice] }, until }
    expect(isCounted(exception, dated(hourMs - 1, 'x', {}))).toBe(false)
    expect(isCounted(exception, dated(hourMs, 'x', {}))).toBe(true)
  })

  test('of an excepted item, service account or type', () => {
    const id = guid(1, 'd')
    const of = (conditions: ExceptedEvents['conditions'], fields: FieldValues) =>
      isCounted({ conditions, until: null }, dated(0, 'x', fields))
    expect(of({ cipherIds: [id] }, { cipherId: id })).toBe(false)
    expect(of({ cipherIds: [id] }, {})).toBe(true)
    expect(of({ serviceAccountIds: [id] }, { serviceAccountId: id })).toBe(false)
    expect(of({ actingUserIds: [alice], types: [1000] }, {})).toBe(false)
    expect(of({ actingUserIds: [alice], types: [1000] }, { type: 1001 })).toBe(true)
  })
})

test('a nightly job of 45 copies is excepted at its address and hour; the same account is found elsewhere and at noon', () => {
  const copying = 'type: event_count, rules: [a], group-by: [actingUserId], timespan: 1h, condition: {gte: 20}'
  const copies = (fromMs: number, count: number, fields: FieldValues = {}) =>
    Array.from({ length: count }, (_, index) => dated(fromMs + index * 60_000, fromMs + index, fields))
  const job = [0, 1].flatMap((day) => copies(day * dayMs + hourMs, 45))
  const alertsOver = (events: readonly EngineEvent[], exceptions: readonly ExceptedEvents[]) => {
    const ledger = new Ledger(engineWith(exceptions, correlating(copying)))
    ledger.takeArrived(events)
    return ledger.sorted().map(({ from, group }) => ({ from, group }))
  }
  expect(alertsOver(job, [])).toHaveLength(2)
  expect(alertsOver(job, [night])).toEqual([])
  const elsewhere = copies(hourMs + 30_000, 30, { ipAddress: '198.51.100.7' })
  expect(alertsOver([...job, ...elsewhere], [night])).toMatchObject([{ from: dateAt(hourMs + 30_000 + 19 * minuteMs) }])
  expect(alertsOver([...job, ...copies(12 * hourMs, 30)], [night])).toMatchObject([
    { from: dateAt(12 * hourMs + 19 * minuteMs) },
  ])
})

/**
 * The alerts by group key, then date, without their ids. An exception changes the revision and so the ids, which are what
 * `sorted` orders alerts of one date by.
 */
function shownBy(ledger: Ledger) {
  const groupOf = ({ group }: Pick<Alert, 'group'>) => JSON.stringify(group)
  const shown = ledger.sorted().map(({ id: _, ...alert }) => alert)
  return shown.sort((one, other) => groupOf(one).localeCompare(groupOf(other)))
}

test('alerts of two people at one date are the same whichever exceptions cover none of their events', () => {
  const events = [alice, bob].flatMap((actingUserId) =>
    [1, 2, 3].map((minute) => dated(minute * minuteMs, `${actingUserId} ${minute}`, { actingUserId })),
  )
  const shownWith = (exceptions: readonly ExceptedEvents[]) => {
    const ledger = new Ledger(engineWith(exceptions))
    ledger.take(events, dayMs)
    return shownBy(ledger)
  }
  const ends = Array.from({ length: 10 }, (_, day) => dateAt((day + 2) * dayMs))
  expect(shownWith([])).toHaveLength(2)
  for (const until of ends) expect(shownWith([{ ...night, until }])).toEqual(shownWith([]))
})

test('alerts are those of the events that are not excepted, in any order and batches', () => {
  const drawn = fc
    .array(
      fc.record({
        at: fc.nat(180),
        type: fc.constantFrom(1000, 1001),
        actingUserId: fc.constantFrom(alice, bob),
        ipAddress: fc.constantFrom(home, '198.51.100.7'),
      }),
      { maxLength: 60 },
    )
    .map((some) => some.map(({ at, ...fields }, index) => dated(at * minuteMs, index, fields)))
    .chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(fc.nat(60), { maxLength: 6 }),
      ),
    )
  const exception = { ...night, until: dateAt(hourMs + 40 * minuteMs) }
  fc.assert(
    fc.property(drawn, ([events, order, cuts]) => {
      const engine = engineWith([exception])
      const ledger = new Ledger(engine)
      const edges = [0, ...cuts.sort((one, other) => one - other), order.length]
      edges.slice(1).forEach((edge, index) => {
        ledger.take(order.slice(edges[index], edge), dayMs)
        ledger.reload()
      })
      const rest = events.filter((event) => isCounted(exception, event))
      const expected = new Ledger(engineWith([]))
      expected.take(rest, dayMs)
      expect(shownBy(ledger)).toEqual(shownBy(expected))
    }),
    { numRuns: 60 },
  )
})

describe('what a rule counts', () => {
  const idsOf = (exceptions: readonly ExceptedEvents[]) => {
    const [correlation] = engineWith(exceptions).correlations.values()
    return correlation && [correlation.counting, correlation.revision]
  }

  test('is another thing with an exception, and with another end of it', () => {
    const [none, some, other] = [idsOf([]), idsOf([night]), idsOf([{ ...night, until: null }])]
    expect(new Set([...(none ?? []), ...(some ?? []), ...(other ?? [])]).size).toBe(6)
  })

  test('is the same with an equal exception', () => {
    expect(idsOf([{ ...night }])).toEqual(idsOf([night]))
  })
})
