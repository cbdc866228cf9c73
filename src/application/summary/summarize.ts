// Counts what is new in an organization's feed into its days: steps in a row, each stored before the next, every event once.
import type { StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { countEvents, dayOf, lengthWithin } from '../../domain/summary/summary.ts'
import { EntryTooLarge, unlessDamaged } from '../../ports/errors.ts'
import { type EventStore, type FeedPage, feedStart } from '../../ports/events.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress } from '../../ports/summaries.ts'

/** Most steps of one run; then another message goes on, so that no run lasts long. */
export const summaryStepsPerRunMax = 20
export const summaryEventsPerStep = 1_000

export type SummarizePorts = {
  readonly organizationId: Guid
  readonly store: Pick<EventStore, 'feed'>
  /** Absent: nothing is counted. */
  readonly summaries?: Summaries | undefined
}

/**
 * Counts every event that can be seen in the feed now, from the first that is stored on; `more` after
 * `summaryStepsPerRunMax` steps, or when another run stored one meanwhile. Repeating it counts nothing twice. Where a day or the
 * progress cannot be read, or is no place of the feed, all is forgotten: the next run counts from the beginning.
 */
export async function summarize({ organizationId, store, summaries }: SummarizePorts): Promise<'done' | 'more'> {
  if (!summaries) return 'done'
  const beginning = await unlessDamaged(summaries.progressOf(organizationId))
  if (!beginning) return startAnew(summaries, organizationId)
  let progress = beginning
  let limit = summaryEventsPerStep
  for (let steps = 0; steps < summaryStepsPerRunMax; steps += 1) {
    const page = await nextPage(store, organizationId, progress, limit)
    if (!page) return startAnew(summaries, organizationId)
    if (page.events.length === 0) return 'done'
    const stored = await storeStep(summaries, organizationId, progress, page)
    if (stored === 'too-large') limit = Math.max(1, Math.floor(page.events.length / 2))
    else if (!stored) return 'more'
    else {
      progress = stored
      if (!page.more) return 'done'
    }
  }
  return 'more'
}

async function startAnew(summaries: Summaries, organizationId: Guid): Promise<'more'> {
  await summaries.startAnew(organizationId)
  return 'more'
}

/** What comes next in the feed, up to `limit` events and `daysPerStepMax` days; undefined when the progress is no place of it. */
async function nextPage(
  store: SummarizePorts['store'],
  organizationId: Guid,
  { checkpoint }: SummaryProgress,
  limit: number,
): Promise<FeedPage | undefined> {
  const read = (count: number) =>
    store.feed({ kind: 'organization', id: organizationId }, count, checkpoint ?? feedStart)
  const page = await read(limit)
  if (!page) return undefined
  const length = lengthWithin(page.events, daysPerStepMax)
  return length < page.events.length ? read(length) : page
}

/** Counts a page into its days, as they are under this progress; undefined when another run was faster, or all is counted anew. */
async function storeStep(
  summaries: Summaries,
  organizationId: Guid,
  progress: SummaryProgress,
  { events, storedAt, next }: FeedPage,
): Promise<SummaryProgress | undefined | 'too-large'> {
  const known = await unlessDamaged(summaries.daysOf(organizationId, daysIn(events)))
  if (!known) {
    await summaries.startAnew(organizationId)
    return undefined
  }
  const countedTo = storedAt.at(-1) ?? progress.countedTo ?? 0
  try {
    return await summaries.commit(organizationId, progress, {
      checkpoint: next,
      countedTo,
      days: countEvents(known, events),
    })
  } catch (error) {
    if (error instanceof EntryTooLarge && events.length > 1) return 'too-large'
    throw error
  }
}

const daysIn = (events: readonly StoredEvent[]) => [...new Set(events.map(dayOf))]
