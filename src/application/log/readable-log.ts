// Which log a caller may read, and which events in it are about one person or item.
import type { Action } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { EventLog } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import type { IdFilter } from '../../domain/log/query.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { factsForOrganization, factsForProvider, mayNow } from '../directory/facts.ts'

/** The organization's log if the caller may read it, else undefined. */
export async function organizationLog(
  caller: UserPrincipal,
  organizationId: Guid | undefined,
  directory: DirectoryReader,
): Promise<EventLog | undefined> {
  if (!organizationId) return undefined
  const action: Action = { kind: 'read-organization-log', organizationId }
  const facts = await factsForOrganization(directory, caller, organizationId)
  return mayNow(caller, action, facts) ? { kind: 'organization', id: organizationId } : undefined
}

/** The provider's log if the caller may read it, else undefined. */
export async function providerLog(
  caller: UserPrincipal,
  providerId: Guid | undefined,
  directory: DirectoryReader,
): Promise<EventLog | undefined> {
  if (!providerId) return undefined
  const action: Action = { kind: 'read-provider-log', providerId }
  const facts = await factsForProvider(directory, providerId)
  return mayNow(caller, action, facts) ? { kind: 'provider', id: providerId } : undefined
}

/** The events of a log that match every filter. */
type EventsOfLog = { readonly log: EventLog; readonly filters: readonly IdFilter[] }

/** What a member did in an organization; undefined if the caller may not read it, or there is no such member with an account. */
export async function memberEvents(
  caller: UserPrincipal,
  organizationId: Guid | undefined,
  memberId: Guid | undefined,
  directory: DirectoryReader,
): Promise<EventsOfLog | undefined> {
  const log = await organizationLog(caller, organizationId, directory)
  const organization = log && organizationId && (await directory.organization(organizationId))
  return log && eventsOfUser(log, organization?.members, memberId)
}

/** What a user of a provider did; undefined if the caller may not read it, or there is no such user with an account. */
export async function providerUserEvents(
  caller: UserPrincipal,
  providerId: Guid | undefined,
  providerUserId: Guid | undefined,
  directory: DirectoryReader,
): Promise<EventsOfLog | undefined> {
  const log = await providerLog(caller, providerId, directory)
  const provider = log && providerId && (await directory.provider(providerId))
  return log && eventsOfUser(log, provider?.users, providerUserId)
}

/** What was done with an item, in its organization's log; undefined if the caller may not read it. */
export async function itemEvents(
  caller: UserPrincipal,
  itemId: Guid | undefined,
  directory: DirectoryReader,
): Promise<EventsOfLog | undefined> {
  const [item] = itemId ? await directory.items([itemId]) : []
  const log = await organizationLog(caller, item?.organizationId, directory)
  return log && item && { log, filters: [{ fields: ['cipherId'], ids: [item.id] }] }
}

type Person = { readonly id: Guid; readonly userId: Guid | null }

function eventsOfUser(log: EventLog, people: readonly Person[] | undefined, id: Guid | undefined) {
  const person = people?.find((each) => each.id === id)
  if (!person?.userId) return undefined
  return { log, filters: [{ fields: ['actingUserId'], ids: [person.userId] }] } as const
}
