// What people did to an incident: whose it is, who knows of it, and how it was closed; and the state that follows from it. Pure.
import * as v from 'valibot'
import { Guid } from '../../../guid.ts'
import { Instant } from '../../../instant.ts'

/** What an incident turned out to be: an attack, a rule's mistake, or something that was meant to happen. */
export const verdicts = ['true-positive', 'false-positive', 'expected'] as const
export type Verdict = (typeof verdicts)[number]

/** `open`: nobody has acknowledged or closed it as it is now; `muted` says the same of one all of whose alerts were muted. */
export const incidentStates = ['open', 'muted', 'acknowledged', 'closed'] as const
export type IncidentState = (typeof incidentStates)[number]

/** Most comments on one incident. */
export const commentsMax = 200

const act = { by: Guid, at: Instant }
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const Closing = v.object({ verdict: v.picklist(verdicts), reason: v.string(), ...act, alertCount: whole })

/**
 * What people did to an incident. `assignee.id` is null where it was taken from a person. `closed.alertCount` is how many
 * alerts the incident had then. `reopened` outlasts what was done before to incidents that are merged into
 * this one, and has the closing that was undone.
 */
export const Triage = v.object({
  assignee: v.nullable(v.object({ id: v.nullable(Guid), ...act })),
  acknowledged: v.nullable(v.object(act)),
  closed: v.nullable(Closing),
  reopened: v.nullable(v.object({ ...act, closing: v.optional(v.nullable(Closing), null) })),
  commentCount: whole,
})
export type Triage = Readonly<v.InferOutput<typeof Triage>>

/** The triage of an incident to which nobody did anything. */
export const untouched: Triage = { assignee: null, acknowledged: null, closed: null, reopened: null, commentCount: 0 }

/** A comment on an incident. */
export const IncidentComment = v.object({ id: Guid, ...act, text: v.string() })
export type IncidentComment = Readonly<v.InferOutput<typeof IncidentComment>>

/** What triage needs of an incident. */
type Incident = { readonly id: Guid; readonly title: string; readonly alertCount: number; readonly muted: boolean }

/** An incident, and what people did to it. */
export type Triaged<R extends Incident = Incident> = { readonly record: R; readonly triage: Triage }

/**
 * The state of an incident. It is closed only while it has the alerts with which it was closed: another one opens it again, and
 * an acknowledgement from before its closing does not count then.
 */
export function incidentStateOf({ record, triage }: Triaged): IncidentState {
  const { acknowledged, closed } = triage
  if (closed?.alertCount === record.alertCount) return 'closed'
  if (acknowledged && (!closed || closed.at < acknowledged.at)) return 'acknowledged'
  return record.muted ? 'muted' : 'open'
}

/**
 * Who acknowledged an alert of an incident with that: by acknowledging or closing the incident once the alert had begun
 * (`from`), or by closing it with all the alerts that it has. Null if nobody did.
 */
export function acknowledgedWith(incident: Triaged, from: Instant): { readonly by: Guid; readonly at: Instant } | null {
  const { acknowledged, closed } = incident.triage
  const known = [acknowledged, closed].find((act) => act && from <= act.at)
  const act = known ?? (incidentStateOf(incident) === 'closed' ? closed : null)
  return act && { by: act.by, at: act.at }
}

/** Whose an incident is: a user; null for nobody's. */
export const assigneeOf = ({ assignee }: Triage): Guid | null => assignee?.id ?? null

/**
 * The triage of an incident with what people did to those that were merged into it: its own assignee, else the latest of
 * theirs; acknowledged by anybody, since it was reopened if it was; closed only by its own closing.
 */
export function combinedTriage(own: Triage, parts: readonly Triage[]): Triage {
  const since = own.reopened?.at
  const acknowledged = parts
    .flatMap((part) => part.acknowledged ?? [])
    .filter(({ at }) => since === undefined || since < at)
  return {
    ...own,
    assignee: own.assignee ?? latest(parts.flatMap((part) => part.assignee ?? [])),
    acknowledged: own.acknowledged ?? latest(acknowledged),
  }
}

const latest = <T extends { readonly at: Instant }>(acts: readonly T[]): T | null =>
  acts.reduce<T | null>((last, each) => (last && last.at >= each.at ? last : each), null)
