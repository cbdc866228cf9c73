// Rules that are new, or count otherwise than before, take the events of the past from the feed before evaluation goes on.

import { inSlices } from '../../../concurrency/slices.ts'
import { hoursOf } from '../../../domain/alerts/configuration/rule-configuration.ts'
import { learntMsOf } from '../../../domain/alerts/engine/compiled/correlation.ts'
import { learnerOf } from '../../../domain/alerts/engine/compiled/engine.ts'
import { countingIn, type Metadata, readMetadata, scheduleUnknown } from '../../../domain/alerts/state-entries.ts'
import type { Guid } from '../../../domain/guid.ts'
import { type Cursor, eventNumberAt } from '../../../domain/log/cursor.ts'
import type { Progress } from '../../../ports/alerts/evaluation-state.ts'
import type { FeedPage } from '../../../ports/events.ts'
import { alertContext } from '../alert-context.ts'
import type { Evaluated, StepResult } from './evaluation-step.ts'
import { engineEventsOf, eventsPerStep } from './page-events.ts'
import { advancingEntries, changeOf, matchingWithNames } from './state-changes.ts'

type Learning = NonNullable<Metadata['learning']>
type LearningStep = StepResult & { readonly checkpoint: Cursor; readonly metadata: Metadata }

/**
 * The step of the next events of the past for rules that evaluation has not counted for yet; undefined if there are none. It
 * takes the events up to the checkpoint as they arrived, and raises nothing. A step that is made again changes nothing.
 */
export async function nextLearning(run: Evaluated, progress: Progress): Promise<LearningStep | undefined> {
  const { checkpoint } = progress
  const known = readMetadata(progress.metadata)
  if (checkpoint === null || known.evaluateAt === scheduleUnknown) return undefined
  const learning = (await begun(run, known)) ?? known.learning
  if (!learning) return undefined
  const { learning: _, ...others } = known
  const last = numberOf(checkpoint)
  const left = last - numberOf(learning.cursor)
  const log = { kind: 'organization', id: run.organizationId } as const
  const page = left > 0 ? await run.store.feed(log, Math.min(eventsPerStep, left), learning.cursor) : undefined
  const entries = page ? await learnt(run, learning, page) : []
  const goesOn = page?.more && numberOf(page.next) < last
  const metadata = goesOn ? { ...others, learning: { ...learning, cursor: page.next } } : others
  return { alerts: [], entries, skipped: {}, checkpoint, metadata }
}

const numberOf = (cursor: Cursor): number => eventNumberAt(cursor) ?? 0

/** The beginning for rules that have no count of group keys yet, and with them for those that are learning already. */
async function begun(
  { engine, store, organizationId, now }: Evaluated,
  known: Metadata,
): Promise<Learning | undefined> {
  const inForce = [...engine.byCounting]
  const isNew = ([counting]: readonly [Guid, unknown]) => known.groupKeys[counting] === undefined
  if (!inForce.some(isNew)) return undefined
  const learners = inForce.filter((each) => isNew(each) || known.learning?.countings.includes(each[0]))
  const backMs = Math.max(...learners.map(([, correlation]) => learntMsOf(correlation)))
  const cursor = await store.cursorAt({ kind: 'organization', id: organizationId }, now - backMs)
  return { countings: learners.map(([counting]) => counting), cursor }
}

/** The state entries of rules that took these events, without those whose absence was due by now: it is reported to nobody. */
async function learnt(run: Evaluated, { countings }: Learning, page: FeedPage): Promise<StepResult['entries']> {
  const { directory, organizationId, turns } = run
  const engine = learnerOf(run.engine, new Set(countings))
  const context = await alertContext(directory, organizationId, page.events, hoursOf(run.configuration))
  const { engineEvents } = await engineEventsOf(run, page, context)
  const matched = await inSlices(matchingWithNames(engine, engineEvents), turns)
  const before = await run.alerts.entriesNamed(organizationId, matched.names)
  const { entries } = await inSlices(advancingEntries(engine, before, matched.page), turns)
  return [...entries].flatMap(([name, entry]) => {
    const counting = countingIn(name)
    const isAbsence = counting !== undefined && engine.byCounting.get(counting)?.kind === 'absence'
    const isOver = isAbsence && entry !== undefined && entry.dueAt <= run.now
    return changeOf(name, before.get(name), isOver ? undefined : entry)
  })
}
