// The fields of rules, and their values for one event: those of the member view, and what else is known of it. Pure.
import { roleOf } from '../../directory/authorize.ts'
import type { DirectoryFacts } from '../../directory/directory.ts'
import { actingPerson, type Names, namesFrom } from '../../directory/names.ts'
import type { OrganizationRole } from '../../directory/principal.ts'
import { deviceTypes } from '../../events/device-types.ts'
import { type IdField, idFields, type StoredEvent } from '../../events/event.ts'
import { eventTypeOf, eventTypes } from '../../events/event-types.ts'
import type { Guid } from '../../guid.ts'
import { formatInstant, millisecondsOf } from '../../instant.ts'
import { type AlertingHours, defaultHours, weekdays } from '../hours/alerting-hours.ts'
import { type LocalClock, localClock } from '../hours/local-time.ts'
import { nothingObserved, type Observed, tracedFields } from '../observed/observed.ts'

/** What a field holds when it holds anything. */
type FieldKind = 'text' | 'number' | 'boolean' | 'address'

const numbers = ['type', 'deviceType', 'systemUser', 'networkNumber', 'hourOfDay'] as const
const booleans = ['itemCritical', 'offHours', 'isHosting', ...tracedFields] as const
const texts = [
  'id',
  ...idFields,
  'date',
  'domainName',
  'objectName',
  'clientDate',
  'actingUserName',
  'actingUserEmail',
  'memberName',
  'groupName',
  'collectionName',
  'policyName',
  'itemName',
  'eventName',
  'category',
  'deviceName',
  'actingUserRole',
  'targetUserId',
  'targetRole',
  'weekday',
  'country',
  'networkName',
] as const

/** Every field, with what it holds. */
export const knownFields: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ...numbers.map((name) => [name, 'number'] as const),
  ...booleans.map((name) => [name, 'boolean'] as const),
  ...texts.map((name) => [name, 'text'] as const),
  ['ipAddress', 'address'],
])

const roles: readonly OrganizationRole[] = ['owner', 'admin', 'custom', 'user']

/** The only values that these fields ever hold: a rule that asks for another could never match. */
export const vocabularies: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['eventName', eventTypes.map(({ name }) => name)],
  ['category', [...new Set(eventTypes.map(({ category }) => category))]],
  ['deviceName', deviceTypes.map(({ name }) => name)],
  ['actingUserRole', roles],
  ['targetRole', roles],
  ['weekday', weekdays],
])

/** A field's value; null, as an absent field, where the event has none. */
export type FieldValue = string | number | boolean | null
/** The fields of one event. */
export type FieldValues = { readonly [field: string]: FieldValue }

/** What the directory knows beside the event itself. */
export type FieldContext = {
  readonly names: Names
  /**
   * What this person is in this organization; null for a person who is no member of it. A user is one under the user's id;
   * a member under the member's own also after leaving, with the last role.
   */
  readonly roleIn: (organizationId: Guid, userOrMemberId: Guid) => OrganizationRole | null
  readonly isCritical: (itemId: Guid) => boolean
  /** The organization's clock. */
  readonly localTimeAt: LocalClock
}

/** What the directory and the clock add to events; built once for many of them. A member's role counts with any status. */
export function directoryContext(
  facts: Omit<DirectoryFacts, 'unreadable'>,
  hours: AlertingHours = defaultHours,
): FieldContext {
  const known = new Map<Guid, Map<Guid, OrganizationRole>>()
  for (const { id, members, former } of facts.organizations.values()) {
    const roles = new Map<Guid, OrganizationRole>()
    for (const { id: memberId, type } of former.members) if (type !== undefined) roles.set(memberId, roleOf({ type }))
    for (const member of members) {
      roles.set(member.id, roleOf(member))
      if (member.userId) roles.set(member.userId, roleOf(member))
    }
    known.set(id, roles)
  }
  return {
    names: namesFrom(facts),
    roleIn: (organizationId, userId) => known.get(organizationId)?.get(userId) ?? null,
    isCritical: (itemId) => facts.items.get(itemId)?.critical === true,
    localTimeAt: localClock(hours),
  }
}

/**
 * The fields of an event: what `memberView` has, written out for speed, and the rest. Hour (0 to 23) and weekday are those
 * of its date on the organization's clock. Without `observed`, nothing is known of what is new, and of places.
 */
export function fieldsOf(event: StoredEvent, context: FieldContext, observed: Observed = nothingObserved): FieldValues {
  const { organizationId, actingUserId, organizationUserId, cipherId } = event
  const type = eventTypeOf(event.type)
  const actor = actingPerson(context.names, event)
  const { hourOfDay, weekday, offHours } = context.localTimeAt(millisecondsOf(event.date))
  return {
    id: event.id,
    type: event.type,
    date: formatInstant(event.date),
    deviceType: event.deviceType ?? null,
    ipAddress: event.ipAddress ?? null,
    systemUser: event.systemUser ?? null,
    domainName: event.domainName ?? null,
    objectName: event.objectName ?? null,
    clientDate: event.clientDate ?? null,
    actingUserName: actor.name,
    actingUserEmail: actor.email,
    memberName: context.names.member(event.organizationUserId),
    groupName: context.names.group(event.groupId),
    collectionName: context.names.collection(event.collectionId),
    policyName: context.names.policy(event.policyId),
    itemName: context.names.item(cipherId),
    eventName: type?.name ?? null,
    category: type?.category ?? null,
    deviceName: event.deviceType === undefined ? null : (deviceTypes[event.deviceType]?.name ?? null),
    actingUserRole: organizationId && actingUserId ? context.roleIn(organizationId, actingUserId) : null,
    targetUserId: context.names.account(organizationUserId),
    targetRole: organizationId && organizationUserId ? context.roleIn(organizationId, organizationUserId) : null,
    itemCritical: cipherId ? context.isCritical(cipherId) : null,
    hourOfDay,
    weekday,
    offHours: offHours && !observed.isUsualHour,
    isFirstSeenIp: observed.isFirstSeenIp,
    isFirstSeenIpOfFew: observed.isFirstSeenIpOfFew,
    isFirstSeenNetwork: observed.isFirstSeenNetwork,
    isFirstSeenDevice: observed.isFirstSeenDevice,
    isFirstSeenItem: observed.isFirstSeenItem,
    isFirstSeenUser: observed.isFirstSeenUser,
    isFirstSeenIpInOrganization: observed.isFirstSeenIpInOrganization,
    isFirstSeenNetworkInOrganization: observed.isFirstSeenNetworkInOrganization,
    isFirstSeenCountry: observed.isFirstSeenCountry,
    impossibleTravel: observed.impossibleTravel,
    country: observed.country,
    networkNumber: observed.networkNumber,
    networkName: observed.networkName,
    isHosting: observed.isHosting,
    // Written out, as a loop over their names takes ten times as long.
    userId: event.userId ?? null,
    organizationId: event.organizationId ?? null,
    providerId: event.providerId ?? null,
    cipherId: event.cipherId ?? null,
    collectionId: event.collectionId ?? null,
    groupId: event.groupId ?? null,
    policyId: event.policyId ?? null,
    organizationUserId: event.organizationUserId ?? null,
    providerUserId: event.providerUserId ?? null,
    providerOrganizationId: event.providerOrganizationId ?? null,
    actingUserId: event.actingUserId ?? null,
    installationId: event.installationId ?? null,
    secretId: event.secretId ?? null,
    projectId: event.projectId ?? null,
    serviceAccountId: event.serviceAccountId ?? null,
    grantedServiceAccountId: event.grantedServiceAccountId ?? null,
    sendId: event.sendId ?? null,
    objectId: event.objectId ?? null,
  } satisfies FieldValues & Readonly<Record<IdField, FieldValue>>
}
