// One step of an organization's evaluation: from a page of its feed, or from what is due, to what must be stored. Stores nothing itself.

import { inParallel } from '../../../concurrency/parallel.ts'
import { inSlices, type Turns } from '../../../concurrency/slices.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import { isMutedBy } from '../../../domain/alerts/configuration/mutes.ts'
import { hoursOf, type RuleConfiguration } from '../../../domain/alerts/configuration/rule-configuration.ts'
import type { Engine } from '../../../domain/alerts/engine/compiled/engine.ts'
import type { Alert, Change } from '../../../domain/alerts/engine/states/alerts.ts'
import type { IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import type { FieldContext, FieldValues } from '../../../domain/alerts/sigma/fields.ts'
import type { Rule } from '../../../domain/alerts/sigma/rules.ts'
import { recordOf } from '../../../domain/alerts/summary-text.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import { instantAt } from '../../../domain/instant.ts'
import type { NamedStateEntry, StateChange, StateEntry } from '../../../ports/alerts/evaluation-state.ts'
import type { Places } from '../../../ports/alerts/places.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import type { EventStore, FeedPage } from '../../../ports/events.ts'
import { alertContext, sampleFinder } from '../alert-context.ts'
import { type GroupingPorts, groupRecords } from './group-records.ts'
import { engineEventsOf } from './page-events.ts'
import { advancingEntries, changeOf, expiringEntries, matchingWithNames } from './state-changes.ts'

const recordsAtOnce = 8

/** What an organization is evaluated with; the same for all steps of a run. */
export type Evaluated = {
  readonly organizationId: Guid
  readonly engine: Engine
  /** The rules that alert, by id. */
  readonly rules: ReadonlyMap<Guid, Rule>
  readonly configuration: RuleConfiguration
  /** When the run began (Unix ms). */
  readonly now: number
  readonly store: EventStore
  readonly directory: DirectoryReader
  readonly alerts: GroupingPorts['alerts']
  /** Absent: nothing is known of places. */
  readonly places?: Places | undefined
  readonly turns?: Turns
}

/** What a step must store. `skipped` is what it did not count, by reason; without `incidents`, none of them changed. */
export type StepResult = {
  readonly alerts: readonly AlertRecord[]
  readonly incidents?: readonly IncidentRecord[]
  readonly entries: readonly StateChange[]
  readonly skipped: Readonly<Record<string, number>>
  readonly findings?: Findings
}

/**
 * What a step found, for notifications: `events` are new. It evaluated what arrived from `seenFrom` to `seenTo` (Unix ms); a
 * step that is made again begins at the same time.
 */
export type Findings = {
  readonly changes: readonly Change[]
  readonly events: readonly { readonly event: StoredEvent; readonly fields: FieldValues }[]
  readonly context: FieldContext
  readonly seenFrom: number
  readonly seenTo: number
}

/** Evaluates a page of the feed: fields, matches, states, alerts. */
export async function pageStep(run: Evaluated, feedPage: FeedPage): Promise<StepResult> {
  const { events, storedAt } = feedPage
  const { organizationId, engine, directory, turns } = run
  const context = await alertContext(directory, organizationId, events, hoursOf(run.configuration))
  const { engineEvents, firstSeenChanges } = await engineEventsOf(run, feedPage, context)
  const { page, names } = await inSlices(matchingWithNames(engine, engineEvents), turns)
  const before = await run.alerts.entriesNamed(organizationId, names)
  const { step, entries, tooLong } = await inSlices(advancingEntries(engine, before, page), turns)
  const evaluated = events.flatMap((event, index) => {
    const fields = engineEvents[index]?.fields
    return fields ? [{ event, fields }] : []
  })
  const records = await recordsOf(run, step.changes, events, context)
  const { alerts, incidents, entries: ofEntities } = await groupRecords(run, records, evaluated, context)
  const ofStates = [...entries].flatMap(([name, after]) => changeOf(name, before.get(name), after))
  return {
    alerts,
    incidents,
    entries: [...ofEntities, ...ofStates, ...firstSeenChanges],
    skipped: { ...step.counters, forgottenGroups: tooLong },
    findings: {
      changes: step.changes,
      context,
      seenFrom: storedAt[0] ?? 0,
      seenTo: storedAt.at(-1) ?? run.now,
      events: evaluated,
    },
  }
}

/** Judges the states whose entries are due, and drops entries that are no longer needed. No entry of the result is due at `at`. */
export async function dueStep(run: Evaluated, due: readonly NamedStateEntry[], at: number): Promise<StepResult> {
  const { engine, directory, organizationId, turns } = run
  const before = new Map<string, StateEntry>(due.map(({ name, text, dueAt }) => [name, { text, dueAt }]))
  const expired = await inSlices(expiringEntries(engine, before, instantAt(at)), turns)
  // A state that is due again at once would be due forever.
  const notDue = (after: StateEntry | undefined) => after && { ...after, dueAt: Math.max(after.dueAt, at + 1) }
  const entries = [...before].map(([name, entry]): StateChange => {
    return { name, before: entry, after: notDue(expired.entries.get(name)) }
  })
  const { changes } = expired
  const skipped = { forgottenGroups: expired.tooLong }
  if (changes.length === 0) return { alerts: [], entries, skipped }
  const context = await alertContext(directory, organizationId, [], hoursOf(run.configuration))
  const records = await recordsOf(run, changes, [], context)
  const grouped = await groupRecords(run, records, [], context)
  // An entity that alerts are about again is not dropped.
  const ofEntities = new Map(grouped.entries.map((change) => [change.name, { ...change, after: notDue(change.after) }]))
  return {
    alerts: grouped.alerts,
    incidents: grouped.incidents,
    entries: [...ofEntities.values(), ...entries.filter(({ name }) => !ofEntities.has(name))],
    skipped,
    findings: { changes, events: [], context, seenFrom: 0, seenTo: at },
  }
}

/** The alerts that changed, ready to store; each once, in its last form. */
async function recordsOf(
  { rules, configuration, now, store, organizationId }: Evaluated,
  changes: readonly Change[],
  events: readonly StoredEvent[],
  { names }: FieldContext,
): Promise<AlertRecord[]> {
  const changed = new Map<Guid, Alert>()
  for (const change of changes) if (change.kind !== 'resolved') changed.set(change.alert.id, change.alert)
  const find = sampleFinder(store, organizationId, events)
  const mutes = configuration.mutes.filter(({ until }) => instantAt(now) < until)
  const records = await inParallel([...changed.values()], recordsAtOnce, async (alert) => {
    const rule = rules.get(alert.ruleId)
    if (!rule) return []
    const samples = await find(alert.samples)
    // A mute of a rule that is always on, which an earlier version made, covers nothing.
    const muted = !rule.takesNoSettings && isMutedBy(mutes, alert, samples)
    return [recordOf({ alert, rule, names, samples, muted })]
  })
  return records.flat()
}
