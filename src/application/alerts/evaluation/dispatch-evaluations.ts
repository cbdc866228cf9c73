// Dispatches due evaluations: one message for each organization, so that none waits for another.
import { inParallel } from '../../../concurrency/parallel.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EvaluationQueue, EvaluationSchedule, ScheduleEntry } from '../../../ports/alerts/schedule.ts'
import { secondsUntil } from '../../delay.ts'
import type { RunLog } from '../../run-log.ts'
import { fallbackOf, writeEvaluation } from './evaluation-times.ts'

/** How far ahead schedule entries are taken: no more than messages can wait, and enough that a run a minute is never late. */
const aheadMs = 60_000
/** Most schedule entries that one run takes; the rest stay due for the next. */
export const entriesPerRunMax = 5_000
const organizationsAtOnce = 16

export type DispatchEvaluationsPorts = {
  readonly schedule: EvaluationSchedule
  readonly evaluations: EvaluationQueue
  readonly now: () => number
}

/**
 * Takes what is due within the next minute. A schedule entry is never just dropped: first its fallback is added, then the
 * message is sent, and only then the entry is cancelled; a run that is killed in between leaves one evaluation too many, and
 * never one too few. An organization that fails stays due, and fails the run once the others are done.
 */
export async function dispatchEvaluations(ports: DispatchEvaluationsPorts, log: RunLog): Promise<void> {
  const now = ports.now()
  const due = await ports.schedule.due(now + aheadMs, entriesPerRunMax)
  if (due.length === entriesPerRunMax) log.warn(`${entriesPerRunMax} evaluations are due, maybe more: the rest waits`)

  const evaluations = evaluationsOf(due, now)
  const failures = await inParallel(evaluations, organizationsAtOnce, (evaluation) => dispatch(evaluation, now, ports))
  failWith(failures.flat(), evaluations.length, log)
}

/** An organization's evaluation at a time, and the schedule entries that it covers. */
type Evaluation = { readonly organizationId: Guid; readonly at: number; readonly schedule: readonly ScheduleEntry[] }

/** One evaluation for each entry in the future, and one for all of an organization's that are past. */
function evaluationsOf(due: readonly ScheduleEntry[], now: number): Evaluation[] {
  const evaluations = new Map<string, Evaluation>()
  for (const entry of due) {
    const { organizationId } = entry
    const at = Math.max(entry.at, now)
    const key = `${organizationId} ${at}`
    evaluations.set(key, { organizationId, at, schedule: [...(evaluations.get(key)?.schedule ?? []), entry] })
  }
  return [...evaluations.values()]
}

/** Resolves to the failure, if there is one. */
async function dispatch(evaluation: Evaluation, now: number, ports: DispatchEvaluationsPorts): Promise<unknown[]> {
  const { organizationId, at, schedule } = evaluation
  try {
    const fallback = await ports.schedule.add({ organizationId, at: fallbackOf(at, now) })
    await ports.evaluations.send(writeEvaluation({ organizationId, at, fallback }), secondsUntil(at, now))
    await ports.schedule.cancel(schedule)
    return []
  } catch (error) {
    return [error]
  }
}

function failWith(failures: readonly unknown[], count: number, log: RunLog): void {
  if (failures.length === 0) return
  log.error(`${failures.length} of ${count} evaluations could not be dispatched; they stay due`)
  throw failures[0]
}
