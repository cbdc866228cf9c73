// Counts new events of an organization's feed into its tallies: each event once.
import type { Guid } from '../../domain/guid.ts'
import { countInto, keyOf, type NumberedEvent, tallyKeysOf } from '../../domain/tallies/tally.ts'
import type { Tallies, TallyProgress } from '../../ports/counts/tallies.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { EventStore, FeedPage } from '../../ports/events.ts'
import { type CountedStep, countFeed } from '../summary/count-feed.ts'

export type CountTalliesPorts = {
  readonly organizationId: Guid
  readonly store: Pick<EventStore, 'feed'>
  /** Absent: nothing to count. */
  readonly tallies?: Tallies | undefined
}

/** Counts every event that is in the feed now into its tallies, as `countFeed` promises. An unreadable tally makes it count anew. */
export async function countTallies({ organizationId, store, tallies }: CountTalliesPorts): Promise<'done' | 'more'> {
  if (!tallies) return 'done'
  return countFeed(store, organizationId, {
    progress: () => tallies.progressOf(organizationId),
    startAnew: () => tallies.startAnew(organizationId),
    store: (progress, page) => storeStep(tallies, organizationId, progress, page),
  })
}

async function storeStep(
  tallies: Tallies,
  organizationId: Guid,
  progress: TallyProgress,
  { events, numbers, storedAt, next }: FeedPage,
): Promise<CountedStep<TallyProgress>> {
  const numbered = events.map((event, index): NumberedEvent => ({ event, number: numbers[index] ?? 0 }))
  const found = await unlessDamaged(tallies.talliesOf(organizationId, tallyKeysOf(numbered)))
  if (!found) {
    await tallies.startAnew(organizationId)
    return { kind: 'overtaken' }
  }
  const known = new Map(found.map((tally) => [keyOf(tally), tally]))
  const stored = await tallies.commit(organizationId, progress, {
    checkpoint: next,
    countedTo: storedAt.at(-1) ?? progress.countedTo ?? 0,
    tallies: countInto(known, numbered),
  })
  return stored ? { kind: 'stored', progress: stored } : { kind: 'overtaken' }
}
