// An event in its stages: submitted by a client, accepted by us, stored. And the log it belongs to. Pure.
import * as v from 'valibot'
import { canonicalHost } from '../addresses.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { Shallow } from '../nesting.ts'
import { foreignText } from '../texts.ts'

/** What a client may say of one event. The date stays as it was sent, unless it nests too deep: an unreadable one must not cost the event. */
export const SubmittedEvent = v.object({
  type: v.pipe(v.number(), v.integer()),
  cipherId: v.optional(v.nullable(Guid), null),
  organizationId: v.optional(v.nullable(Guid), null),
  date: v.optional(Shallow, null),
})
export type SubmittedEvent = v.InferOutput<typeof SubmittedEvent>

/** The members of an event that name something or somebody by id, in the order answers list them. */
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

/** Longest text an event carries in one member, in UTF-16 units: a domain name has 253 at most (RFC 1035). */
export const textCharactersMax = 256

const reference = v.optional(Guid)
const text = v.optional(foreignText(textCharactersMax))
// Here every event passes, new or read back: one address has one spelling, whoever wrote it. What is none stays as it is.
const address = v.optional(
  v.pipe(
    foreignText(textCharactersMax),
    v.transform((any) => canonicalHost(any) ?? any),
  ),
)
const small = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(32_767)))

/**
 * An event that Keytrail answers for. `id` is the same however often the event arrives. `clientDate` is there only when
 * the client's date could not stand: then `date` is the server's time and this is what the client said ('' for nothing).
 * `objectId` and `objectName` are what an event of our own is about, and what it was called then.
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
  clientDate: text,
})
export type AcceptedEvent = v.InferOutput<typeof AcceptedEvent>

/** An event as a store gives it back: accepted once, never changed since. */
export type StoredEvent = Readonly<AcceptedEvent>

/** Whose log an event stands in. */
export type EventLog = { readonly kind: 'organization' | 'provider' | 'user'; readonly id: Guid }

/** The one log an event belongs to: its organization's, else its provider's, else its user's; undefined without any. */
export function logOf(event: Pick<AcceptedEvent, 'organizationId' | 'providerId' | 'userId'>): EventLog | undefined {
  if (event.organizationId) return { kind: 'organization', id: event.organizationId }
  if (event.providerId) return { kind: 'provider', id: event.providerId }
  if (event.userId) return { kind: 'user', id: event.userId }
  return undefined
}
