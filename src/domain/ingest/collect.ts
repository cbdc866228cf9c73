// What becomes of a batch of events that a client reports: each is accepted, or dropped with a reason. Pure.
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
import { type EventDate, hourOf, settleDate, textOf } from './event-date.ts'

/**
 * Why an event of a batch is not taken. `not-a-member` and `item-unreachable` also stand for organizations and items
 * that do not exist: the answer does not tell strangers which do.
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

/** What is known of the upload itself. */
export type UploadContext = { readonly deviceType?: number; readonly ipAddress?: string }

/**
 * `accepted` counts the submitted events that were taken; `events` are what they became (a vault export becomes several),
 * made while they are gone through: all together may be many times the batch.
 */
export type CollectDecision = {
  readonly accepted: number
  /** Whether anything waits for an entry of the directory that cannot be read now: then the client must send all of it again. */
  readonly putOff: boolean
  readonly events: Iterable<AcceptedEvent>
  readonly dropped: readonly Dropped[]
}

/** A batch as it was read: an event that cannot be read is undefined, and keeps its place. */
export type SubmittedBatch = readonly (SubmittedEvent | undefined)[]

/** Reads one event of a batch; undefined when it cannot be read. */
export function readSubmitted(submitted: unknown): SubmittedEvent | undefined {
  const read = v.safeParse(SubmittedEvent, submitted)
  return read.success ? read.output : undefined
}

/** What deciding a batch needs to know: these organizations and items, and for user events all the caller's logs. */
export type WantedFacts = {
  readonly organizations: readonly Guid[]
  readonly items: readonly Guid[]
  readonly callersLogs: boolean
}

/** The facts a batch calls for. */
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

/** Decides each event of a batch on its own: one bad event never costs another. */
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
  const putOff = outcomes.some(
    (outcome) => outcome.kind === 'put-off' || (outcome.kind === 'accepted' && outcome.partly),
  )
  const events = { [Symbol.iterator]: () => acceptedEvents(caller, batch, outcomes, context, now, putOff) }
  return { accepted: outcomes.filter(({ kind }) => kind === 'accepted').length, putOff, events, dropped }
}

/** What the accepted events of a batch became; of equal ones, the first. */
function* acceptedEvents(
  caller: UserPrincipal,
  batch: SubmittedBatch,
  outcomes: readonly Outcome[],
  context: UploadContext,
  now: Instant,
  comesAgain: boolean,
): Generator<AcceptedEvent> {
  const identify = identifier(caller, now)
  const known = new Set<Guid>()
  for (const [index, submitted] of batch.entries()) {
    const outcome = outcomes[index]
    if (!submitted || outcome?.kind !== 'accepted') continue
    const settled = settleDate(submitted.date, now)
    // Sent again, one without a date may get another id.
    if (comesAgain && settled.clientDate === '') continue
    const id = identify(submitted, settled)
    if (known.has(id)) continue
    known.add(id)
    const common = { id, type: submitted.type, ...settled, ...context }
    for (const target of outcome.targets) yield { ...common, ...target, actingUserId: caller.userId }
  }
}

type Target = Partial<
  Pick<AcceptedEvent, 'userId' | 'organizationId' | 'providerId' | 'cipherId' | 'organizationUserId'>
>
/** partly: for some logs nobody can tell now. put-off: for none. */
type Outcome =
  | { readonly kind: 'accepted'; readonly targets: readonly Target[]; readonly partly: boolean }
  | { readonly kind: 'refused'; readonly reason: DropReason }
  | { readonly kind: 'put-off' }

const refuse = (reason: DropReason): Outcome => ({ kind: 'refused', reason })
const accept = (...targets: readonly Target[]): Outcome => ({ kind: 'accepted', targets, partly: false })
const putOff: Outcome = { kind: 'put-off' }

/** Finds the targets of events, once for all that are of one type and name the same things. */
function targetsFor(caller: UserPrincipal, facts: DirectoryFacts) {
  const found = new Map<string, Outcome>()
  return (submitted: SubmittedEvent): Outcome => {
    const key = [submitted.type, submitted.cipherId, submitted.organizationId].join()
    const outcome = found.get(key) ?? targetsOf(caller, submitted, facts)
    found.set(key, outcome)
    return outcome
  }
}

/** The logs that an event goes to, and whom and what it names there. */
function targetsOf(caller: UserPrincipal, submitted: SubmittedEvent, facts: DirectoryFacts): Outcome {
  const type = eventTypeOf(submitted.type)
  if (!type) return refuse('type-unknown')
  switch (type.collect) {
    case null:
      return refuse('type-not-collectable')
    case 'user':
      return { kind: 'accepted', targets: logsOfUser(caller, facts), partly: facts.unreadable.size > 0 }
    case 'item':
      return itemTarget(caller, submitted, facts)
    case 'member':
    case 'organization':
    case 'member+phishing-blocker':
      return organizationTarget(caller, type, submitted, facts)
  }
}

/** A user's event stands in the user's own log and in that of every organization and provider that logs events. */
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
  if (item && facts.unreadable.has(item.organizationId)) return putOff
  const organization = item && facts.organizations.get(item.organizationId)
  if (!item || !organization) return refuse('item-unreachable')
  if (!reachesItem(caller, item, facts)) {
    const { providerId } = organization
    return providerId && facts.unreadable.has(providerId) ? putOff : refuse('item-unreachable')
  }
  if (!organization.useEvents) return refuse('events-off')
  return accept({ cipherId, ...placeOf(caller, organization, facts) })
}

function organizationTarget(
  caller: UserPrincipal,
  type: EventType,
  { organizationId }: SubmittedEvent,
  facts: DirectoryFacts,
): Outcome {
  if (!organizationId) return refuse('organization-missing')
  if (facts.unreadable.has(organizationId)) return putOff
  const { roles, member } = membershipOf(caller, organizationId, facts)
  if (roles.size === 0) return refuse('not-a-member')
  const organization = facts.organizations.get(organizationId)
  if (!organization) return refuse('organization-unknown')
  if (!organization.useEvents) return refuse('events-off')
  if (type.collect === 'member+phishing-blocker' && !organization.usePhishingBlocker) {
    return refuse('phishing-blocker-off')
  }
  const about = type.category === 'member' && member ? { userId: caller.userId, organizationUserId: member.id } : {}
  return accept({ ...about, ...placeOf(caller, organization, facts) })
}

/** The organization's log; the provider is named when the caller acts as its user. */
function placeOf(caller: UserPrincipal, organization: Organization, facts: PeopleFacts): Target {
  const asMember = membershipOf(caller, organization.id, facts).roles.size > 0
  const { providerId } = organization
  const asProvider = !asMember && providerId !== null && actsForProvider(caller, organization.id, facts)
  return { organizationId: organization.id, ...(asProvider && { providerId }) }
}

/**
 * Gives each event its id. An upload that is repeated must give the same ids, and nothing in it identifies an event:
 * so the id stands for who, what, where and when. An event without a date has no "when" of its own: equal ones count
 * as one within the server's hour, unless they stand in one batch, where each is told apart by its place among them.
 */
function identifier(caller: UserPrincipal, now: Instant) {
  const undated = new Map<string, number>()
  return ({ type, cipherId, organizationId, date }: SubmittedEvent, { date: settled, clientDate }: EventDate): Guid => {
    const content = [caller.userId, type, cipherId ?? '', organizationId ?? ''] as const
    if (clientDate === undefined) return guidOfContent(...content, settled)
    if (clientDate !== '') return guidOfContent(...content, parseInstant(clientDate) ?? textOf(date))

    const key = content.join()
    const place = undated.get(key) ?? 0
    undated.set(key, place + 1)
    return guidOfContent(...content, '', hourOf(now), place)
  }
}
