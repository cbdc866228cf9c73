// The objects inside an OCSF event: actor, user, group, managed entity, web resource; each by id or name. Pure.
import * as v from 'valibot'
import { actingPerson, type Names } from '../../directory/names.ts'
import type { StoredEvent } from '../../events/event.ts'
import { systemUserName } from '../../events/system-users.ts'
import type { Account, Thing } from './ocsf-mapping.ts'

const unknown = 'Unknown'
const Address = v.pipe(v.string(), v.ip())
/** OCSF's `email_t`. */
const emailForm = /^[\w!#$%&'*+\-/=?^`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+$/
/** OCSF's `user.type_id`. */
const userType = { service: { type_id: 4, type: 'Machine account' } } as const

/** The event's address if it is a valid IP address (OCSF's `ip_t`). */
export const addressOf = (event: StoredEvent): string | undefined =>
  v.is(Address, event.ipAddress) ? event.ipAddress : undefined

/** The actor: a person, a machine account or a part of the server; "Unknown" if the event does not say. */
export function actorOf(event: StoredEvent, names: Names | undefined) {
  const { actingUserId, systemUser, organizationUserId, providerUserId } = event
  // In an event about a member, `userId` is the member's, and another person may have acted.
  const isAboutOther = organizationUserId || providerUserId || systemUser !== undefined
  const userId = isAboutOther ? undefined : event.userId
  if (actingUserId) return { user: named(actingUserId, names && actingPerson(names, event)) }
  if (userId) return { user: person(userId, names) }
  if (systemUser !== undefined) return { app_name: systemUserName(systemUser) ?? unknown }
  if (event.serviceAccountId) return { user: { uid: event.serviceAccountId, ...userType.service } }
  return { app_name: unknown }
}

/** The account that the event is about; a member by the user's id, or by the member's own while there is no user. */
export function accountOf(event: StoredEvent, account: Account, names: Names | undefined) {
  const { userId, actingUserId, organizationUserId, providerUserId, serviceAccountId } = event
  if (account === 'machine-account') return identified({ uid: serviceAccountId, ...userType.service })
  if (account === 'user') return person(userId ?? actingUserId, names)
  const memberId = account === 'member' ? organizationUserId : providerUserId
  if (userId) return { ...person(userId, names), ...(memberId && { uid_alt: memberId }) }
  return identified({ uid: memberId, name: account === 'member' ? names?.member(memberId) : undefined })
}

type PersonId = Parameters<Names['person']>[0]
const person = (userId: PersonId, names: Names | undefined) => named(userId, names?.person(userId))

function named(userId: PersonId, known: ReturnType<Names['person']> | undefined) {
  const { name, email } = known ?? { name: null, email: null }
  return {
    ...identified({ uid: userId, name: email ?? name }),
    ...(name !== null && { full_name: name }),
    ...(email !== null && emailForm.test(email) && { email_addr: email }),
  }
}

/** The group that the event is about. */
export const groupOf = ({ groupId }: StoredEvent, names: Names | undefined) =>
  identified({ uid: groupId, name: names?.group(groupId) })

/** The thing as a web resource. */
export const webResourceOf = (event: StoredEvent, thing: Thing, names: Names | undefined) =>
  thingOf(event, thing, names)

/** OCSF's `managed_entity.type_id` of things that OCSF knows; others are "Other", and `type` names them. */
const entityTypes: Readonly<Partial<Record<Thing, number>>> = { organization: 4, policy: 5 }
const otherEntity = 99

/** The thing as a managed entity. */
export function managedEntityOf(event: StoredEvent, thing: Thing, names: Names | undefined) {
  const entity = thingOf(event, thing, names)
  const { type, ...known } = entity
  return {
    ...entity,
    type_id: entityTypes[thing] ?? otherEntity,
    ...(thing === 'policy' && { policy: known }),
    ...(event.organizationId && thing !== 'policy' && { org: { uid: event.organizationId } }),
  }
}

function thingOf(event: StoredEvent, thing: Thing, names: Names | undefined) {
  const { organizationId, providerId, cipherId, collectionId, policyId, providerOrganizationId } = event
  const object = { uid: event.objectId, name: event.objectName }
  const things: Readonly<Partial<Record<Thing, Identity & { readonly type: string }>>> = {
    item: { type: 'Vault item', uid: cipherId, name: names?.item(cipherId) },
    collection: { type: 'Collection', uid: collectionId, name: names?.collection(collectionId) },
    policy: { type: 'Policy', uid: policyId, name: names?.policy(policyId) },
    organization: { type: 'Organization', uid: organizationId ?? providerId },
    'provider-organization': { type: 'Client organization', uid: providerOrganizationId },
    domain: { type: 'Domain', name: event.domainName },
    secret: { type: 'Secret', uid: event.secretId },
    project: { type: 'Project', uid: event.projectId },
    send: { type: 'Send', uid: event.sendId },
    'alert-rule': { type: 'Alert rule', ...object },
    'alert-exception': { type: 'Alert exception', ...object },
    'value-list': { type: 'List of values', ...object },
    'alerting-hours': { type: 'Alerting hours', ...object },
    alert: { type: 'Alert', ...object },
    incident: { type: 'Incident', ...object },
    'api-key': { type: 'API key', ...object },
    'server-key': { type: 'Server key', ...object },
    integration: { type: 'Integration', ...object },
    site: { type: 'Site', name: event.domainName },
    vault: { type: 'Organization vault', uid: organizationId ?? providerOrganizationId },
    'user-vault': { type: 'Individual vault', uid: event.userId ?? event.actingUserId },
  }
  const { type, ...identity } = things[thing] ?? { type: 'Organization setting', name: thing.slice(1, -1) }
  return { type, ...identified(identity) }
}

type Identity = { readonly uid?: string | undefined; readonly name?: string | null | undefined }

/** The known ones of id and name; OCSF requires at least one. */
function identified<T extends Identity>({ uid, name, ...more }: T) {
  const known = { ...(uid && { uid }), ...(name && { name }) }
  return { ...(uid || name ? known : { name: unknown }), ...more }
}
