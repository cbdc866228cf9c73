// A row of the table `event` as the event that Keytrail is sent. Nothing in a row costs the event, except what Keytrail has no place for.
import * as v from 'valibot'
import { parseGuid } from '../../src/domain/guid.ts'
import { formatInstant, parseInstant } from '../../src/domain/instant.ts'
import type { Row } from '../database/database.ts'
import { id, text, wholeNumber } from '../database/values.ts'

/** An event in the form of `POST /events`. */
export type SentEvent = Readonly<Record<string, string | number>> & { readonly idempotencyId: string }

/** The columns that hold an id, and what Keytrail calls them. */
const ids = {
  org_uuid: 'organizationId',
  user_uuid: 'userId',
  cipher_uuid: 'cipherId',
  collection_uuid: 'collectionId',
  group_uuid: 'groupId',
  org_user_uuid: 'organizationUserId',
  policy_uuid: 'policyId',
  provider_uuid: 'providerId',
  provider_user_uuid: 'providerUserId',
  provider_org_uuid: 'providerOrganizationId',
} as const

/** Vaultwarden's admin panel acts under this name, which is no GUID; Keytrail knows it. */
const adminPanel = 'vaultwarden-admin-00000-000000000000'

const EventRow = v.object({
  uuid: id,
  event_type: wholeNumber,
  // Keytrail gives an event without a date the time of its arrival.
  event_date: v.fallback(v.union([v.string(), v.number()]), ''),
  act_user_uuid: text,
  device_type: wholeNumber,
  ip_address: text,
})

/** Largest number of a device type that Keytrail takes. */
const deviceTypeMax = 32_767

/** The event of a row. An id that is no GUID is dropped from the event, which stays. */
export function eventOf(row: Row): SentEvent {
  const { uuid, event_type, event_date, act_user_uuid, device_type, ip_address } = v.parse(EventRow, row)
  const event: Record<string, string | number> = { type: event_type, date: dateOf(event_date) }
  for (const [column, name] of Object.entries(ids)) {
    const value = guidIn(row[column])
    if (value !== undefined) event[name] = value
  }
  const actor = act_user_uuid?.trim().toLowerCase()
  const actingUserId = actor === adminPanel ? adminPanel : parseGuid(actor)
  if (actingUserId !== undefined) event.actingUserId = actingUserId
  if (device_type >= 0 && device_type <= deviceTypeMax) event.deviceType = device_type
  if (ip_address !== null && ip_address.trim() !== '') event.ipAddress = ip_address.trim()
  return { ...event, idempotencyId: uuid }
}

const guidIn = (value: unknown) => (typeof value === 'string' ? parseGuid(value.trim()) : undefined)

/** UTC in any of the forms of the three databases; Keytrail judges what cannot be read. SQLite may hold Unix seconds. */
function dateOf(value: string | number): string {
  const given = typeof value === 'number' ? new Date(value * 1_000) : undefined
  if (given) return Number.isNaN(given.getTime()) ? String(value) : given.toISOString()
  const written = parseInstant(String(value))
  return written ? formatInstant(written) : String(value)
}

/** The organization of a row; undefined for an event of a person alone. */
export const organizationOf = (event: SentEvent): string | undefined =>
  typeof event.organizationId === 'string' ? event.organizationId : undefined
