// Decides a batch of events that a client reports: accepts each, or drops it with a reason. Pure.
import * as v from 'valibot'
import {
  actsForProvider,
  membershipOf,
  type PeopleFacts,
  providerRolesOf,
  reachesItem,
} from '../directory/authorize.ts'
import type { DirectoryFacts, Organization } from '../directory/directory.ts'
import type { UserPrincipal } from '../directory/principal.ts'
import { type AcceptedEvent, SubmittedEvent } from '../events/event.ts'
import { type EventType, eventTypeOf } from '../events/event-types.ts'
import { type Guid, guidOfContent } from '../guid.ts'
import { type Instant, parseInstant } from '../instant.ts'
import { type EventDate, hourOf, normalizeDate, textOf } from './event-date.ts'

/**
 * Why an event of a batch is dropped. `not-a-member` and `item-unreachable` also cover organizations and items that do
 * not exist, so that the response does not disclose which do.
 */
export const dropReasons = [
  'malformed',
  'type-unknown',
  'type-not-collectable',
  'item-missing',
  'item-unreachable',
  'organization-missing',
  'organization-unknown',
  'not-a-member',
  'events-off',
  'phishing-blocker-off',
] as const
export type DropReason = (typeof dropReasons)[number]

export type Dropped = { readonly index: number; readonly reason: DropReason }

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
  const targets = targetsFor(caller, facts)
  const outcomes = batch.map((submitted, index) => {
    const outcome = submitted ? targets(submitted) : refuse('malformed')
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
    for (const target of outcome.targets) yield { ...common, ...target, actingUserId: caller.userId }
  }
}

type Target = Partial<
  Pick<AcceptedEvent, 'userId' | 'organizationId' | 'providerId' | 'cipherId' | 'organizationUserId'>
>
/** `partial`: undecided for some logs. `undecided`: for all. */
type Outcome =
  | { readonly kind: 'accepted'; readonly targets: readonly Target[]; readonly partial: boolean }
  | { readonly kind: 'refused'; readonly reason: DropReason }
  | { readonly kind: 'undecided' }

const refuse = (reason: DropReason): Outcome => ({ kind: 'refused', reason })
const accept = (...targets: readonly Target[]): Outcome => ({ kind: 'accepted', targets, partial: false })
const undecided: Outcome = { kind: 'undecided' }

/** Finds the targets of events, once for all events of the same type that name the same ids. */
function targetsFor(caller: UserPrincipal, facts: DirectoryFacts) {
  const found = new Map<string, Outcome>()
  return (submitted: SubmittedEvent): Outcome => {
    const key = [submitted.type, submitted.cipherId, submitted.organizationId].join()
    const outcome = found.get(key) ?? targetsOf(caller, submitted, facts)
    found.set(key, outcome)
    return outcome
  }
}

/** The logs that an event belongs to, and the ids that it gets there. */
function targetsOf(caller: UserPrincipal, submitted: SubmittedEvent, facts: DirectoryFacts): Outcome {
  const type = eventTypeOf(submitted.type)
  if (!type) return refuse('type-unknown')
  switch (type.collect) {
    case null:
      return refuse('type-not-collectable')
    case 'user':
      return { kind: 'accepted', targets: logsOfUser(caller, facts), partial: facts.unreadable.size > 0 }
    case 'item':
      return itemTarget(caller, submitted, facts)
    case 'member':
    case 'organization':
    case 'member+phishing-blocker':
      return organizationTarget(caller, type, submitted, facts)
  }
}

/** A user's event belongs to the user's personal log and to the log of each of the user's organizations and providers that log events. */
function logsOfUser(caller: UserPrincipal, facts: DirectoryFacts): Target[] {
  const organizations = [...facts.organizations.values()].filter(
    ({ id, useEvents }) => useEvents && membershipOf(caller, id, facts).roles.size > 0,
  )
  const providers = [...facts.providers.values()].filter(
    ({ id, useEvents }) => useEvents && providerRolesOf(caller, id, facts).size > 0,
  )
  return [
    { userId: caller.userId },
    ...organizations.map(({ id }) => ({ userId: caller.userId, organizationId: id })),
    ...providers.map(({ id }) => ({ userId: caller.userId, providerId: id })),
  ]
}

function itemTarget(caller: UserPrincipal, { cipherId }: SubmittedEvent, facts: DirectoryFacts): Outcome {
  if (!cipherId) return refuse('item-missing')
  const item = facts.items.get(cipherId)
  if (item && facts.unreadable.has(item.organizationId)) return undecided
  const organization = item && facts.organizations.get(item.organizationId)
  if (!item || !organization) return refuse('item-unreachable')
  if (!reachesItem(caller, item, facts)) {
    const { providerId } = organization
    return providerId && facts.unreadable.has(providerId) ? undecided : refuse('item-unreachable')
  }
  if (!organization.useEvents) return refuse('events-off')
  return accept({ cipherId, ...targetIn(caller, organization, facts) })
}

function organizationTarget(
  caller: UserPrincipal,
  type: EventType,
  { organizationId }: SubmittedEvent,
  facts: DirectoryFacts,
): Outcome {
  if (!organizationId) return refuse('organization-missing')
  if (facts.unreadable.has(organizationId)) return undecided
  const { roles, member } = membershipOf(caller, organizationId, facts)
  if (roles.size === 0) return refuse('not-a-member')
  const organization = facts.organizations.get(organizationId)
  if (!organization) return refuse('organization-unknown')
  if (!organization.useEvents) return refuse('events-off')
  if (type.collect === 'member+phishing-blocker' && !organization.usePhishingBlocker) {
    return refuse('phishing-blocker-off')
  }
  const about = type.category === 'member' && member ? { userId: caller.userId, organizationUserId: member.id } : {}
  return accept({ ...about, ...targetIn(caller, organization, facts) })
}

/** The organization's log; names its provider if the caller acts as the provider's user. */
function targetIn(caller: UserPrincipal, organization: Organization, facts: PeopleFacts): Target {
  const asMember = membershipOf(caller, organization.id, facts).roles.size > 0
  const { providerId } = organization
  const asProvider = !asMember && providerId !== null && actsForProvider(caller, organization.id, facts)
  return { organizationId: organization.id, ...(asProvider && { providerId }) }
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
