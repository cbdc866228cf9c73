// Audit events, which only Keytrail reports: who changed what in its alerts, API keys, integrations and sources, and how its sources fare. Pure.
import * as v from 'valibot'
import type { Guid } from '../guid.ts'
import type { Instant } from '../instant.ts'
import { AcceptedEvent, textCharactersMax } from './event.ts'

/** The range of codes reserved for audit events, both ends included; the catalogue has those in use. */
export const auditCodes = { first: 9_000, last: 9_999 } as const

/** Whether events of this type are audit events. */
export const isAuditType = (code: number): boolean => auditCodes.first <= code && code <= auditCodes.last

/** The kinds of audit events, with their event types. */
const codes = {
  'rule-created': 9_000,
  'rule-replaced': 9_001,
  'rule-deleted': 9_002,
  'rule-settings-changed': 9_003,
  'alert-exception-added': 9_004,
  'alert-exception-ended': 9_005,
  'value-list-changed': 9_006,
  'alerting-hours-changed': 9_007,
  'alert-acknowledged': 9_010,
  'alerts-muted': 9_011,
  'alerts-unmuted': 9_012,
  'incident-acknowledged': 9_013,
  'incident-assigned': 9_014,
  'incident-closed': 9_015,
  'incident-reopened': 9_016,
  'incident-commented': 9_017,
  'api-key-created': 9_020,
  'api-key-rotated': 9_021,
  'api-key-revoked': 9_022,
  'server-key-created': 9_023,
  'server-key-rotated': 9_024,
  'server-key-revoked': 9_025,
  'integration-created': 9_030,
  'integration-replaced': 9_031,
  'integration-deleted': 9_032,
  'integration-secret-rotated': 9_033,
  'integration-replayed': 9_034,
  'source-created': 9_040,
  'source-changed': 9_041,
  'source-removed': 9_042,
  'source-key-replaced': 9_043,
  'source-paused': 9_044,
  'source-resumed': 9_045,
  'source-failing': 9_046,
  'source-recovered': 9_047,
  'source-silent': 9_048,
  'organization-created': 9_060,
} as const satisfies Readonly<Record<string, number>>
export type AuditEventKind = keyof typeof codes

/** The content of an audit event; a name that is too long is shortened. */
type AuditEventFacts = {
  readonly organizationId: Guid
  /** Absent: an operator with access to the storage account used the command line, or Keytrail found it out by itself. */
  readonly actingUserId?: Guid
  /** Of a person whom the directory may not know: an operator, or one with a granted role. */
  readonly actingUserName?: string
  readonly actingUserEmail?: string
  readonly at: Instant
  /** The rule, exception, list of values, alert, incident, key, integration, source or organization that it is about, and its name. */
  readonly objectId: Guid
  readonly objectName: string
  readonly ipAddress?: string
  readonly deviceType?: number
}

/**
 * Makes an audit event. Give the same change the same id each time: then the log has it once, even with another date,
 * because stores compare events with an empty `clientDate` by id alone.
 */
export function auditEvent(
  kind: AuditEventKind,
  { at, objectName, actingUserName, actingUserEmail, ...facts }: AuditEventFacts,
  id: Guid,
): AcceptedEvent {
  const texts = {
    objectName: shortened(objectName),
    ...(actingUserName !== undefined && { actingUserName: shortened(actingUserName) }),
    ...(actingUserEmail !== undefined && { actingUserEmail: shortened(actingUserEmail) }),
  }
  return v.parse(AcceptedEvent, { id, type: codes[kind], date: at, ...facts, ...texts, clientDate: '' })
}

/** Cuts a text that is too long for an event, and ends it with an ellipsis. */
const shortened = (text: string) =>
  text.length <= textCharactersMax ? text : `${text.slice(0, textCharactersMax - 1)}…`

/** Where a change comes from: the content of its audit event, less the object. */
export type Origin = Omit<AuditEventFacts, 'objectId' | 'objectName'>
/** The origin of a change that a user makes. */
export type Author = Origin & { readonly actingUserId: Guid }
