// Which properties of an event name a person or a thing with a page of its own. Pure.
import type { Subject } from '../app/router.ts'

const kinds: Readonly<Record<string, Subject['kind']>> = {
  actingUserId: 'person',
  userId: 'person',
  organizationUserId: 'person',
  cipherId: 'item',
  secretId: 'secret',
  serviceAccountId: 'machine',
  ipAddress: 'address',
}

/** The person or thing that the value of a property names; undefined if it has no page. */
export function subjectIn(property: string, value: string): Subject | undefined {
  const kind = kinds[property]
  return kind && { kind, id: value }
}
