// One run of an organization's evaluation: steps in a row, each stored before the next, and the schedule entry for what is due later.

import { groupKeysPerRuleMax } from '../../../domain/alerts/engine/compiled/limits.ts'
import { groupKeysBeyond } from '../../../domain/alerts/engine/states/state.ts'
import type { IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import {
  countingIn,
  groupKeysByCounting,
  type Metadata,
  readMetadata,
  scheduleUnknown,
  statePrefixOf,
  writeMetadata,
} from '../../../domain/alerts/state-entries.ts'
import { type Guid, parseGuid } from '../../../domain/guid.ts'
import type { Progress, StateChange } from '../../../ports/alerts/evaluation-state.ts'
import type { EvaluationSchedule } from '../../../ports/alerts/schedule.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import { dueStep, type Evaluated, pageStep, type StepResult } from './evaluation-step.ts'
import { bucketEnd } from './evaluation-times.ts'
import { nextLearning } from './learn-rules.ts'
import { eventsPerStep } from './page-events.ts'

/** Most steps of one run; then another message continues, so that no run lasts long. */
export const stepsPerRunMax = 20
const dueEntriesPerStep = 500
const dayMs = 86_400_000
/** How far back the first evaluation of an organization begins: what baselines need, and what may arrive late. */
const backlogMs = 35 * dayMs
/** How far behind now the passing of time is judged: uploads take a while, and an absence is reported only once. */
const expiryDelayMs = 5 * 60_000

type Run = Evaluated & {
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  /** Called before a step is stored: resolves once its notifications are durably waiting, to its incidents as they are to be stored. */
  readonly notify?: (step: StepResult) => Promise<readonly IncidentRecord[]>
}

/** done: nothing is left for now. more: steps are left. overtaken: another run stored a step meanwhile. */
type Ended = {
  readonly kind: 'done' | 'more' | 'overtaken'
  readonly skipped: Readonly<Record<string, number>>
}

/**
 * Lets new rules learn from the past, then evaluates every page of the feed that can be seen now, then what is due,
 * `stepsPerRunMax` steps at most. If the checkpoint cannot be read, or is no cursor of the feed, all state is deleted: the
 * next run begins with the backlog again.
 */
export async function runEvaluation(run: Run): Promise<Ended> {
  const { organizationId, alerts } = run
  const beginning = await unlessDamaged(alerts.progressOf(organizationId))
  if (!beginning) return startAnew(run)
  const before = readMetadata(beginning.metadata)
  let progress = beginning
  let atEnd = false
  for (let steps = 0; steps < stepsPerRunMax; steps++) {
    const learning = await nextLearning(run, progress)
    const page: NextPage | 'no-cursor' | undefined = learning || atEnd ? undefined : await nextPage(run, progress)
    if (page === 'no-cursor') return startAnew(run)
    if (!learning) atEnd = !page?.more
    const next = learning ?? page ?? (await nextDue(run, progress)) ?? (await nextTidying(run, progress))
    if (!next) return ended('done')
    const stored = await storeStep(run, progress, next)
    if (!stored) return ended('overtaken')
    progress = stored
  }
  return ended('more')

  function ended(kind: Ended['kind']): Ended {
    const after = Object.entries(readMetadata(progress.metadata).skipped)
    return {
      kind,
      skipped: Object.fromEntries(after.map(([name, count]) => [name, count - (before.skipped[name] ?? 0)])),
    }
  }
}

async function startAnew({ alerts, organizationId }: Run): Promise<Ended> {
  await alerts.startAnew(organizationId)
  return { kind: 'more', skipped: {} }
}

/** A step that is to be stored; `metadata` only if it changed. */
type Next = StepResult & { readonly checkpoint: Progress['checkpoint']; readonly metadata?: Metadata }

type NextPage = Next & { readonly more: boolean }

/** The step of the feed's next page; undefined at its end. */
async function nextPage(run: Run, { checkpoint }: Progress): Promise<NextPage | 'no-cursor' | undefined> {
  const { store, organizationId, now } = run
  const log = { kind: 'organization', id: organizationId } as const
  const page = await store.feed(log, eventsPerStep, checkpoint ?? (await store.cursorAt(log, now - backlogMs)))
  if (!page) return 'no-cursor'
  if (page.events.length === 0) return undefined
  return { ...(await pageStep(run, page)), checkpoint: page.next, more: page.more }
}

/** The step of the state entries that are due; undefined if none is. */
async function nextDue(run: Run, { checkpoint }: Progress): Promise<Next | undefined> {
  const at = run.now - expiryDelayMs
  const due = await run.alerts.dueEntries(run.organizationId, at, dueEntriesPerStep)
  return due.length === 0 ? undefined : { ...(await dueStep(run, due, at)), checkpoint }
}

/** Drops group keys of a rule that has too many, or schedules when the organization is due next; undefined if neither is needed. */
async function nextTidying(run: Run, { checkpoint, metadata }: Progress): Promise<Next | undefined> {
  const known = readMetadata(metadata)
  const crowded = Object.entries(known.groupKeys).find(([, count]) => count > groupKeysPerRuleMax)
  const counting = parseGuid(crowded?.[0])
  if (counting) return { ...(await droppingGroupKeys(run, known, counting)), checkpoint }

  if (known.evaluateAt === null || run.now < known.evaluateAt) return undefined
  // The schedule entry that may have started this run has fired. The next is never past: what is due by now was evaluated.
  const due = await run.alerts.nextDueAt(run.organizationId)
  const evaluateAt = due === undefined ? null : await entryFor(run, Math.max(due, run.now - expiryDelayMs + 1))
  const groupKeys = known.evaluateAt === scheduleUnknown ? await countedAnew(run) : known.groupKeys
  return { alerts: [], entries: [], skipped: {}, checkpoint, metadata: { ...known, evaluateAt, groupKeys } }
}

async function countedAnew({ alerts, organizationId }: Run): Promise<Metadata['groupKeys']> {
  return groupKeysByCounting((await alerts.entryNames(organizationId, '')).map(({ name }) => name))
}

/** Drops the group keys of a rule that are beyond the maximum, and counts the others anew. */
async function droppingGroupKeys({ alerts, organizationId }: Run, metadata: Metadata, counting: Guid) {
  const named = await alerts.entryNames(organizationId, statePrefixOf(counting))
  const beyond = groupKeysBeyond(named.map(({ name, dueAt }) => ({ groupKey: name, at: dueAt })))
  const found = await alerts.entriesNamed(organizationId, beyond)
  const entries = [...found].map(([name, before]): StateChange => ({ name, before, after: undefined }))
  // Storing the step subtracts those that are dropped; an entry that cannot be read is not among them.
  const groupKeys = { ...metadata.groupKeys, [counting]: named.length - (beyond.length - entries.length) }
  return { alerts: [], entries, skipped: { forgottenGroups: entries.length }, metadata: { ...metadata, groupKeys } }
}

/**
 * Stores a step, and before it the schedule entry that its state entries need: `evaluateAt` in the metadata is never later
 * than the bucket in which the first entry is due. An entry that is due already is evaluated before the run ends, or by the
 * run that follows.
 */
async function storeStep(run: Run, progress: Progress, next: Next): Promise<Progress | undefined> {
  const metadata = next.metadata ?? readMetadata(progress.metadata)
  const due = Math.min(...next.entries.map(({ after }) => after?.dueAt ?? Number.POSITIVE_INFINITY))
  const isSooner = Number.isFinite(due) && (metadata.evaluateAt === null || scheduledTime(due) < metadata.evaluateAt)
  const after: Metadata = {
    ...(metadata.learning && { learning: metadata.learning }),
    evaluateAt: isSooner ? await entryFor(run, due) : metadata.evaluateAt,
    groupKeys: counted(run, metadata.groupKeys, next.entries),
    skipped: added(metadata.skipped, next.skipped),
  }
  const { checkpoint, entries, alerts } = next
  const incidents = (await run.notify?.(next)) ?? next.incidents ?? []
  const step = { checkpoint, entries, alerts, incidents, metadata: writeMetadata(after) }
  return run.alerts.commit(run.organizationId, progress, step)
}

/** When an organization must be evaluated for a state entry that is due. */
const scheduledTime = (due: number): number => bucketEnd(due + expiryDelayMs)

/** Adds the schedule entry, unless it is past: then this run does the work. */
async function entryFor({ schedule, organizationId, now }: Run, due: number): Promise<number> {
  const at = scheduledTime(due)
  if (at > now) await schedule.add({ organizationId, at })
  return at
}

/** How many group keys each rule in force has after these changes: a step that was cut short may make it a few too low. */
function counted({ engine }: Run, groupKeys: Metadata['groupKeys'], entries: readonly StateChange[]) {
  const counts = new Map<string, number>(Object.entries(groupKeys))
  for (const { name, before, after } of entries) {
    const counting = countingIn(name)
    if (counting) counts.set(counting, (counts.get(counting) ?? 0) + (after ? 1 : 0) - (before ? 1 : 0))
  }
  return Object.fromEntries([...engine.byCounting.keys()].map((counting) => [counting, counts.get(counting) ?? 0]))
}

function added(some: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) {
  const sums = new Map(Object.entries(some))
  for (const [name, count] of Object.entries(more)) if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries(sums)
}
