// What people did to an incident as the API returns it. Pure.
import type { Names } from '../../../directory/names.ts'
import type { Guid } from '../../../guid.ts'
import { formatInstant, type Instant } from '../../../instant.ts'
import { assigneeOf, type IncidentComment, incidentStateOf, type Triage, type Triaged } from './triage.ts'

/**
 * The state of an incident, and what people did to it, by today's names. `closed` is there while the incident is closed;
 * `closedBefore` is the last closing of one that another alert or a person opened again.
 */
export function triageView(incident: Triaged, names: Names) {
  const { triage } = incident
  const { acknowledged, closed } = triage
  const state = incidentStateOf(incident)
  const assignee = assigneeOf(triage)
  return {
    state,
    assignee: assignee === null ? null : { id: assignee, name: nameOf(assignee, names) },
    acknowledged: acknowledged && actView(acknowledged, names),
    closed: state === 'closed' ? closingView(closed, names) : null,
    closedBefore: state === 'closed' ? null : closingView(closed ?? triage.reopened?.closing ?? null, names),
  }
}

/** A comment on an incident as the API returns it. */
export const commentView = (comment: IncidentComment, names: Names) => ({
  id: comment.id,
  ...actView(comment, names),
  text: comment.text,
})

function closingView(closed: Triage['closed'], names: Names) {
  if (!closed) return null
  const { verdict, reason } = closed
  return { verdict, reason, ...actView(closed, names) }
}

const actView = ({ by, at }: { readonly by: Guid; readonly at: Instant }, names: Names) => ({
  by,
  byName: nameOf(by, names),
  at: formatInstant(at),
})

/** The name of a user, else the e-mail address; null if neither is known. */
function nameOf(id: Guid, names: Names): string | null {
  const { name, email } = names.person(id)
  return name ?? email
}
