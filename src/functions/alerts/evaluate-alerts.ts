// Timer: sends each organization whose evaluation is due on its way, by a message of its own, so that none waits for another.
import type { InvocationContext, TimerHandler } from '@azure/functions'
import { fallbackOf, secondsUntil, writeEvaluation } from '../../application/alerts/evaluation-times.ts'
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import type { EvaluationQueue, EvaluationSchedule, ScheduleEntry } from '../../ports/schedule.ts'
import { triggered } from '../queue/triggered.ts'

/** How far ahead schedule entries are taken: no more than messages can wait, and enough that a run a minute is never late. */
const aheadMs = 60_000
/** Most schedule entries that one run takes; the rest stay due for the next. */
export const entriesPerRunMax = 5_000
const organizationsAtOnce = 16

export type EvaluateAlertsPorts = {
  readonly schedule: EvaluationSchedule
  readonly evaluations: EvaluationQueue
  readonly now: () => number
}

/**
 * Takes what is due within the next minute. A schedule entry is handed over, never dropped: first the one that stands in for it is
 * noted, then the message is sent, and only then it is forgotten; a run that is killed in between leaves one evaluation
 * too many, and never one too few. An organization that fails stays due, and fails the run once the others are done.
 */
export const evaluateAlerts = (ports: EvaluateAlertsPorts): TimerHandler =>
  triggered(async (_timer, context) => {
    const now = ports.now()
    const due = await ports.schedule.due(now + aheadMs, entriesPerRunMax)
    if (due.length === entriesPerRunMax)
      context.warn(`${entriesPerRunMax} evaluations are due, maybe more: the rest waits`)

    const evaluations = evaluationsOf(due, now)
    const failures = await inParallel(evaluations, organizationsAtOnce, (evaluation) =>
      handOver(evaluation, now, ports),
    )
    failWith(failures.flat(), evaluations.length, context)
  })

/** An organization's evaluation at a time, and the schedule entries that it does. */
type Evaluation = { readonly organizationId: Guid; readonly at: number; readonly schedule: readonly ScheduleEntry[] }

/** One evaluation for each schedule entry ahead, and one for all of an organization that are past. */
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

/** Resolves to what went wrong, if anything did. */
async function handOver(evaluation: Evaluation, now: number, ports: EvaluateAlertsPorts): Promise<unknown[]> {
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

function failWith(failures: readonly unknown[], count: number, context: InvocationContext): void {
  if (failures.length === 0) return
  context.error(`${failures.length} of ${count} evaluations could not be sent on their way; they stay due`)
  throw failures[0]
}
