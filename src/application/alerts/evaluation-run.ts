// One run of an organization's evaluation: steps in a row, each stored before the next, and the schedule entry for what is due later.

import { groupsPerRuleMax } from '../../domain/alerts/engine/limits.ts'
import { groupsBeyond } from '../../domain/alerts/engine/state.ts'
import {
  type Metadata,
  readMetadata,
  revisionIn,
  scheduleUnknown,
  statePrefixOf,
  statesByRevision,
  writeMetadata,
} from '../../domain/alerts/state-entries.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { Progress, StateChange } from '../../ports/evaluation-state.ts'
import type { EvaluationSchedule } from '../../ports/schedule.ts'
import { type Evaluated, pageStep, type StepResult, settleStep } from './evaluation-step.ts'
import { bucketEnd } from './evaluation-times.ts'

/** Most steps of one run; then another message goes on, so that no run lasts long. */
export const stepsPerRunMax = 20
export const eventsPerStep = 1_000
const dueTextsPerStep = 500
const dayMs = 86_400_000
/** How far back the first evaluation of an organization begins: what baselines need, and what may come late. */
export const backlogMs = 35 * dayMs
/** How far behind now the passing of time is judged: uploads are on their way for a while, and an absence is said once. */
export const settleDelayMs = 5 * 60_000

export type Run = Evaluated & {
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  /** Resolves once everybody who is to be told of a step will be, whatever happens to the run; asked before it is stored. */
  readonly tell?: (step: StepResult) => Promise<void>
}

/** done: nothing is left for now. more: steps are left. overtaken: another run stored a step meanwhile. */
export type Ended = {
  readonly kind: 'done' | 'more' | 'overtaken'
  readonly skipped: Readonly<Record<string, number>>
}

/**
 * Evaluates every page of the feed that can be seen now, then what is due, `stepsPerRunMax` steps at most. Where the place cannot be
 * read, or is none of the feed, all that is kept is forgotten: the next run begins with the backlog again.
 */
export async function runEvaluation(run: Run): Promise<Ended> {
  const { organizationId, alerts } = run
  const beginning = await unlessDamaged(alerts.progressOf(organizationId))
  if (!beginning) return startAnew(run)
  const before = readMetadata(beginning.metadata)
  let progress = beginning
  let atEnd = false
  for (let steps = 0; steps < stepsPerRunMax; steps++) {
    const page: NextPage | 'no-place' | undefined = atEnd ? undefined : await nextPage(run, progress)
    if (page === 'no-place') return startAnew(run)
    atEnd = !page?.more
    const next = page ?? (await nextDue(run, progress)) ?? (await nextTidying(run, progress))
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

/** A step that is to be stored; `metadata` where it is not as it was. */
type Next = StepResult & { readonly place: Progress['checkpoint']; readonly memo?: Metadata }

type NextPage = Next & { readonly more: boolean }

/** What the next page of the feed comes to; undefined at its end. */
async function nextPage(run: Run, { checkpoint }: Progress): Promise<NextPage | 'no-place' | undefined> {
  const { store, organizationId, now } = run
  const log = { kind: 'organization', id: organizationId } as const
  const page = await store.feed(log, eventsPerStep, checkpoint ?? (await store.cursorAt(log, now - backlogMs)))
  if (!page) return 'no-place'
  return page.events.length === 0 ? undefined : { ...(await pageStep(run, page)), place: page.next, more: page.more }
}

/** What the texts that are due come to; undefined when none is. */
async function nextDue(run: Run, { checkpoint }: Progress): Promise<Next | undefined> {
  const notOlderThan = run.now - settleDelayMs
  const due = await run.alerts.dueEntries(run.organizationId, notOlderThan, dueTextsPerStep)
  return due.length === 0 ? undefined : { ...(await settleStep(run, due, notOlderThan)), place: checkpoint }
}

/** Forgets groups of rules that have too many, and notes when the organization is due next; undefined when neither is needed. */
async function nextTidying(run: Run, { checkpoint, metadata }: Progress): Promise<Next | undefined> {
  const known = readMetadata(metadata)
  const crowded = Object.entries(known.groups).find(([, count]) => count > groupsPerRuleMax)
  const revision = parseGuid(crowded?.[0])
  if (revision) return { ...(await forgetting(run, known, revision)), place: checkpoint }

  if (known.evaluateAt === null || run.now < known.evaluateAt) return undefined
  // The schedule entry for which this run may have come is over. The next is never past: what is due by now was looked at.
  const due = await run.alerts.nextDueAt(run.organizationId)
  const evaluateAt = due === undefined ? null : await entryFor(run, Math.max(due, run.now - settleDelayMs + 1))
  const groups = known.evaluateAt === scheduleUnknown ? await countedAnew(run) : known.groups
  return { alerts: [], kept: [], skipped: {}, place: checkpoint, memo: { ...known, evaluateAt, groups } }
}

async function countedAnew({ alerts, organizationId }: Run): Promise<Metadata['groups']> {
  return statesByRevision((await alerts.entryNames(organizationId, '')).map(({ name }) => name))
}

/** Forgets the groups of a revision that are beyond the maximum, and counts the others anew. */
async function forgetting({ alerts, organizationId }: Run, memo: Metadata, revision: Guid) {
  const named = await alerts.entryNames(organizationId, statePrefixOf(revision))
  const beyond = groupsBeyond(named.map(({ name, dueAt }) => ({ key: name, at: dueAt })))
  const texts = await alerts.entriesNamed(organizationId, beyond)
  const kept = [...texts].map(([name, before]): StateChange => ({ name, before, after: undefined }))
  // Those that are forgotten are counted down with the step; a text that cannot be read is none.
  const groups = { ...memo.groups, [revision]: named.length - (beyond.length - kept.length) }
  return { alerts: [], kept, skipped: { forgottenGroups: kept.length }, memo: { ...memo, groups } }
}

/**
 * Stores a step, and before it the schedule entry that its texts need: `evaluateAt` in the metadata is always at, or before, the bucket in
 * which the first text is due. One that is due already is looked at before the run ends, or by what follows it.
 */
async function storeStep(run: Run, progress: Progress, next: Next): Promise<Progress | undefined> {
  const memo = next.memo ?? readMetadata(progress.metadata)
  const due = Math.min(...next.kept.map(({ after }) => after?.dueAt ?? Number.POSITIVE_INFINITY))
  const isSooner = Number.isFinite(due) && (memo.evaluateAt === null || scheduledTime(due) < memo.evaluateAt)
  const evaluateAt = isSooner ? await entryFor(run, due) : memo.evaluateAt
  const after = {
    evaluateAt,
    groups: counted(run, memo.groups, next.kept),
    skipped: added(memo.skipped, next.skipped),
  }
  const { place, kept, alerts } = next
  await run.tell?.(next)
  return run.alerts.commit(run.organizationId, progress, {
    checkpoint: place,
    entries: kept,
    alerts,
    metadata: writeMetadata(after),
  })
}

/** When an organization must be woken for a text that is due. */
const scheduledTime = (due: number): number => bucketEnd(due + settleDelayMs)

/** Notes the schedule entry, unless it is past: then this run is to do it. */
async function entryFor({ schedule, organizationId, now }: Run, due: number): Promise<number> {
  const at = scheduledTime(due)
  if (at > now) await schedule.add({ organizationId, at })
  return at
}

/** How many groups each revision in force has after these changes: a step that was cut short may make it a few too few. */
function counted({ engine }: Run, groups: Metadata['groups'], kept: readonly StateChange[]): Metadata['groups'] {
  const counts = new Map<string, number>(Object.entries(groups))
  for (const { name, before, after } of kept) {
    const revision = revisionIn(name)
    if (revision) counts.set(revision, (counts.get(revision) ?? 0) + (after ? 1 : 0) - (before ? 1 : 0))
  }
  return Object.fromEntries([...engine.byRevision.keys()].map((revision) => [revision, counts.get(revision) ?? 0]))
}

function added(some: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) {
  const sums = new Map(Object.entries(some))
  for (const [name, count] of Object.entries(more)) if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries(sums)
}
