// Events as responses show them: to members, and to the public API's connectors. Pure.
import { actingPerson, type Names } from '../directory/names.ts'
import { idFields, type StoredEvent } from '../events/event.ts'
import { systemUserName } from '../events/system-users.ts'
import { formatInstant } from '../instant.ts'

/** Which names responses add to events: those of people and things, of who acted alone, or none. */
export type Expansion = 'names' | 'actor' | 'none'

/** An event in the members' API: every property, null where empty, and names if given. */
export function memberView(event: StoredEvent, names?: Names) {
  return {
    object: 'event',
    id: event.id,
    type: event.type,
    ...Object.fromEntries(idFields.map((field) => [field, event[field] ?? null])),
    date: formatInstant(event.date),
    deviceType: event.deviceType ?? null,
    ipAddress: event.ipAddress ?? null,
    systemUser: event.systemUser ?? null,
    domainName: event.domainName ?? null,
    objectName: event.objectName ?? null,
    clientDate: event.clientDate ?? null,
    ...(names && { ...actorOf(event, names), ...thingsOf(event, names) }),
  }
}

/** An event in the public API: every property of the reference, null where empty, its `id`, and names if given: of who acted alone, or of all. */
export function publicView(event: StoredEvent, names?: Names, expand: Expansion = 'actor') {
  return {
    object: 'event',
    id: event.id,
    type: event.type,
    itemId: event.cipherId ?? null,
    collectionId: event.collectionId ?? null,
    groupId: event.groupId ?? null,
    policyId: event.policyId ?? null,
    memberId: event.organizationUserId ?? null,
    actingUserId: event.actingUserId ?? null,
    installationId: event.installationId ?? null,
    date: formatInstant(event.date),
    device: event.deviceType ?? null,
    ipAddress: event.ipAddress ?? null,
    secretId: event.secretId ?? null,
    projectId: event.projectId ?? null,
    serviceAccountId: event.serviceAccountId ?? null,
    ...(names && actorOf(event, names)),
    ...(names && expand === 'names' && thingsOf(event, names)),
  }
}

/** The names of what the event is about, and whether its item is critical; null for what is not known. */
export const thingsOf = (event: StoredEvent, names: Names) => ({
  memberName: names.member(event.organizationUserId),
  groupName: names.group(event.groupId),
  collectionName: names.collection(event.collectionId),
  policyName: names.policy(event.policyId),
  itemName: names.item(event.cipherId),
  itemCritical: names.isCritical(event.cipherId),
})

/** Who acted: a person, or the system user if the event names no person. */
function actorOf(event: StoredEvent, names: Names) {
  const { actingUserId, systemUser } = event
  if (!actingUserId && systemUser !== undefined) {
    return { actingUserName: systemUserName(systemUser) ?? null, actingUserEmail: null }
  }
  const { name, email } = actingPerson(names, event)
  return { actingUserName: name, actingUserEmail: email }
}

/** One page of a list: `continuationToken` is null on the last one. */
export const listOf = <T>(data: readonly T[], continuationToken: string | null) => ({
  object: 'list',
  data,
  continuationToken,
})
