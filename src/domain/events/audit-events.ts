// Events that Keytrail itself reports: who changed what in its alerts, API keys and integrations. Nobody else may report them. Pure.
import * as v from 'valibot'
import type { Guid } from '../guid.ts'
import type { Instant } from '../instant.ts'
import { AcceptedEvent, textCharactersMax } from './event.ts'

/** Codes of event types that are kept for Keytrail, both included; those in use stand in the catalogue. */
export const auditCodes = { first: 9_000, last: 9_999 } as const

/** Whether events of this type are Keytrail's own. */
export const isAuditType = (code: number): boolean => auditCodes.first <= code && code <= auditCodes.last

/** What Keytrail reports, with the codes of the event types. */
const codes = {
  'rule-created': 9_000,
  'rule-replaced': 9_001,
  'rule-deleted': 9_002,
  'rule-settings-changed': 9_003,
  'alert-acknowledged': 9_010,
  'alerts-muted': 9_011,
  'alerts-unmuted': 9_012,
  'api-key-created': 9_020,
  'api-key-rotated': 9_021,
  'api-key-revoked': 9_022,
  'integration-created': 9_030,
  'integration-replaced': 9_031,
  'integration-deleted': 9_032,
  'integration-secret-rotated': 9_033,
  'integration-replayed': 9_034,
} as const
export type AuditEventKind = keyof typeof codes

/** What an event of our own tells; a name that is too long for an event is cut. */
export type AuditEventFacts = {
  readonly organizationId: Guid
  /** Absent: nobody signed in, but somebody who holds the storage account used the command line. */
  readonly actingUserId?: Guid
  readonly at: Instant
  /** The rule, alert, key or integration that it is about, and what people call it. */
  readonly objectId: Guid
  readonly objectName: string
  readonly ipAddress?: string
  readonly deviceType?: number
}

/**
 * An event of our own. Give the same change the same id, however often it is reported: then it stands in the log once, at
 * whatever time. (Of an event with an empty `clientDate`, stores tell repeats by the id alone.)
 */
export function auditEvent(
  kind: AuditEventKind,
  { at, objectName, ...facts }: AuditEventFacts,
  id: Guid,
): AcceptedEvent {
  const event = { id, type: codes[kind], date: at, ...facts, objectName: shortened(objectName), clientDate: '' }
  return v.parse(AcceptedEvent, event)
}

/** A text that an event has room for: one that is longer ends with an ellipsis. */
const shortened = (text: string) =>
  text.length <= textCharactersMax ? text : `${text.slice(0, textCharactersMax - 1)}…`

/** Where a change comes from: what the event about it tells, less the thing that is changed. */
export type Origin = Omit<AuditEventFacts, 'objectId' | 'objectName'>
/** The same of a change that a user asks for. */
export type Author = Origin & { readonly actingUserId: Guid }
