// Creates an organization in the directory, with an audit event in its log.

import { auditEvent, type Origin } from '../../domain/events/audit-events.ts'
import { guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { Directory } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'
import type { EventQueue } from '../../ports/events.ts'

type CreateOrganizationPorts = {
  readonly directory: Pick<Directory, 'organization' | 'addOrganization'>
  readonly queue: Pick<EventQueue, 'enqueue'>
  readonly now: () => number
}

type Created = { readonly kind: 'created' } | { readonly kind: 'refused'; readonly reason: 'organization-exists' }

/**
 * Creates an organization without members; `origin` has its id. Refuses one that exists, damaged or not. The event is queued
 * first, so that no change goes unlogged; its id follows from the organization's, so the log has it once.
 */
export async function createOrganization(
  { directory, queue, now }: CreateOrganizationPorts,
  origin: Origin,
  name: string,
): Promise<Created> {
  const { organizationId } = origin
  const exists = { kind: 'refused', reason: 'organization-exists' } as const
  if (await isThere(directory, origin, now())) return exists

  const id = guidOfContent('organization-created', organizationId)
  const event = auditEvent('organization-created', { ...origin, objectId: organizationId, objectName: name }, id)
  await queue.enqueue(writeMessages([event]))
  const added = await directory.addOrganization(organizationId, name)
  return added ? { kind: 'created' } : exists
}

async function isThere({ organization }: CreateOrganizationPorts['directory'], { organizationId }: Origin, at: number) {
  try {
    return (await organization(organizationId, at)) !== undefined
  } catch (error) {
    if (error instanceof Damaged) return true
    throw error
  }
}
