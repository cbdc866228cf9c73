// The audit event about what a person did to an incident. Pure.
import type { Names } from '../../../directory/names.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../../events/audit-events.ts'
import type { AcceptedEvent } from '../../../events/event.ts'
import { type Guid, guidOfContent } from '../../../guid.ts'
import type { TriageAction, TriageChange } from './actions.ts'
import type { Triaged, Verdict } from './triage.ts'

const kinds = {
  acknowledge: 'incident-acknowledged',
  assign: 'incident-assigned',
  close: 'incident-closed',
  reopen: 'incident-reopened',
  comment: 'incident-commented',
} as const satisfies Record<TriageAction['kind'], AuditEventKind>

/** Verdicts in words that follow the title of an incident, or that it was closed. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  'true-positive': 'as a true positive',
  'false-positive': 'as a false positive',
  expected: 'as expected',
}

/**
 * The audit event about a change, given the incident before it. It has the same id when the same person makes the same change of the
 * same state again. What a comment says stays with the incident.
 */
export function triageEvent(
  author: Author,
  { record, triage }: Triaged,
  action: TriageAction,
  change: Extract<TriageChange, { readonly kind: 'changed' }>,
  names: Names,
): AcceptedEvent {
  const kind = kinds[action.kind]
  const facts = { ...author, objectId: record.id, objectName: `${record.title}${addition(action, names)}` }
  const changed = change.comment?.id ?? JSON.stringify([triage, action])
  return auditEvent(kind, facts, guidOfContent(kind, record.id, author.actingUserId, changed))
}

function addition(action: TriageAction, names: Names): string {
  if (action.kind === 'assign') return `, to ${action.assignee === null ? 'nobody' : personOf(action.assignee, names)}`
  if (action.kind !== 'close') return ''
  return `, ${verdictWords[action.verdict]}${action.reason === '' ? '' : ` (${action.reason.replaceAll('\n', ' ')})`}`
}

function personOf(id: Guid, names: Names): string {
  const { name, email } = names.person(id)
  return name ?? email ?? id
}
