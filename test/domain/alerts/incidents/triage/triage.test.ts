// The state of an incident, and what people did to several that turned out to be one.
import { describe, expect, test } from 'vitest'
import {
  acknowledgedWith,
  assigneeOf,
  combinedTriage,
  incidentStateOf,
  untouched,
} from '../../../../../src/domain/alerts/incidents/triage/triage.ts'
import { byAlice, byBob, closing, triaged, triageOf } from '../../../../support/alerts/triage.ts'
import { alice, bob } from '../../../../support/events.ts'

describe('an incident', () => {
  test('is open until a person acknowledges or closes it', () => {
    expect(incidentStateOf(triaged())).toBe('open')
    expect(incidentStateOf(triaged({ acknowledged: byAlice(1) }))).toBe('acknowledged')
    expect(incidentStateOf(triaged({ closed: closing(1) }))).toBe('closed')
    expect(incidentStateOf(triaged({ assignee: { id: bob, ...byAlice(1) }, commentCount: 2 }))).toBe('open')
  })

  test('is muted while all of its alerts are, unless a person acknowledges or closes it', () => {
    expect(incidentStateOf(triaged({}, { muted: true }))).toBe('muted')
    expect(incidentStateOf(triaged({ acknowledged: byAlice(1) }, { muted: true }))).toBe('acknowledged')
    expect(incidentStateOf(triaged({ closed: closing(1) }, { muted: true }))).toBe('closed')
    expect(incidentStateOf(triaged({ closed: closing(1) }, { muted: true, alertCount: 2 }))).toBe('muted')
  })

  test('is closed with the alerts that it had, and open with another one or without one of them', () => {
    for (const [alertCount, state] of [
      [2, 'open'],
      [3, 'closed'],
      [4, 'open'],
    ] as const) {
      expect(incidentStateOf(triaged({ closed: closing(3) }, { alertCount }))).toBe(state)
    }
  })

  test('that another alert opened again counts only an acknowledgement since then', () => {
    const opened = (seconds: number) =>
      triaged({ acknowledged: byBob(seconds), closed: closing(1, 10) }, { alertCount: 2 })
    expect([9, 10, 11].map((seconds) => incidentStateOf(opened(seconds)))).toEqual(['open', 'open', 'acknowledged'])
  })

  test('is nobody’s until it is assigned, and when it is taken from its assignee', () => {
    expect(assigneeOf(untouched)).toBeNull()
    expect(assigneeOf(triageOf({ assignee: { id: bob, ...byAlice(1) } }))).toBe(bob)
    expect(assigneeOf(triageOf({ assignee: { id: null, ...byAlice(1) } }))).toBeNull()
  })
})

describe('an alert', () => {
  const acknowledged = byBob(10)
  const known = (...asked: Parameters<typeof triaged>) =>
    [9, 10, 11].map((seconds) => acknowledgedWith(triaged(...asked), byAlice(seconds).at)?.by ?? null)

  test('is acknowledged with its incident, if it began before', () => {
    expect(known()).toEqual([null, null, null])
    expect(known({ acknowledged })).toEqual([bob, bob, null])
    expect(known({ assignee: { id: bob, ...byAlice(20) }, commentCount: 1 })).toEqual([null, null, null])
  })

  test('is acknowledged with a closing of the incident as it is, or that came after it', () => {
    expect(known({ closed: closing(1, 10) })).toEqual([alice, alice, alice])
    expect(known({ closed: closing(1, 10) }, { alertCount: 2 })).toEqual([alice, alice, null])
    expect(known({ acknowledged: byBob(9), closed: closing(1, 10) }, { alertCount: 2 })).toEqual([bob, alice, null])
  })
})

describe('of incidents that turned out to be one', () => {
  const assigned = (id: typeof alice | null, seconds: number) => ({ assignee: { id, ...byAlice(seconds) } })

  test('nothing is done if nothing was done to any', () => {
    expect(combinedTriage(untouched, [untouched, untouched])).toEqual(untouched)
    const own = triageOf({ ...assigned(alice, 1), acknowledged: byAlice(1), closed: closing(1), commentCount: 3 })
    expect(combinedTriage(own, [])).toEqual(own)
  })

  test('the own assignee counts, also nobody, else the latest of the parts', () => {
    const parts = [triageOf(assigned(alice, 5)), untouched, triageOf(assigned(bob, 9)), triageOf(assigned(alice, 7))]
    expect(assigneeOf(combinedTriage(untouched, parts))).toBe(bob)
    expect(assigneeOf(combinedTriage(triageOf(assigned(alice, 1)), parts))).toBe(alice)
    expect(assigneeOf(combinedTriage(triageOf(assigned(null, 1)), parts))).toBeNull()
  })

  test('any acknowledgement counts, since the reopening if there was one', () => {
    const parts = [triageOf({ acknowledged: byAlice(5) }), triageOf({ acknowledged: byBob(6) })]
    expect(combinedTriage(untouched, parts).acknowledged).toEqual(byBob(6))
    expect(combinedTriage(triageOf({ acknowledged: byAlice(1) }), parts).acknowledged).toEqual(byAlice(1))
    const reopened = (seconds: number) =>
      combinedTriage(triageOf({ reopened: { ...byAlice(seconds), closing: null } }), parts).acknowledged
    expect([5, 6].map(reopened)).toEqual([byBob(6), null])
  })

  test('only the own closing and the own comments count', () => {
    const part = triageOf({ closed: closing(1), commentCount: 3 })
    expect(combinedTriage(untouched, [part])).toEqual(untouched)
  })
})
