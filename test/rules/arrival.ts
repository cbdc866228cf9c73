// The alerts of a rule when events arrive one by one, some of them late: every alert in its last form.

import { advance } from '../../src/domain/alerts/engine/advance.ts'
import type { Engine } from '../../src/domain/alerts/engine/compiled/engine.ts'
import { matchPage } from '../../src/domain/alerts/engine/match.ts'
import type { Alert } from '../../src/domain/alerts/engine/states/alerts.ts'
import { emptyState } from '../../src/domain/alerts/engine/states/state.ts'
import { fieldsOf } from '../../src/domain/alerts/sigma/fields.ts'
import type { Arrival } from './cases.ts'
import { context } from './cast.ts'

/** The alerts, by time. Whether an address or device is new is unknown here. */
export function alertsAsArrived(engine: Engine, arrivals: readonly Arrival[]): readonly Alert[] {
  const alerts = new Map<string, Alert>()
  let state = emptyState
  for (const { event, arrivedAt } of arrivals.toSorted((one, other) => one.arrivedAt - other.arrivedAt)) {
    const fields = fieldsOf(event, context)
    const step = advance(state, matchPage(engine, [{ id: event.id, number: 0, date: event.date, arrivedAt, fields }]))
    state = step.state
    for (const change of step.changes) if (change.kind !== 'resolved') alerts.set(change.alert.id, change.alert)
  }
  return [...alerts.values()].sort((one, other) => (one.from < other.from ? -1 : 1))
}
