// A notification for one integration, with everything that its message needs except secrets. Pure.
import * as v from 'valibot'
import { AlertRecord } from '../../alerts/alert.ts'
import type { IncidentRecord } from '../../alerts/incidents/incident.ts'
import { IncidentThread } from '../../alerts/incidents/threads.ts'
import { verdicts } from '../../alerts/incidents/triage/triage.ts'
import { type FieldContext, fieldsOf } from '../../alerts/sigma/fields.ts'
import { levels } from '../../alerts/sigma/rules.ts'
import { AcceptedEvent, type StoredEvent } from '../../events/event.ts'
import { systemUserName } from '../../events/system-users.ts'
import { Guid, guidOfContent } from '../../guid.ts'
import { Instant } from '../../instant.ts'

const name = v.nullable(v.string())

const Fields = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))

/** An event with what was known of it when the notification was made: its fields, and its subject. */
export const EventFacts = v.object({
  event: AcceptedEvent,
  fields: Fields,
  userName: name,
  userEmail: name,
  userRole: name,
})
export type EventFacts = v.InferOutput<typeof EventFacts>

/** The fields that say who and what an event is about, beside its ids. */
const namingFields = [
  'eventName',
  'actingUserName',
  'actingUserEmail',
  'actingUserRole',
  'memberName',
  'targetUserId',
  'targetRole',
  'groupName',
  'collectionName',
  'policyName',
  'itemName',
  'itemCritical',
  'deviceName',
] as const

/** The alert of a notification, with what was known of its sample events, in their order; of an earlier version, nothing. */
const ofAlert = {
  alert: AlertRecord,
  latest: v.nullable(EventFacts),
  sampleNames: v.optional(v.array(Fields), []),
}

/** An incident as it was when the notification was made, with the first of its entities. */
export const IncidentSummary = v.object({
  id: Guid,
  title: v.string(),
  level: v.picklist(levels),
  from: Instant,
  to: Instant,
  alertCount: v.number(),
  entities: v.array(v.object({ key: v.string(), label: name })),
})
type IncidentSummary = v.InferOutput<typeof IncidentSummary>

/** Most entities of a summary. */
const summaryEntitiesMax = 10

/** The summary of an incident. */
export const summaryOf = ({ id, title, level, from, to, alertCount, entities }: IncidentRecord): IncidentSummary => ({
  id,
  title,
  level,
  from,
  to,
  alertCount,
  entities: entities.slice(0, summaryEntitiesMax),
})

/** Who acted, by the name that is known, and when. */
const ofAct = { by: v.object({ id: Guid, name }), at: Instant }
const ofIncident = { kind: v.literal('incident'), incident: IncidentSummary, thread: IncidentThread }

/**
 * News of an incident, in the thread as it is from then on. opened: the first alert that the integration wants; risen: one of a
 * higher level than any before; recurred: one after people closed it. merged: it turned out to be a part of another incident,
 * where the integration has a thread as well. acknowledged, closed, reopened: what a person did.
 */
const IncidentContent = v.variant('change', [
  v.object({ ...ofIncident, change: v.picklist(['opened', 'risen', 'recurred']), ...ofAlert }),
  v.object({ ...ofIncident, change: v.literal('merged'), into: v.object({ id: Guid, title: v.string() }) }),
  v.object({ ...ofIncident, change: v.picklist(['acknowledged', 'reopened']), ...ofAct }),
  v.object({ ...ofIncident, change: v.literal('closed'), ...ofAct, verdict: v.picklist(verdicts), reason: v.string() }),
])
export type IncidentContent = v.InferOutput<typeof IncidentContent>

/**
 * What a notification is about. alert: a rule fired; resolved: the alert resolved at `endedAt`; event: one event; notice:
 * another integration has failed since `failingSince`; test: an owner or admin asked for it. `latest` is the alert's newest sample event.
 * An integration is notified either of alerts, or of incidents.
 */
export const Content = v.variant('kind', [
  v.object({ kind: v.literal('alert'), ...ofAlert }),
  v.object({ kind: v.literal('resolved'), ...ofAlert, endedAt: Instant }),
  IncidentContent,
  v.object({ kind: v.literal('event'), facts: EventFacts }),
  v.object({
    kind: v.literal('notice'),
    about: v.object({ id: Guid, name: v.string() }),
    failingSince: Instant,
    /** The last failure, in words. */
    reason: v.string(),
  }),
  v.object({ kind: v.literal('test') }),
])
export type Content = v.InferOutput<typeof Content>

/** An alert, with its newest sample event where that is known, and who and what its sample events are about. */
export type AlertNews = Pick<Extract<Content, { kind: 'alert' }>, 'alert' | 'latest' | 'sampleNames'>

/**
 * A notification. `id` is the same each time it is made or sent; `at` is the date of what it is about. `recipients`: the
 * addresses that an e-mail has yet to reach, once a mail server took it for the others.
 */
export const Notification = v.object({
  id: Guid,
  at: Instant,
  integrationId: Guid,
  content: Content,
  recipients: v.optional(v.array(v.string())),
})
export type Notification = Readonly<v.InferOutput<typeof Notification>>

/** The facts of an event as the directory has them now. */
export function eventFacts(event: StoredEvent, context: FieldContext): EventFacts {
  const { name: userName, email: userEmail } = context.names.person(event.userId)
  const { organizationId, userId } = event
  const userRole = organizationId && userId ? context.roleIn(organizationId, userId) : null
  return { event, fields: fieldsOf(event, context), userName, userEmail, userRole }
}

/** Who and what an event is about, as the directory has it now. */
export function namesOf(event: StoredEvent, context: FieldContext): v.InferOutput<typeof Fields> {
  const fields = fieldsOf(event, context)
  const { systemUser, actingUserId } = event
  const system = actingUserId === undefined && systemUser !== undefined ? systemUserName(systemUser) : undefined
  const known = namingFields.map((name) => [name, fields[name] ?? null] as const)
  return { ...Object.fromEntries(known), ...(system !== undefined && { actingUserName: system }) }
}

/** The id of an integration's notification: the same for the same content. */
export function notificationId(integrationId: Guid, content: Exclude<Content, { kind: 'test' }>): Guid {
  switch (content.kind) {
    case 'alert':
      return guidOfContent('notification', integrationId, 'alert', content.alert.id)
    case 'resolved':
      return guidOfContent('notification', integrationId, 'resolved', content.alert.id, content.endedAt)
    case 'incident':
      return guidOfContent('notification', integrationId, 'incident', ...newsKey(content))
    case 'event':
      return guidOfContent('notification', integrationId, 'event', content.facts.event.id)
    case 'notice':
      return guidOfContent('notification', integrationId, 'notice', content.about.id, content.failingSince)
  }
}

/** What distinguishes news of an incident at one integration: each level once, and once more after each closing; each act of a person. */
function newsKey(content: IncidentContent): readonly string[] {
  const { incident, thread, change } = content
  if (change === 'merged') return [thread.id, change]
  if ('by' in content) return [incident.id, change, content.at, content.by.id]
  const { level, recurredAfter } = thread
  return [incident.id, change, level, ...(recurredAfter === null ? [] : [recurredAfter])]
}
