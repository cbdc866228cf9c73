// Accepts events: decides which of an upload are taken, and queues them.
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { AcceptedEvent } from '../../domain/events/event.ts'
import {
  type CollectDecision,
  decideCollect,
  type SubmittedBatch,
  type UploadContext,
  wantedBy,
} from '../../domain/ingest/collect.ts'
import { messagesOf } from '../../domain/ingest/event-messages.ts'
import { instantAt } from '../../domain/instant.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventQueue } from '../../ports/events.ts'
import { factsForBatch } from '../directory/facts.ts'

/** Messages that are made and queued together, so that a batch is never in memory as a whole once more. */
const messagesAtOnce = 32

export type AcceptPorts = {
  readonly directory: DirectoryReader
  readonly queue: Pick<EventQueue, 'enqueue'>
  readonly now: () => number
}

/** Decides an upload and queues what is accepted; resolves once that is safe. */
export async function acceptUpload(
  { directory, queue, now }: AcceptPorts,
  caller: UserPrincipal,
  batch: SubmittedBatch,
  context: UploadContext,
): Promise<CollectDecision> {
  const arrivedAt = now()
  const decide = async (notOlderThan?: number) => {
    const facts = await factsForBatch(directory, caller, wantedBy(batch), notOlderThan)
    return decideCollect(caller, batch, facts, context, instantAt(arrivedAt))
  }
  const first = await decide()
  // No event is dropped on cached facts: rights may have been given a moment ago.
  const decision = first.dropped.length > 0 ? await decide(arrivedAt) : first
  await queueEvents(queue, decision.events)
  return decision
}

/** Resolves once every event is safely queued, a few messages at a time. */
export async function queueEvents(queue: Pick<EventQueue, 'enqueue'>, events: Iterable<AcceptedEvent>): Promise<void> {
  let messages: string[] = []
  for (const message of messagesOf(events)) {
    messages.push(message)
    if (messages.length < messagesAtOnce) continue
    await queue.enqueue(messages)
    messages = []
  }
  if (messages.length > 0) await queue.enqueue(messages)
}
