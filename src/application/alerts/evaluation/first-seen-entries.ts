// What users and their organization were seen with as state entries: read for the events of a page, and what of them must be stored.

import { readItems, userOfItem, writeItems } from '../../../domain/alerts/first-seen/items.ts'
import {
  partExpiresAt,
  readPart,
  readTimes,
  writePart,
  writeTimes,
} from '../../../domain/alerts/first-seen/organization.ts'
import {
  emptyFirstSeenState,
  type FirstSeenState,
  observedPart,
  observedSubject,
} from '../../../domain/alerts/first-seen/state.ts'
import { expiresAt, readSeenBySubject, writeSeenBySubject } from '../../../domain/alerts/first-seen/subject.ts'
import { hoursExpireAt, readActiveHours, writeActiveHours } from '../../../domain/alerts/hours/usual-hours.ts'
import type { PlaceOf } from '../../../domain/alerts/observed/place.ts'
import {
  firstSeenName,
  hoursName,
  itemsName,
  organizationPartName,
  organizationTimesName,
} from '../../../domain/alerts/state-entries.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EvaluationState, StateChange, StateEntry } from '../../../ports/alerts/evaluation-state.ts'
import { changeOf } from './state-changes.ts'

type Entries = ReadonlyMap<string, StateEntry>

/** What is known of the subjects and addresses of these events, and the entries that say so. */
export async function readFirstSeen(
  alerts: EvaluationState,
  organizationId: Guid,
  events: readonly StoredEvent[],
  placeOf: PlaceOf | undefined,
): Promise<{ readonly state: FirstSeenState; readonly before: Entries }> {
  const state = emptyFirstSeenState(placeOf)
  const subjects = [...new Set(events.flatMap((event) => observedSubject(event) ?? []))]
  const parts = partsOf(state, events)
  const users = [...new Set(events.flatMap((event) => userOfItem(event) ?? []))]
  const actors = [...new Set(events.flatMap(({ actingUserId }) => actingUserId ?? []))]
  const names = [
    ...subjects.map(firstSeenName),
    ...users.map(itemsName),
    ...actors.map(hoursName),
    ...organizationNames(parts),
  ]
  const before = subjects.length + actors.length === 0 ? new Map() : await alerts.entriesNamed(organizationId, names)
  const textOf = (name: string) => before.get(name)?.text ?? ''
  for (const subjectId of subjects) {
    const known = readSeenBySubject(subjectId, textOf(firstSeenName(subjectId)))
    if (known) state.subjects.set(subjectId, known)
  }
  for (const userId of users) {
    const known = readItems(userId, textOf(itemsName(userId)))
    if (known) state.items.set(userId, known)
  }
  for (const userId of actors) {
    const known = readActiveHours(userId, textOf(hoursName(userId)))
    if (known) state.hours.set(userId, known)
  }
  addOrganization(state, parts, before)
  return { state, before }
}

/** What the organization of these events was seen with, and nothing of people: enough to judge what is new for all. */
export async function readSeenByOrganization(
  alerts: EvaluationState,
  organizationId: Guid,
  events: readonly StoredEvent[],
): Promise<FirstSeenState> {
  const state = emptyFirstSeenState()
  const parts = partsOf(state, events)
  if (parts.length === 0) return state
  addOrganization(state, parts, await alerts.entriesNamed(organizationId, organizationNames(parts)))
  return state
}

const partsOf = (state: FirstSeenState, events: readonly StoredEvent[]): readonly number[] => [
  ...new Set(events.flatMap((event) => observedPart(state, event) ?? [])),
]

const organizationNames = (parts: readonly number[]): readonly string[] => [
  ...parts.map(organizationPartName),
  organizationTimesName,
]

function addOrganization({ organization }: FirstSeenState, parts: readonly number[], entries: Entries): void {
  for (const part of parts) {
    const known = readPart(part, entries.get(organizationPartName(part))?.text ?? '')
    if (known) organization.parts.set(part, known)
  }
  organization.times = readTimes(entries.get(organizationTimesName)?.text ?? '')
}

/** The changes of the entries that hold what has changed. */
export function changesOfFirstSeen(
  { subjects, items, hours, organization, changed }: FirstSeenState,
  before: Entries,
): StateChange[] {
  const change = (name: string, after: StateEntry) => changeOf(name, before.get(name), after)
  const ofSubjects = [...changed.subjects].flatMap((subjectId) => {
    const seen = subjects.get(subjectId)
    if (!seen) return []
    return change(firstSeenName(subjectId), { text: writeSeenBySubject(subjectId, seen), dueAt: expiresAt(seen) })
  })
  const ofItems = [...changed.items].flatMap((userId) => {
    const touched = items.get(userId)
    return touched ? change(itemsName(userId), { text: writeItems(userId, touched), dueAt: expiresAt(touched) }) : []
  })
  const ofHours = [...changed.hours].flatMap((userId) => {
    const active = hours.get(userId)
    if (!active) return []
    return change(hoursName(userId), { text: writeActiveHours(userId, active), dueAt: hoursExpireAt(active) })
  })
  const ofParts = [...changed.parts].flatMap((part) => {
    const values = organization.parts.get(part)
    if (!values) return []
    return change(organizationPartName(part), { text: writePart(part, values), dueAt: partExpiresAt(values) })
  })
  const { times } = organization
  const ofTimes =
    times && changed.times ? change(organizationTimesName, { text: writeTimes(times), dueAt: expiresAt(times) }) : []
  return [...ofSubjects, ...ofItems, ...ofHours, ...ofParts, ...ofTimes]
}
