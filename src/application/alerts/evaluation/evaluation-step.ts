// One step of an organization's evaluation: from a page of its feed, or from what is due, to what must be stored. Stores nothing itself.

import { inParallel } from '../../../concurrency/parallel.ts'
import { inSlices, type Turns } from '../../../concurrency/slices.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import { advancing, expiring, statesNeeded } from '../../../domain/alerts/engine/advance.ts'
import type { Alert, Change } from '../../../domain/alerts/engine/alerts.ts'
import type { Engine } from '../../../domain/alerts/engine/engine.ts'
import { isHistory } from '../../../domain/alerts/engine/limits.ts'
import { type EngineEvent, matchingPage, type PageMatches } from '../../../domain/alerts/engine/match.ts'
import {
  type CorrelationState,
  type EngineState,
  stateDueAt,
  type TouchedState,
} from '../../../domain/alerts/engine/state.ts'
import {
  expiresAt,
  observe,
  observedUser,
  readSeenByUser,
  type SeenByUser,
  writeSeenByUser,
} from '../../../domain/alerts/first-seen.ts'
import type { Mute, RuleConfiguration } from '../../../domain/alerts/rule-configuration.ts'
import { type FieldContext, type FieldValues, fieldsOf } from '../../../domain/alerts/sigma/fields.ts'
import type { Rule } from '../../../domain/alerts/sigma/rules.ts'
import { countingIn, firstSeenName, readState, stateName, writeState } from '../../../domain/alerts/state-entries.ts'
import { recordOf } from '../../../domain/alerts/summary-text.ts'
import { isAuditType } from '../../../domain/events/audit-events.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import { type Instant, instantAt, millisecondsOf } from '../../../domain/instant.ts'
import type { Work } from '../../../domain/steps.ts'
import {
  type EvaluationState,
  type NamedStateEntry,
  type StateChange,
  type StateEntry,
  stateCharsMax,
} from '../../../ports/alerts/evaluation-state.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import type { EventStore, FeedPage } from '../../../ports/events.ts'
import { alertContext, sampleFinder } from '../alert-context.ts'

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
  readonly alerts: EvaluationState
  readonly turns?: Turns
}

/** What a step must store. `skipped` is what it did not count, by reason. */
export type StepResult = {
  readonly alerts: readonly AlertRecord[]
  readonly entries: readonly StateChange[]
  readonly skipped: Readonly<Record<string, number>>
  readonly findings?: Findings
}

/** What a step found, for notifications: `events` are new. Nothing later than `seenTo` (Unix ms) was evaluated. */
export type Findings = {
  readonly changes: readonly Change[]
  readonly events: readonly { readonly event: StoredEvent; readonly fields: FieldValues }[]
  readonly context: Pick<FieldContext, 'names' | 'roleIn' | 'isCritical'>
  readonly seenTo: number
}

/** Evaluates a page of the feed: fields, matches, states, alerts. */
export async function pageStep(run: Evaluated, feedPage: FeedPage): Promise<StepResult> {
  const { events, storedAt } = feedPage
  const { organizationId, engine, directory, turns } = run
  const context = await alertContext(directory, organizationId, events)
  const { engineEvents, firstSeenChanges } = await engineEventsOf(run, feedPage, context)
  const { page, names } = await inSlices(matchingWithNames(engine, engineEvents), turns)
  const before = await run.alerts.entriesNamed(organizationId, names)
  const { step, entries, tooLong } = await inSlices(advancingEntries(engine, before, page), turns)
  return {
    alerts: await recordsOf(run, step.changes, events, context),
    entries: [...[...entries].flatMap(([name, after]) => changeOf(name, before.get(name), after)), ...firstSeenChanges],
    skipped: { ...step.counters, forgottenGroups: tooLong },
    findings: {
      changes: step.changes,
      context,
      seenTo: storedAt.at(-1) ?? run.now,
      events: events.flatMap((event, index) => {
        const fields = engineEvents[index]?.fields
        return fields ? [{ event, fields }] : []
      }),
    },
  }
}

/** Judges the states whose entries are due, and drops entries that are no longer needed. No entry of the result is due at `at`. */
export async function dueStep(run: Evaluated, due: readonly NamedStateEntry[], at: number): Promise<StepResult> {
  const { engine, directory, organizationId, turns } = run
  const before = new Map<string, StateEntry>(due.map(({ name, text, dueAt }) => [name, { text, dueAt }]))
  const expired = await inSlices(expiringEntries(engine, before, instantAt(at)), turns)
  const entries = [...before].map(([name, entry]): StateChange => {
    const after = expired.entries.get(name)
    // A state that is due again at once would be due forever.
    return { name, before: entry, after: after && { ...after, dueAt: Math.max(after.dueAt, at + 1) } }
  })
  const { changes } = expired
  const skipped = { forgottenGroups: expired.tooLong }
  if (changes.length === 0) return { alerts: [], entries, skipped }
  const context = await alertContext(directory, organizationId, [])
  const alerts = await recordsOf(run, changes, [], context)
  return { alerts, entries, skipped, findings: { changes, events: [], context, seenTo: at } }
}

type Context = Findings['context']

/** The events with their fields, and the changes of what their users were seen with. */
async function engineEventsOf(
  { alerts, organizationId }: Evaluated,
  { events, numbers, storedAt }: FeedPage,
  context: Context,
) {
  const users = [...new Set(events.flatMap((event) => observedUser(event) ?? []))]
  const before = await alerts.entriesNamed(organizationId, users.map(firstSeenName))
  const seenBy = new Map<Guid, SeenByUser>()
  for (const userId of users) {
    const known = readSeenByUser(userId, before.get(firstSeenName(userId))?.text ?? '')
    if (known) seenBy.set(userId, known)
  }
  const observed = (event: StoredEvent, arrivedAt: number) => {
    const userId = observedUser(event)
    const { seen, firstSeen } = observe(userId && seenBy.get(userId), event, arrivedAt)
    if (userId && seen) seenBy.set(userId, seen)
    return firstSeen
  }
  // History first: a page that is evaluated again judges its events by what the history in it taught before.
  for (const [index, event] of events.entries()) {
    const arrivedAt = storedAt[index] ?? 0
    if (isHistory(millisecondsOf(event.date), arrivedAt)) observed(event, arrivedAt)
  }
  const engineEvents = events.map((event, index): EngineEvent => {
    const arrivedAt = storedAt[index] ?? 0
    const firstSeen = observed(event, arrivedAt)
    const number = numbers[index] ?? 0
    return { id: event.id, number, date: event.date, arrivedAt, fields: fieldsOf(event, { ...context, ...firstSeen }) }
  })
  const firstSeenChanges = [...seenBy].flatMap(([userId, seen]) => {
    const name = firstSeenName(userId)
    return changeOf(name, before.get(name), { text: writeSeenByUser(userId, seen), dueAt: expiresAt(seen) })
  })
  return { engineEvents, firstSeenChanges }
}

/** The matches of a page, and the names of the states that they need. */
function* matchingWithNames(engine: Engine, events: readonly EngineEvent[]) {
  const page: PageMatches = yield* matchingPage(engine, events)
  const names: string[] = []
  for (const { ruleId, groupKey } of statesNeeded(page)) {
    const correlation = engine.correlations.get(ruleId)
    if (correlation) names.push(stateName(correlation, groupKey))
    yield
  }
  return { page, names }
}

/** A page's matches taken by the states in these entries, and the entries after it. */
function* advancingEntries(engine: Engine, before: ReadonlyMap<string, StateEntry>, page: PageMatches) {
  const step = yield* advancing(yield* statesIn(engine, before), page)
  return { step, ...(yield* entriesOf(engine, step.touched)) }
}

/** What time up to `at` did to the states in these entries, and the entries after it. */
function* expiringEntries(engine: Engine, before: ReadonlyMap<string, StateEntry>, at: Instant) {
  const { changes, state } = yield* expiring(engine, yield* statesIn(engine, before), at)
  return { changes, ...(yield* entriesOf(engine, listed(state))) }
}

/** The states in these entries, of rules that are in force. */
function* statesIn(engine: Engine, entries: ReadonlyMap<string, StateEntry>): Work<EngineState> {
  const states = new Map<Guid, Map<string, CorrelationState>>()
  for (const [name, { text }] of entries) {
    const counting = countingIn(name)
    const correlation = counting && engine.byCounting.get(counting)
    const read = correlation && readState(correlation, text)
    yield
    if (!correlation || !read || stateName(correlation, read.groupKey) !== name) continue
    const ofRule = states.get(correlation.ruleId) ?? new Map<string, CorrelationState>()
    states.set(correlation.ruleId, ofRule.set(read.groupKey, read.state))
  }
  return states
}

const listed = (states: EngineState): TouchedState[] =>
  [...states].flatMap(([ruleId, ofRule]) => [...ofRule].map(([groupKey, state]) => ({ ruleId, groupKey, state })))

type Entries = { readonly entries: ReadonlyMap<string, StateEntry | undefined>; readonly tooLong: number }

/** The entries of states by name; undefined for one that is dropped, as is one whose group key is too long to store. */
function* entriesOf(engine: Engine, states: readonly TouchedState[]): Work<Entries> {
  const entries = new Map<string, StateEntry | undefined>()
  let tooLong = 0
  for (const { ruleId, groupKey, state } of states) {
    const correlation = engine.correlations.get(ruleId)
    if (!correlation) continue
    const text = state && writeState(correlation, groupKey, state)
    const fits = text !== undefined && text.length <= stateCharsMax
    if (text !== undefined && !fits) tooLong += 1
    yield
    const name = stateName(correlation, groupKey)
    entries.set(name, state && fits ? { text, dueAt: stateDueAt(correlation, state) } : undefined)
  }
  return { entries, tooLong }
}

function changeOf(name: string, before: StateEntry | undefined, after: StateEntry | undefined): StateChange[] {
  const same = before?.text === after?.text && before?.dueAt === after?.dueAt
  return same ? [] : [{ name, before, after }]
}

/** The alerts that changed, ready to store; each once, in its last form. */
async function recordsOf(
  { rules, configuration, now, store, organizationId }: Evaluated,
  changes: readonly Change[],
  events: readonly StoredEvent[],
  { names }: Context,
): Promise<AlertRecord[]> {
  const changed = new Map<Guid, Alert>()
  for (const change of changes) if (change.kind !== 'resolved') changed.set(change.alert.id, change.alert)
  const find = sampleFinder(store, organizationId, events)
  const mutes = configuration.mutes.filter(({ until }) => instantAt(now) < until)
  const records = await inParallel([...changed.values()], recordsAtOnce, async (alert) => {
    const rule = rules.get(alert.ruleId)
    if (!rule) return []
    const samples = await find(alert.samples)
    const muted = mutes.some((mute) => covers(mute, alert) && !isOnOwnChange(mute, samples))
    return [recordOf({ alert, rule, names, samples, muted })]
  })
  return records.flat()
}

/** Whether a mute covers an alert: one of its rule, and of its group if it names one. */
const covers = ({ ruleId, group }: Mute, alert: Alert): boolean =>
  ruleId === alert.ruleId &&
  (group === null ||
    (group.length === alert.group.length &&
      alert.group.every(({ name, value }) => group.some((each) => each.name === name && each.value === value))))

/** Whether an alert is about changes in Keytrail by the one who made the mute: nobody silences what they do themselves. */
const isOnOwnChange = ({ mutedBy }: Mute, samples: readonly StoredEvent[]): boolean =>
  samples.some(({ type, actingUserId }) => isAuditType(type) && actingUserId === mutedBy)
