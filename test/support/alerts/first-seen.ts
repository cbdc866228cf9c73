// First-seen tracking over events that arrive at their dates, as tests ask for it.

import { observe } from '../../../src/domain/alerts/first-seen/observe.ts'
import { emptyFirstSeenState, type FirstSeenState } from '../../../src/domain/alerts/first-seen/state.ts'
import type { Observed } from '../../../src/domain/alerts/observed/observed.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import { millisecondsOf } from '../../../src/domain/instant.ts'
import { event } from '../events.ts'

const dayMs = 86_400_000
export const startMs = Date.UTC(2026, 0, 1)

/** An event of Alice's so many days after the start. */
export const on = (day: number, ipAddress?: string, more: Record<string, unknown> = {}) =>
  event({ date: new Date(startMs + Math.round(day * dayMs)).toISOString(), ipAddress, ...more })

/** Observes events one after the other, as if each had arrived at its date, and says one field of each. */
export function observed(
  field: Extract<keyof Observed, 'impossibleTravel' | `isFirstSeen${string}`>,
  events: readonly StoredEvent[],
  state: FirstSeenState = emptyFirstSeenState(),
): (boolean | null)[] {
  return events.map((each) => observe(state, each, millisecondsOf(each.date))[field])
}

/** A state that has observed these events. */
export function stateAfter(events: readonly StoredEvent[]): FirstSeenState {
  const state = emptyFirstSeenState()
  observed('isFirstSeenIp', events, state)
  return state
}

/** What is known, in a form that can be compared. */
export const knownIn = ({ subjects, organization }: FirstSeenState) => structuredClone({ subjects, organization })
