// What people did to an incident as the page holds it, read from responses of the API. Pure.
import { type Immutable, list, oneOf, record, recordOrNull, text, textOrNull } from '../../api/read.ts'
import type * as Api from '../../api/types.ts'

/** By how much they say of an incident: an attack, a rule's mistake, or something that was meant to happen. */
export const verdicts = [
  'true-positive',
  'false-positive',
  'expected',
] as const satisfies readonly Api.IncidentVerdict[]

/** Who did it, and when. */
type Act = Immutable<Api.IncidentAct>
export type Closing = Immutable<Api.IncidentClosing>
export type Comment = Immutable<Api.IncidentComment>
export type TriageAction = Immutable<Api.TriageAction>

/** `closedBefore` is the closing after which another alert opened it again. */
export type Triage = Immutable<Pick<Api.Incident, 'state' | 'assignee' | 'acknowledged' | 'closed' | 'closedBefore'>>

/** A person whose an incident can be. */
type Assignee = NonNullable<Triage['assignee']>

/** Reads what people did to an incident. */
export function triageOf(json: unknown): Triage {
  const from = record<Api.Incident>(json)
  return {
    state: oneOf(from, 'state', ['open', 'muted', 'acknowledged', 'closed']),
    assignee: from.assignee === null ? null : assigneeOf(from.assignee),
    acknowledged: recordOrNull(from.acknowledged) && actOf(from.acknowledged),
    closed: recordOrNull(from.closed) && closingOf(from.closed),
    closedBefore: recordOrNull(from.closedBefore) && closingOf(from.closedBefore),
  }
}

/** Reads a person to whom incidents can be assigned. */
function assigneeOf(json: unknown): Assignee {
  const from = record<Assignee>(json)
  return { id: text(from, 'id'), name: textOrNull(from, 'name') }
}

function actOf(json: unknown): Act {
  const from = record<Act>(json)
  return { by: text(from, 'by'), byName: textOrNull(from, 'byName'), at: text(from, 'at') }
}

function closingOf(json: unknown): Closing {
  const from = record<Closing>(json)
  return { verdict: oneOf(from, 'verdict', verdicts), reason: text(from, 'reason'), ...actOf(json) }
}

/** Reads a comment. */
export function commentOf(json: unknown): Comment {
  const from = record<Comment>(json)
  return { id: text(from, 'id'), text: text(from, 'text'), ...actOf(json) }
}

/** What became of one incident of a request; `incident` is what it is now. */
export type TriageResult<Incident> = Pick<Api.TriageResults['data'][number], 'result'> & {
  readonly incident: Incident | null
}

/** Reads what became of each incident. */
export const triageResultsOf = <Incident>(
  json: unknown,
  read: (json: unknown) => Incident,
): readonly TriageResult<Incident>[] =>
  list(record<Api.TriageResults>(json), 'data', (each) => {
    const from = record<Api.TriageResults['data'][number]>(each)
    const result = oneOf(from, 'result', ['changed', 'unchanged', 'full', 'notFound'])
    return { result, incident: from.incident === null ? null : read(from.incident) }
  })

/** The name of the person who did it; of one who is unknown, the first characters of the id. */
export const doerName = ({ by, byName }: Act): string => byName ?? by.slice(0, 8)

/** The name of the person whose an incident is, likewise. */
export const assigneeName = ({ id, name }: Assignee): string => name ?? id.slice(0, 8)
