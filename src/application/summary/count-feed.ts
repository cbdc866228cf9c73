// Counts an organization's feed, step by step: each step is stored before the next, with how far it counted, so that each event counts once.
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import { type EventStore, type FeedPage, feedStart } from '../../ports/events.ts'

/** Most steps of one run; then another message continues, so that no run takes long. */
export const countStepsPerRunMax = 20
export const eventsPerCountStep = 1_000

/** How far is counted: the cursor in the feed; null: nothing is. */
type CountProgress = { readonly checkpoint: Cursor | null }
type TimedProgress = CountProgress & { readonly countedTo: number | null }

/** `overtaken`: another run stored a step first, or all is to be counted again. `too-large`: fewer events may fit. */
export type CountedStep<P> =
  | { readonly kind: 'stored'; readonly progress: P }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'too-large' }

/** What counts events: it reads and stores its own progress. */
type Counter<P extends CountProgress> = {
  /** Throws `Damaged` where it cannot be read, until `startAnew`. */
  readonly progress: () => Promise<P>
  readonly startAnew: () => Promise<void>
  /** How many events of a page, from the first on, one step may take; at least 1. Absent: all of them. */
  readonly eventsWithin?: (page: FeedPage) => number
  /** Counts a page and stores that, with the progress. */
  readonly store: (progress: P, page: FeedPage) => Promise<CountedStep<P>>
}

/**
 * Counts every event that is in the feed now. Resolves to `more` after `countStepsPerRunMax` steps, and when another run stored a
 * step meanwhile; repeating it counts nothing twice. If the progress is unreadable, or the checkpoint is no cursor of the feed, it
 * deletes what was counted, and the next run counts from the beginning.
 */
export async function countFeed<P extends CountProgress>(
  store: Pick<EventStore, 'feed'>,
  organizationId: Guid,
  counter: Counter<P>,
): Promise<'done' | 'more'> {
  const beginning = await unlessDamaged(counter.progress())
  if (!beginning) return startAnew(counter)
  let progress = beginning
  let limit = eventsPerCountStep
  for (let steps = 0; steps < countStepsPerRunMax; steps += 1) {
    const page = await nextPage(store, organizationId, progress, limit, counter)
    if (!page) return startAnew(counter)
    if (page.events.length === 0) return 'done'
    const stored = await counter.store(progress, page)
    if (stored.kind === 'overtaken') return 'more'
    if (stored.kind === 'too-large') limit = Math.max(1, Math.floor(page.events.length / 2))
    else {
      progress = stored.progress
      if (!page.more) return 'done'
    }
  }
  return 'more'
}

async function startAnew({ startAnew }: Pick<Counter<CountProgress>, 'startAnew'>): Promise<'more'> {
  await startAnew()
  return 'more'
}

/** The next events of the feed, as many as one step may take; undefined if the checkpoint is no cursor of the feed. */
async function nextPage(
  store: Pick<EventStore, 'feed'>,
  organizationId: Guid,
  { checkpoint }: CountProgress,
  limit: number,
  { eventsWithin }: Pick<Counter<CountProgress>, 'eventsWithin'>,
): Promise<FeedPage | undefined> {
  const read = (count: number) =>
    store.feed({ kind: 'organization', id: organizationId }, count, checkpoint ?? feedStart)
  const page = await read(limit)
  const length = page && eventsWithin?.(page)
  return page && length !== undefined && length < page.events.length ? read(length) : page
}

/** Until when everything that was stored is counted (Unix ms); null while nothing is. */
export async function countedUpTo(
  store: Pick<EventStore, 'feed'>,
  organizationId: Guid,
  { checkpoint, countedTo }: TimedProgress,
  now: () => number,
): Promise<number | null> {
  if (checkpoint === null) return null
  const notOlderThan = now()
  const rest = await store.feed({ kind: 'organization', id: organizationId }, 1, checkpoint)
  return rest?.events.length === 0 ? notOlderThan : countedTo
}
