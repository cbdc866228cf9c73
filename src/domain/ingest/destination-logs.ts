// Decides which log a client’s event belongs in, or the reason for which it is dropped. Pure.
import {
  actsForProvider,
  membershipOf,
  type PeopleFacts,
  providerRolesOf,
  reachesItem,
} from '../directory/authorize.ts'
import type { DirectoryFacts, Organization } from '../directory/directory.ts'
import type { UserPrincipal } from '../directory/principal.ts'
import type { AcceptedEvent, SubmittedEvent } from '../events/event.ts'
import { type EventType, eventTypeOf } from '../events/event-types.ts'
import type { DropReason } from './drop-reasons.ts'

/** The ids that an event gets in a log. */
type Destination = Partial<
  Pick<AcceptedEvent, 'userId' | 'organizationId' | 'providerId' | 'cipherId' | 'organizationUserId'>
>
/** The decision on an event. `partial`: undecided for some logs; `undecided`: for all. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly destinations: readonly Destination[]; readonly partial: boolean }
  | { readonly kind: 'refused'; readonly reason: DropReason }
  | { readonly kind: 'undecided' }

export const refuse = (reason: DropReason): Outcome => ({ kind: 'refused', reason })
const accept = (...destinations: readonly Destination[]): Outcome => ({
  kind: 'accepted',
  destinations,
  partial: false,
})
const undecided: Outcome = { kind: 'undecided' }

/** Decides events, once for all events of the same type that name the same ids. */
export function destinationsFor(caller: UserPrincipal, facts: DirectoryFacts) {
  const found = new Map<string, Outcome>()
  return (submitted: SubmittedEvent): Outcome => {
    const key = [submitted.type, submitted.cipherId, submitted.organizationId].join()
    const outcome = found.get(key) ?? destinationsOf(caller, submitted, facts)
    found.set(key, outcome)
    return outcome
  }
}

/** The logs that an event belongs to, and the ids that it gets there. */
function destinationsOf(caller: UserPrincipal, submitted: SubmittedEvent, facts: DirectoryFacts): Outcome {
  const type = eventTypeOf(submitted.type)
  if (!type) return refuse('type-unknown')
  switch (type.collect) {
    case null:
      return refuse('type-not-collectable')
    case 'user':
      return { kind: 'accepted', destinations: logsOfUser(caller, facts), partial: facts.unreadable.size > 0 }
    case 'item':
      return itemDestination(caller, submitted, facts)
    case 'member':
    case 'organization':
    case 'member+phishing-blocker':
      return organizationDestination(caller, type, submitted, facts)
  }
}

/** A user's event belongs to the user's personal log and to the log of each of the user's organizations and providers that log events. */
function logsOfUser(caller: UserPrincipal, facts: DirectoryFacts): Destination[] {
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

function itemDestination(caller: UserPrincipal, { cipherId }: SubmittedEvent, facts: DirectoryFacts): Outcome {
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
  return accept({ cipherId, ...destinationIn(caller, organization, facts) })
}

function organizationDestination(
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
  return accept({ ...about, ...destinationIn(caller, organization, facts) })
}

/** The organization's log; names its provider if the caller acts as the provider's user. */
function destinationIn(caller: UserPrincipal, organization: Organization, facts: PeopleFacts): Destination {
  const asMember = membershipOf(caller, organization.id, facts).roles.size > 0
  const { providerId } = organization
  const asProvider = !asMember && providerId !== null && actsForProvider(caller, organization.id, facts)
  return { organizationId: organization.id, ...(asProvider && { providerId }) }
}
