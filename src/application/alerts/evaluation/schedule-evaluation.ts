// Schedules the evaluation of organizations whose events were just stored, about a second later.

import { groupCommit } from '../../../concurrency/group-commit.ts'
import { inParallel } from '../../../concurrency/parallel.ts'
import { boundedMap } from '../../../domain/bounded-map.ts'
import { type AcceptedEvent, logOf } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EvaluationQueue, EvaluationSchedule } from '../../../ports/alerts/schedule.ts'
import { fallbackOf, writeEvaluation } from './evaluation-times.ts'

const organizationsAtOnce = 8
/** How long an evaluation waits for more events of its organization, in milliseconds. */
const soonMs = 1_000
/** How far apart the evaluations of a busy organization begin, as far as one process sends them, in milliseconds. */
const restMs = 5_000
/** Most organizations whose last message is cached; the oldest go first. */
const sentOrganizationsMax = 10_000

type SchedulingPorts = {
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly evaluations: Pick<EvaluationQueue, 'send'>
  readonly now: () => number
}

/** Resolves once every organization of these events, which are stored, is durably due to be evaluated with them. */
type ScheduleEvaluations = (events: readonly AcceptedEvent[]) => Promise<void>

/**
 * Once an organization's events are stored, adds its schedule entry, which an evaluation that began earlier cannot cancel:
 * another one follows, even if messages are lost, processes die or clocks differ. Then sends a message, unless one of this
 * process still waits: that only decides how soon. Events that arrive meanwhile share the next schedule entry.
 */
export function evaluationScheduler({ schedule, evaluations, now }: SchedulingPorts): ScheduleEvaluations {
  /** When the evaluation of the last message begins, by organization (Unix ms). */
  const beginnings = boundedMap<Guid, number>({ entriesMax: sentOrganizationsMax })
  const scheduling = groupCommit<Guid, true>({
    batchLength: (waiting) => waiting.length,
    commit: scheduleEvaluation,
    isOutage: () => true,
  })

  return async (events) => {
    await inParallel([...organizationsOf(events)], organizationsAtOnce, (id) => scheduling(id, [true]))
  }

  async function scheduleEvaluation(organizationId: Guid): Promise<void> {
    const at = now()
    const { version, at: fallbackAt } = await schedule.add({ organizationId, at: fallbackOf(at, at) })
    const waits = waitMs(beginnings.get(organizationId), at)
    if (waits === undefined) return
    const message = writeEvaluation({ organizationId, at: 0, fallback: { at: fallbackAt, version } })
    await evaluations.send(message, waits / 1_000)
    beginnings.set(organizationId, at + waits)
  }
}

/** How long the next evaluation waits (ms), after one that begins at `last`; undefined when that one is still to begin. */
function waitMs(last: number | undefined, at: number): number | undefined {
  // A clock that was set back far makes every beginning one to come.
  if (last === undefined || last > at + restMs) return soonMs
  return at < last ? undefined : Math.max(soonMs, last + restMs - at)
}

function organizationsOf(events: readonly AcceptedEvent[]): ReadonlySet<Guid> {
  const logs = events.flatMap((event) => logOf(event) ?? [])
  return new Set(logs.flatMap(({ kind, id }) => (kind === 'organization' ? [id] : [])))
}
