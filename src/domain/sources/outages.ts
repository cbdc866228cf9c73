// What follows when a pull fails, when it works again, and when no events come: the times of further pulls, and what the log is notified of. Pure.
import type { AuditEventKind } from '../events/audit-events.ts'
import { type Guid, guidOfContent } from '../guid.ts'
import type { SourceProblem } from './problems.ts'
import type { Progress } from './progress.ts'
import { dayOf } from './view.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** How far apart pulls are, from beginning to beginning: a little less than the timer's minute, which is not exact. */
const pullEveryMs = 50_000
/** The longest pause after failures; a server may ask for a longer one, of a day at most. */
const pauseMsMax = 15 * minuteMs
const askedPauseMsMax = dayMs
/** How long a source fails before the log is notified. */
const failingMs = 15 * minuteMs
/** How long no event comes before the log is notified, after how many days of which each had one. */
const silentMs = 3 * dayMs
const busyDays = 14

/** The progress after a pull that failed at `now` (Unix ms). */
export function afterFailure(
  progress: Progress,
  reason: SourceProblem,
  retryAfterSeconds: number | null,
  now: number,
): Progress {
  const { since = now, times = 0, reported = false } = progress.failing ?? {}
  const pauseMs = Math.min(minuteMs * 2 ** Math.min(times, 10), pauseMsMax) - (minuteMs - pullEveryMs)
  const asked = Math.min((retryAfterSeconds ?? 0) * 1_000, askedPauseMsMax)
  return {
    ...progress,
    failing: { since, times: times + 1, reported },
    lastError: { at: now, reason },
    nextPullAt: now + Math.max(pauseMs, asked),
  }
}

/** The progress after a pull that worked, begun at `begunAt` and ended at `now` (Unix ms). */
export const afterSuccess = (progress: Progress, begunAt: number, now: number): Progress => ({
  ...progress,
  failing: null,
  lastPullAt: now,
  nextPullAt: begunAt + pullEveryMs,
})

/** A notice for the log, under an id that is the same each time. */
export type Notice = { readonly kind: AuditEventKind & `source-${string}`; readonly id: Guid }

/** The notice of a failing source at `now` (Unix ms); undefined while none is due. */
export function failingNotice(progress: Progress, sourceId: Guid, now: number): Notice | undefined {
  const { failing } = progress
  if (!failing || failing.reported || now - failing.since < failingMs) return undefined
  return { kind: 'source-failing', id: guidOfContent('source-failing', sourceId, failing.since) }
}

/** The notice of a source that works again after this progress. */
export function recoveredNotice({ failing }: Progress, sourceId: Guid): Notice | undefined {
  if (!failing?.reported) return undefined
  return { kind: 'source-recovered', id: guidOfContent('source-recovered', sourceId, failing.since) }
}

/** The notice of a source without new events at `now` (Unix ms). */
export function silentNotice(progress: Progress, sourceId: Guid, now: number): Notice | undefined {
  const { lastEventAt, silenceReported, days } = progress
  if (lastEventAt === null || silenceReported || now - lastEventAt < silentMs) return undefined
  const before = Array.from({ length: busyDays }, (_, index) => dayOf(lastEventAt - index * dayMs))
  const wasBusy = before.every((wanted) => days.some(({ day, events }) => day === wanted && events > 0))
  return wasBusy ? { kind: 'source-silent', id: guidOfContent('source-silent', sourceId, lastEventAt) } : undefined
}
