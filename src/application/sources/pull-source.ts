// Pulls a source: its events and its directory, as far as one run comes.
import { auditEvent } from '../../domain/events/audit-events.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import { instantAt } from '../../domain/instant.ts'
import {
  afterFailure,
  afterSuccess,
  failingNotice,
  type Notice,
  recoveredNotice,
  silentNotice,
} from '../../domain/sources/outages.ts'
import { type Progress, progressFor } from '../../domain/sources/progress.ts'
import type { Source, SourceIds } from '../../domain/sources/source.ts'
import type { RunLog } from '../run-log.ts'
import { pullDirectory } from './pull-directory.ts'
import type { PullMessage } from './pull-message.ts'
import { leaseMs, newRun, type PullPorts, type PullRun, RunEnded } from './pull-run.ts'
import { poll, readAgain, readGaps, readHistory, readUnset } from './read-events.ts'

/**
 * Pulls a source if it is due and no other run holds it. Events are safely queued before the progress says that they are read,
 * so a run that is killed anywhere is repeated by the next; and an event has the same id each time, so that repeated and
 * simultaneous runs store nothing twice.
 */
export async function pullSource(
  ports: PullPorts,
  { organizationId, sourceId }: PullMessage,
  log: RunLog,
): Promise<void> {
  const ids = { organizationId, sourceId }
  const sources = await ports.sources.sourcesOf(organizationId)
  const source = sources.find(({ id }) => id === sourceId)
  if (!source || source.paused) return
  const run = await begin(ports, ids, source)
  if (!run) return

  try {
    await pull(run)
    await end(run)
  } catch (error) {
    if (!(error instanceof RunEnded)) throw error
    const { ending } = error
    if (ending.kind === 'overtaken') return
    log.warn(`pull of source ${sourceId} of organization ${organizationId} failed: ${ending.reason}`)
    await endFailed(run, ending.reason, ending.retryAfterSeconds, log)
  }
}

/** Takes the source for a run; undefined if it is not due, or another run holds it. */
async function begin(ports: PullPorts, ids: SourceIds, source: Source): Promise<PullRun | undefined> {
  const begunAt = ports.now()
  const known = await ports.progresses.progressOf(ids)
  const progress = progressFor(source, known.progress, begunAt)
  if (progress.nextPullAt > begunAt || isHeld(progress, begunAt)) return undefined
  const taken = { ...progress, run: { id: ports.newId(), until: begunAt + leaseMs } }
  const version = await ports.progresses.save(ids, taken, known.version)
  if (version === undefined) return undefined
  return newRun(ports, ids, source, { progress: taken, version, begunAt })
}

const isHeld = ({ run }: Progress, now: number): boolean => run !== null && run.until > now

async function pull(run: PullRun): Promise<void> {
  await poll(run)
  await run.save()
  await pullDirectory(run)
  await readGaps(run)
  await readAgain(run)
  await readUnset(run)
  await readHistory(run)
}

async function end(run: PullRun): Promise<void> {
  const now = run.now()
  const { sourceId } = run.ids
  const silent = silentNotice(run.progress(), sourceId, now)
  for (const notice of [recoveredNotice(run.progress(), sourceId), silent]) if (notice) await report(run, notice)
  await run.save({
    ...afterSuccess(run.progress(), run.begunAt, now),
    ...(silent && { silenceReported: true }),
    run: null,
  })
}

/** Keeps what was read before the failure. */
async function endFailed(
  run: PullRun,
  reason: Parameters<typeof afterFailure>[1],
  retryAfterSeconds: number | null,
  log: RunLog,
): Promise<void> {
  const now = run.now()
  const progress = afterFailure(run.progress(), reason, retryAfterSeconds, now)
  const notice = failingNotice(progress, run.ids.sourceId, now)
  if (notice) await report(run, notice)
  const failing = progress.failing && {
    ...progress.failing,
    reported: progress.failing.reported || notice !== undefined,
  }
  try {
    await run.save({ ...progress, failing, run: null })
  } catch (error) {
    if (!(error instanceof RunEnded)) throw error
    log.warn(`source ${run.ids.sourceId} is pulled by another run`)
  }
}

/** Notifies the log of the organization; a repeat has the same id. */
async function report({ queue, ids, source, now }: PullRun, { kind, id }: Notice): Promise<void> {
  const at = instantAt(now())
  const facts = { organizationId: ids.organizationId, at, objectId: source.id, objectName: source.name }
  await queue.enqueue(writeMessages([auditEvent(kind, facts, id)]))
}
