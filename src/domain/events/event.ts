// An event in its stages: submitted by a client, accepted, stored; and the log that it belongs to. Pure.
import * as v from 'valibot'
import { canonicalHost } from '../addresses.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { Shallow } from '../nesting.ts'
import { foreignText } from '../texts.ts'

/** An event as a client submits it. The date is any JSON that does not nest too deep: an unreadable date must not cost the event. */
export const SubmittedEvent = v.object({
  type: v.pipe(v.number(), v.integer()),
  cipherId: v.optional(v.nullable(Guid), null),
  organizationId: v.optional(v.nullable(Guid), null),
  date: v.optional(Shallow, null),
})
export type SubmittedEvent = v.InferOutput<typeof SubmittedEvent>

/** The fields of an event that hold an id, in the order of responses. */
export const idFields = [
  'userId',
  'organizationId',
  'providerId',
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
  'organizationUserId',
  'providerUserId',
  'providerOrganizationId',
  'actingUserId',
  'installationId',
  'secretId',
  'projectId',
  'serviceAccountId',
  'grantedServiceAccountId',
  'sendId',
  'objectId',
] as const
export type IdField = (typeof idFields)[number]

/** Longest text in a field of an event, in UTF-16 units: a domain name has 253 at most (RFC 1035). */
export const textCharactersMax = 256

const reference = v.optional(Guid)
const text = v.optional(foreignText(textCharactersMax))
// New and stored events both pass here, so that each address has one spelling. A text that is no address stays as it is.
const address = v.optional(
  v.pipe(
    foreignText(textCharactersMax),
    v.transform((any) => canonicalHost(any) ?? any),
  ),
)
const small = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(32_767)))

/**
 * An event that Keytrail accepted. `id` is the same each time the event arrives. `clientDate` is there only if the
 * client's date was not usable: then `date` is the server's time and `clientDate` the client's text ('' for none).
 * `objectId` and `objectName` are the object of an audit event, and its name at that time; `actingUserName` and
 * `actingUserEmail` say who acted there, of a person who may be nobody's member.
 */
export const AcceptedEvent = v.object({
  id: Guid,
  type: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  date: Instant,
  userId: reference,
  organizationId: reference,
  providerId: reference,
  cipherId: reference,
  collectionId: reference,
  groupId: reference,
  policyId: reference,
  organizationUserId: reference,
  providerUserId: reference,
  providerOrganizationId: reference,
  actingUserId: reference,
  installationId: reference,
  secretId: reference,
  projectId: reference,
  serviceAccountId: reference,
  grantedServiceAccountId: reference,
  sendId: reference,
  objectId: reference,
  deviceType: small,
  systemUser: small,
  ipAddress: address,
  domainName: text,
  objectName: text,
  actingUserName: text,
  actingUserEmail: text,
  clientDate: text,
})
export type AcceptedEvent = v.InferOutput<typeof AcceptedEvent>

/** An event as a store returns it: unchanged since it was accepted. */
export type StoredEvent = Readonly<AcceptedEvent>

/** The log of an organization, a provider or a user. */
export type EventLog = { readonly kind: 'organization' | 'provider' | 'user'; readonly id: Guid }

/** The log that an event belongs to: its organization's, else its provider's, else its user's; undefined without any. */
export function logOf(event: Pick<AcceptedEvent, 'organizationId' | 'providerId' | 'userId'>): EventLog | undefined {
  if (event.organizationId) return { kind: 'organization', id: event.organizationId }
  if (event.providerId) return { kind: 'provider', id: event.providerId }
  if (event.userId) return { kind: 'user', id: event.userId }
  return undefined
}
