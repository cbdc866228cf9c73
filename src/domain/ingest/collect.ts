// Decides a batch of events that a client reports: accepts each, or drops it with a reason. Pure.
import * as v from 'valibot'
import type { DirectoryFacts } from '../directory/directory.ts'
import type { UserPrincipal } from '../directory/principal.ts'
import { type AcceptedEvent, SubmittedEvent } from '../events/event.ts'
import { eventTypeOf } from '../events/event-types.ts'
import { type Guid, guidOfContent } from '../guid.ts'
import { type Instant, parseInstant } from '../instant.ts'
import { destinationsFor, type Outcome, refuse } from './destination-logs.ts'
import type { Dropped } from './drop-reasons.ts'
import { type EventDate, hourOf, normalizeDate, textOf } from './event-date.ts'

/** The device and the address that an upload comes from. */
export type UploadContext = { readonly deviceType?: number; readonly ipAddress?: string }

/**
 * `accepted` counts the accepted ones of the submitted events. `events` are the events to store: a vault export makes
 * several of one. They are made during iteration, since together they may take many times the memory of the batch.
 */
export type CollectDecision = {
  readonly accepted: number
  /** Whether an event depends on a directory entry that is unreadable now: then the client must send the whole batch again. */
  readonly undecided: boolean
  readonly events: Iterable<AcceptedEvent>
  readonly dropped: readonly Dropped[]
}

/** A batch as read, in order; undefined for an event that cannot be read. */
export type SubmittedBatch = readonly (SubmittedEvent | undefined)[]

/** Reads one event of a batch; undefined when it cannot be read. */
export function readSubmitted(submitted: unknown): SubmittedEvent | undefined {
  const read = v.safeParse(SubmittedEvent, submitted)
  return read.success ? read.output : undefined
}

/** The facts that a batch needs: these organizations and items, and all logs of the caller for events about a user. */
export type WantedFacts = {
  readonly organizations: readonly Guid[]
  readonly items: readonly Guid[]
  readonly callersLogs: boolean
}

/** Lists the facts that a batch needs. */
export function wantedBy(batch: SubmittedBatch): WantedFacts {
  const organizations: Guid[] = []
  const items: Guid[] = []
  let callersLogs = false
  for (const event of batch) {
    const check = event && eventTypeOf(event.type)?.collect
    if (!event || !check) continue
    if (check === 'user') callersLogs = true
    else if (check === 'item') items.push(...(event.cipherId ? [event.cipherId] : []))
    else organizations.push(...(event.organizationId ? [event.organizationId] : []))
  }
  return { organizations, items, callersLogs }
}

/** Decides each event of a batch on its own: a bad event never affects another. */
export function decideCollect(
  caller: UserPrincipal,
  batch: SubmittedBatch,
  facts: DirectoryFacts,
  context: UploadContext,
  now: Instant,
): CollectDecision {
  const dropped: Dropped[] = []
  const destinations = destinationsFor(caller, facts)
  const outcomes = batch.map((submitted, index) => {
    const outcome = submitted ? destinations(submitted) : refuse('malformed')
    if (outcome.kind === 'refused') dropped.push({ index, reason: outcome.reason })
    return outcome
  })
  const undecided = outcomes.some(
    (outcome) => outcome.kind === 'undecided' || (outcome.kind === 'accepted' && outcome.partial),
  )
  const events = { [Symbol.iterator]: () => acceptedEvents(caller, batch, outcomes, context, now, undecided) }
  return { accepted: outcomes.filter(({ kind }) => kind === 'accepted').length, undecided, events, dropped }
}

/** The events to store of a batch; of equal ones, the first. */
function* acceptedEvents(
  caller: UserPrincipal,
  batch: SubmittedBatch,
  outcomes: readonly Outcome[],
  context: UploadContext,
  now: Instant,
  undecided: boolean,
): Generator<AcceptedEvent> {
  const identify = identifier(caller, now)
  const known = new Set<Guid>()
  for (const [index, submitted] of batch.entries()) {
    const outcome = outcomes[index]
    if (!submitted || outcome?.kind !== 'accepted') continue
    const dated = normalizeDate(submitted.date, now)
    // The client sends the batch again, and then an event without a date may get another id: it waits until then.
    if (undecided && dated.clientDate === '') continue
    const id = identify(submitted, dated)
    if (known.has(id)) continue
    known.add(id)
    const common = { id, type: submitted.type, ...dated, ...context }
    for (const destination of outcome.destinations) yield { ...common, ...destination, actingUserId: caller.userId }
  }
}

/**
 * Gives each event its id. A repeated upload must give the same ids, and nothing in it identifies an event: the id is
 * derived from the user, the type, the ids and the date. Equal events without a date get one id within the server's hour;
 * within a batch, their index among each other distinguishes them.
 */
function identifier(caller: UserPrincipal, now: Instant) {
  const undated = new Map<string, number>()
  return ({ type, cipherId, organizationId, date }: SubmittedEvent, { date: stored, clientDate }: EventDate): Guid => {
    const content = [caller.userId, type, cipherId ?? '', organizationId ?? ''] as const
    if (clientDate === undefined) return guidOfContent(...content, stored)
    if (clientDate !== '') return guidOfContent(...content, parseInstant(clientDate) ?? textOf(date))

    const key = content.join()
    const index = undated.get(key) ?? 0
    undated.set(key, index + 1)
    return guidOfContent(...content, '', hourOf(now), index)
  }
}
