// What a caller that stores each state by itself relies on: which states a step reads, and when one is due.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, statesNeeded } from '../../../../src/domain/alerts/engine/advance.ts'
import type { Engine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { matchPage } from '../../../../src/domain/alerts/engine/match.ts'
import { emptyState, stateDueAt } from '../../../../src/domain/alerts/engine/states/state.ts'
import { arriving, dayMs, engineOf, eventAt, hourMs, Ledger, startMs } from '../../../support/alerts/engine.ts'

describe('the time at which a state is due', () => {
  const due = (ledger: Ledger, engine: Engine) =>
    [...ledger.state].flatMap(([ruleId, states]) => {
      const correlation = engine.correlations.get(ruleId)
      return correlation ? [...states.values()].map((state) => stateDueAt(correlation, state)) : []
    })
  const kinds = [
    'type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}',
    'type: event_count, rules: [a], timespan: 31d, condition: {gte: 3}',
    'type: x-abnormal-rate, rules: [a], timespan: 1h, condition: {minimum: 2, sensitivity: 1}',
    'type: x-absence, rules: [a], timespan: 3d',
  ]

  test.each(kinds)('is when time changes it, and no earlier: %s', (members) => {
    const engine = engineOf(members)
    fc.assert(
      fc.property(fc.array(fc.nat(40 * 24), { minLength: 1, maxLength: 12, size: 'max' }), (hours) => {
        const ledger = new Ledger(engine)
        ledger.takeArrived(hours.map((hour, index) => eventAt(hour * hourMs, index)))
        for (let turn = 0; ledger.state.size > 0; turn++) {
          const at = Math.min(...due(ledger, engine))
          const before = ledger.state
          ledger.expire(at - 1 - startMs)
          expect(ledger.state).toEqual(before)
          ledger.expire(at - startMs)
          expect(ledger.state).not.toEqual(before)
          expect(turn).toBeLessThan(10)
        }
      }),
      { numRuns: 30 },
    )
  })
})

test('a step reads the states that its matches need, and changes no other', () => {
  const engine = engineOf(
    'type: event_count, rules: [a], group-by: [userId, ipAddress], timespan: 1h, condition: {gte: 2}',
  )
  const of = (name: string, userId: string | null, ipAddress: string | null, ms = 0) =>
    eventAt(ms, name, { userId, ipAddress })
  const events = [
    of('1', 'U', '1'),
    of('2', 'u', '1'),
    of('3', 'u', null),
    of('4', 'v', '1'),
    of('5', 'w', '1', -8 * dayMs),
  ]
  const arrived = events.map((event) => arriving(event, 0))
  const ruleId = [...engine.correlations.keys()].at(-1)
  if (!ruleId) throw new Error('no correlation')
  const groupKeys = [JSON.stringify(['u', '1']), JSON.stringify(['v', '1'])]
  const page = matchPage(engine, arrived)
  const needed = statesNeeded(page).filter((each) => each.ruleId === ruleId)
  expect(needed).toEqual(groupKeys.map((groupKey) => ({ ruleId, groupKey })))
  const { touched, state } = advance(emptyState, page)
  expect(touched.filter((each) => each.ruleId === ruleId).map(({ groupKey }) => groupKey)).toEqual(groupKeys)
  expect([...(state.get(ruleId)?.keys() ?? [])]).toEqual(groupKeys)
})
