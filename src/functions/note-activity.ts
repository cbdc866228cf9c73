// Sees to it that organizations whose events were just stored are evaluated as soon as these can be seen in the feed.
import { type AcceptedEvent, logOf } from '../domain/event.ts'
import type { Guid } from '../domain/guid.ts'
import { inParallel } from '../parallel.ts'
import type { Wakes } from '../ports.ts'
import { bucketEnd } from './evaluation-times.ts'

const notesAtOnce = 8
/** Most wakes that are remembered as noted; the oldest go first. */
const rememberedMax = 10_000

export type ActivityPorts = {
  readonly wakes: Pick<Wakes, 'note'>
  readonly now: () => number
  /** How far behind now the feed ends, in milliseconds. */
  readonly horizonMs: number
}

/** Resolves once every organization of these events, which are stored, is due. An organization costs a write each bucket. */
export type NoteActivity = (events: readonly AcceptedEvent[]) => Promise<void>

/**
 * An organization is due at the end of the bucket in which the events can be seen. What this process noted before is not
 * noted again, and nothing is lost by that: an evaluation for a wake reads the feed at the wake's time or later, whether
 * its row is still there or was handed over (see evaluate-alerts.ts and evaluate-organization.ts); and by then, the feed
 * ends after whatever was stored up to `horizonMs` before, so also after an event that found the wake noted.
 */
export function noteActivity({ wakes, now, horizonMs }: ActivityPorts): NoteActivity {
  const noted = new Set<string>()

  return async (events) => {
    // One past the horizon: the feed ends before it.
    const at = bucketEnd(now() + horizonMs + 1)
    await inParallel([...organizationsOf(events)], notesAtOnce, async (organizationId) => {
      const key = `${organizationId} ${at}`
      if (noted.has(key)) return
      await wakes.note({ organizationId, at })
      noted.add(key)
      const [oldest] = noted
      if (noted.size > rememberedMax && oldest !== undefined) noted.delete(oldest)
    })
  }
}

function organizationsOf(events: readonly AcceptedEvent[]): ReadonlySet<Guid> {
  const logs = events.flatMap((event) => logOf(event) ?? [])
  return new Set(logs.flatMap(({ kind, id }) => (kind === 'organization' ? [id] : [])))
}
