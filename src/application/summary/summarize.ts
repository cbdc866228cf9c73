// Counts new events of an organization's feed into its days, step by step; each step is stored before the next, and counts each event once.
import type { StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { countEvents, dayOf, lengthWithin } from '../../domain/summary/summary.ts'
import { EntryTooLarge, unlessDamaged } from '../../ports/errors.ts'
import { type EventStore, type FeedPage, feedStart } from '../../ports/events.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress } from '../../ports/summaries.ts'

/** Most steps of one run; then another message continues, so that no run takes long. */
export const summaryStepsPerRunMax = 20
export const summaryEventsPerStep = 1_000

export type SummarizePorts = {
  readonly organizationId: Guid
  readonly store: Pick<EventStore, 'feed'>
  /** Absent: nothing to count. */
  readonly summaries?: Summaries | undefined
}

/**
 * Counts every event that is in the feed now. Resolves to `more` after `summaryStepsPerRunMax` steps, and when another run
 * stored a step meanwhile; repeating it counts nothing twice. If a day or the progress is unreadable, or the checkpoint is no
 * cursor of the feed, it deletes the days, and the next run counts from the beginning.
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
    if (stored.kind === 'overtaken') return 'more'
    if (stored.kind === 'too-large') limit = Math.max(1, Math.floor(page.events.length / 2))
    else {
      progress = stored.progress
      if (!page.more) return 'done'
    }
  }
  return 'more'
}

async function startAnew(summaries: Summaries, organizationId: Guid): Promise<'more'> {
  await summaries.startAnew(organizationId)
  return 'more'
}

/** The next events of the feed, at most `limit` of at most `daysPerStepMax` days; undefined if the checkpoint is no cursor of the feed. */
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

/** `overtaken`: another run stored a step first, or all days are to be counted again. */
type StoredStep =
  | { readonly kind: 'stored'; readonly progress: SummaryProgress }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'too-large' }

/** Counts a page into its days and stores them with the progress. */
async function storeStep(
  summaries: Summaries,
  organizationId: Guid,
  progress: SummaryProgress,
  { events, storedAt, next }: FeedPage,
): Promise<StoredStep> {
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
