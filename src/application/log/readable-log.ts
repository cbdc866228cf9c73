// Which log a caller may read.
import type { Action } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { EventLog } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
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
