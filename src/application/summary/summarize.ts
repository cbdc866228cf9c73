// Counts new events of an organization's feed into its days: each event once.
import type { StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { countEvents, dayOf, lengthWithin } from '../../domain/summary/summary.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress } from '../../ports/counts/summaries.ts'
import { EntryTooLarge, unlessDamaged } from '../../ports/errors.ts'
import type { EventStore, FeedPage } from '../../ports/events.ts'
import { type CountedStep, countFeed } from './count-feed.ts'

export type SummarizePorts = {
  readonly organizationId: Guid
  readonly store: Pick<EventStore, 'feed'>
  /** Absent: nothing to count. */
  readonly summaries?: Summaries | undefined
}

/** Counts every event that is in the feed now into its day, as `countFeed` promises. An unreadable day makes it count anew. */
export async function summarize({ organizationId, store, summaries }: SummarizePorts): Promise<'done' | 'more'> {
  if (!summaries) return 'done'
  return countFeed(store, organizationId, {
    progress: () => summaries.progressOf(organizationId),
    startAnew: () => summaries.startAnew(organizationId),
    eventsWithin: ({ events }) => lengthWithin(events, daysPerStepMax),
    store: (progress, page) => storeStep(summaries, organizationId, progress, page),
  })
}

/** Counts a page into its days and stores them with the progress. */
async function storeStep(
  summaries: Summaries,
  organizationId: Guid,
  progress: SummaryProgress,
  { events, storedAt, next }: FeedPage,
): Promise<CountedStep<SummaryProgress>> {
  const known = await unlessDamaged(summaries.daysOf(organizationId, daysIn(events)))
  if (!known) {
    await summaries.startAnew(organizationId)
    return { kind: 'overtaken' }
  }
  const countedTo = storedAt.at(-1) ?? progress.countedTo ?? 0
  try {
    const stored = await summaries.commit(organizationId, progress, {
      checkpoint: next,
      countedTo,
      days: countEvents(known, events),
    })
    return stored ? { kind: 'stored', progress: stored } : { kind: 'overtaken' }
  } catch (error) {
    if (error instanceof EntryTooLarge && events.length > 1) return { kind: 'too-large' }
    throw error
  }
}

const daysIn = (events: readonly StoredEvent[]) => [...new Set(events.map(dayOf))]
