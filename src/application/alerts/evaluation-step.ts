// One step of an organization's evaluation: a page of its feed, or what has become due, to what must be stored. Stores nothing itself.

import { inParallel } from '../../concurrency/parallel.ts'
import { inSlices, type Turns } from '../../concurrency/slices.ts'
import type { AlertRecord } from '../../domain/alerts/alert.ts'
import {
  type Arrivals,
  advancing,
  arriving,
  type EngineEvent,
  type EngineState,
  groupsIn as groupsOf,
  type TouchedGroup,
} from '../../domain/alerts/engine/advance.ts'
import type { Alert, Change } from '../../domain/alerts/engine/alerts.ts'
import type { Engine } from '../../domain/alerts/engine/engine.ts'
import { lookAgainAt, settling } from '../../domain/alerts/engine/settle.ts'
import type { GroupState } from '../../domain/alerts/engine/state.ts'
import {
  expiresAt,
  observe,
  observedUser,
  readSeenByUser,
  type SeenByUser,
  writeSeenByUser,
} from '../../domain/alerts/first-seen.ts'
import type { Mute, RuleConfiguration } from '../../domain/alerts/rule-configuration.ts'
import { type FieldContext, type FieldValues, fieldsOf } from '../../domain/alerts/sigma/fields.ts'
import type { Rule } from '../../domain/alerts/sigma/rules.ts'
import { firstSeenName, readState, revisionIn, stateName, writeState } from '../../domain/alerts/state-entries.ts'
import { recordOf } from '../../domain/alerts/summary-text.ts'
import type { StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, instantAt } from '../../domain/instant.ts'
import type { Work } from '../../domain/steps.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type EvaluationState, type StateChange, type StateEntry, stateCharsMax } from '../../ports/evaluation-state.ts'
import type { EventStore, FeedPage } from '../../ports/events.ts'
import { alertContext, sampleFinder } from './alert-context.ts'

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

/** What a step comes to. `skipped` is what it did not count, by reason. */
export type StepResult = {
  readonly alerts: readonly AlertRecord[]
  readonly kept: readonly StateChange[]
  readonly skipped: Readonly<Record<string, number>>
  readonly happened?: Happened
}

/** What a step found, for those who are to be told: `events` are new. Nothing later than `seenTo` (Unix ms) was looked at. */
export type Happened = {
  readonly changes: readonly Change[]
  readonly events: readonly { readonly event: StoredEvent; readonly fields: FieldValues }[]
  readonly context: Pick<FieldContext, 'names' | 'roleIn' | 'isCritical'>
  readonly seenTo: number
}

/** Evaluates a page of the feed. */
export async function pageStep(run: Evaluated, { events, storedAt }: FeedPage): Promise<StepResult> {
  const { organizationId, engine, directory, turns } = run
  const context = await alertContext(directory, organizationId, events)
  const { engineEvents, sightingsChanges } = await engineEventsOf(run, events, storedAt, context)
  const { arrivals, names } = await inSlices(askingFor(engine, engineEvents), turns)
  const before = await run.alerts.entriesNamed(organizationId, names)
  const { step, texts, tooLong } = await inSlices(goingOn(engine, before, arrivals), turns)
  return {
    alerts: await recordsOf(run, step.changes, events, context),
    kept: [...[...texts].flatMap(([name, after]) => changeOf(name, before.get(name), after)), ...sightingsChanges],
    skipped: { ...step.counters, forgottenGroups: tooLong },
    happened: {
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

/** Judges groups whose texts are due, and forgets texts that nobody needs any more. No text of the result is due at `notOlderThan`. */
export async function settleStep(
  run: Evaluated,
  due: readonly (StateEntry & { readonly name: string })[],
  notOlderThan: number,
): Promise<StepResult> {
  const { engine, directory, organizationId, turns } = run
  const before = new Map<string, StateEntry>(due.map(({ name, text, dueAt }) => [name, { text, dueAt }]))
  const { changes, texts, tooLong } = await inSlices(settlingTexts(engine, before, instantAt(notOlderThan)), turns)
  const kept = [...before].map(([name, text]): StateChange => {
    const after = texts.get(name)
    // What the engine wanted to see again at once would be due forever.
    return { name, before: text, after: after && { ...after, dueAt: Math.max(after.dueAt, notOlderThan + 1) } }
  })
  const skipped = { forgottenGroups: tooLong }
  if (changes.length === 0) return { alerts: [], kept, skipped }
  const context = await alertContext(directory, organizationId, [])
  const alerts = await recordsOf(run, changes, [], context)
  return { alerts, kept, skipped, happened: { changes, events: [], context, seenTo: notOlderThan } }
}

type Context = Happened['context']

/** The events with their fields, and what they add to the first-seen entries of their users. */
async function engineEventsOf(
  { alerts, organizationId }: Evaluated,
  events: readonly StoredEvent[],
  storedAt: readonly number[],
  context: Context,
) {
  const users = [...new Set(events.flatMap((event) => observedUser(event) ?? []))]
  const before = await alerts.entriesNamed(organizationId, users.map(firstSeenName))
  const sightings = new Map<Guid, SeenByUser>()
  for (const userId of users) {
    const known = readSeenByUser(userId, before.get(firstSeenName(userId))?.text ?? '')
    if (known) sightings.set(userId, known)
  }
  const engineEvents = events.map((event, index): EngineEvent => {
    const arrivedAt = storedAt[index] ?? 0
    const userId = observedUser(event)
    const seen = observe(userId && sightings.get(userId), event, arrivedAt)
    if (userId && seen.sightings) sightings.set(userId, seen.sightings)
    return { id: event.id, date: event.date, arrivedAt, fields: fieldsOf(event, { ...context, ...seen.firstSeen }) }
  })
  const sightingsChanges = [...sightings].flatMap(([userId, seen]) => {
    const name = firstSeenName(userId)
    return changeOf(name, before.get(name), { text: writeSeenByUser(userId, seen), dueAt: expiresAt(seen) })
  })
  return { engineEvents, sightingsChanges }
}

/** What arrives with events, and the names of the texts of all groups that something arrived for. */
function* askingFor(engine: Engine, events: readonly EngineEvent[]) {
  const arrivals: Arrivals = yield* arriving(engine, events)
  const names: string[] = []
  for (const { ruleId, key } of groupsOf(arrivals)) {
    const watch = engine.watches.get(ruleId)
    if (watch) names.push(stateName(watch, key))
    yield
  }
  return { arrivals, names }
}

/** What arrived, taken by the groups in these texts, and their texts after it. */
function* goingOn(engine: Engine, before: ReadonlyMap<string, StateEntry>, arrivals: Arrivals) {
  const step = yield* advancing(yield* stateIn(engine, before), arrivals)
  return { step, ...(yield* groupTexts(engine, step.touched)) }
}

/** What a moment did to the groups in these texts, and their texts after it. */
function* settlingTexts(engine: Engine, before: ReadonlyMap<string, StateEntry>, at: Instant) {
  const { changes, state } = yield* settling(engine, yield* stateIn(engine, before), at)
  return { changes, ...(yield* groupTexts(engine, groupsIn(state))) }
}

/** The groups that these texts hold, of rules that are in force. */
function* stateIn(engine: Engine, texts: ReadonlyMap<string, StateEntry>): Work<EngineState> {
  const state = new Map<Guid, Map<string, GroupState>>()
  for (const [name, { text }] of texts) {
    const revision = revisionIn(name)
    const watch = revision && engine.byRevision.get(revision)
    const read = watch && readState(watch, text)
    yield
    if (!watch || !read || stateName(watch, read.key) !== name) continue
    const groups = state.get(watch.ruleId) ?? new Map<string, GroupState>()
    state.set(watch.ruleId, groups.set(read.key, read.group))
  }
  return state
}

const groupsIn = (state: EngineState): TouchedGroup[] =>
  [...state].flatMap(([ruleId, groups]) => [...groups].map(([key, group]) => ({ ruleId, key, group })))

type GroupTexts = { readonly texts: ReadonlyMap<string, StateEntry | undefined>; readonly tooLong: number }

/** The texts of groups by name; undefined for one that is forgotten, as one is whose values are too long to be kept. */
function* groupTexts(engine: Engine, groups: readonly TouchedGroup[]): Work<GroupTexts> {
  const texts = new Map<string, StateEntry | undefined>()
  let tooLong = 0
  for (const { ruleId, key, group } of groups) {
    const watch = engine.watches.get(ruleId)
    if (!watch) continue
    const text = group && writeState(watch, key, group)
    const fits = text !== undefined && text.length <= stateCharsMax
    if (text !== undefined && !fits) tooLong += 1
    yield
    texts.set(stateName(watch, key), group && fits ? { text, dueAt: lookAgainAt(watch, group) } : undefined)
  }
  return { texts, tooLong }
}

function changeOf(name: string, before: StateEntry | undefined, after: StateEntry | undefined): StateChange[] {
  const same = before?.text === after?.text && before?.dueAt === after?.dueAt
  return same ? [] : [{ name, before, after }]
}

/** The alerts that changed, in words; each once, as it was in the end. */
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
    const muted = mutes.some((mute) => covers(mute, alert))
    return [recordOf({ alert, rule, names, samples: await find(alert.samples), muted })]
  })
  return records.flat()
}

/** Whether a mute is about an alert: of its rule, and of its group if it names one. */
const covers = ({ ruleId, group }: Mute, alert: Alert): boolean =>
  ruleId === alert.ruleId &&
  (group === null ||
    (group.length === alert.group.length &&
      alert.group.every(({ name, value }) => group.some((each) => each.name === name && each.value === value))))
