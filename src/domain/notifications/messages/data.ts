// A notification as data for programs: every program gets the same properties. Pure.

import { partsOfKey } from '../../alerts/incidents/entities.ts'
import type { Level } from '../../alerts/sigma/rules.ts'
import { formatInstant, type Instant } from '../../instant.ts'
import { memberView } from '../../log/event-views.ts'
import { lineOf, messageTextOf } from './message-text.ts'
import type { AlertNews, IncidentContent, Notification } from './notification.ts'
import type { MessageContext } from './request.ts'
import { renderTemplate } from './templates.ts'

/** What a notification is about, for programs. */
export type DataType =
  | 'alert.raised'
  | 'alert.resolved'
  | `incident.${IncidentContent['change']}`
  | 'event.logged'
  | 'integration.unhealthy'
  | 'test'

/** `at` is when it happened; `text` is the organization's template filled in, or Keytrail's text without one. */
export type Data = {
  readonly id: string
  readonly type: DataType
  readonly at: Instant
  readonly level: Level | null
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

const asIs = (value: string) => value

/** The data of one notification. */
export function dataOf(notification: Notification, context: MessageContext): Data {
  const message = messageTextOf(notification, context)
  const { templateContext } = message
  const text =
    context.template !== null && templateContext
      ? renderTemplate(context.template, templateContext, asIs)
      : lineOf(message)
  const { id, name } = context.organization
  const common = { organizationId: id, organizationName: name, text, link: message.link }
  const level = levelOf(notification)
  return { id: notification.id, level, text, ...particularsOf(notification, common) }
}

function levelOf({ content }: Notification): Level | null {
  if (content.kind === 'incident') return content.thread.level
  return 'alert' in content ? content.alert.level : null
}

function particularsOf({ content, at }: Notification, common: object): Pick<Data, 'type' | 'at' | 'data'> {
  switch (content.kind) {
    case 'alert':
      return { type: 'alert.raised', at: content.alert.from, data: { ...common, alert: alertData(content) } }
    case 'resolved': {
      const data = { ...common, alert: alertData(content), endedAt: formatInstant(content.endedAt) }
      return { type: 'alert.resolved', at: content.endedAt, data }
    }
    case 'incident': {
      const described = { ...common, incident: incidentData(content) }
      if (content.change === 'merged') {
        const { id, title } = content.into
        return { type: 'incident.merged', at, data: { ...described, mergedInto: { id, title } } }
      }
      if (!('by' in content)) {
        return { type: `incident.${content.change}`, at, data: { ...described, alert: alertData(content) } }
      }
      const closing = content.change === 'closed' ? { verdict: content.verdict, reason: content.reason } : {}
      const act = { by: content.by, at: formatInstant(content.at), ...closing }
      return { type: `incident.${content.change}`, at: content.at, data: { ...described, ...act } }
    }
    case 'event': {
      const { event, fields, userName, userEmail } = content.facts
      const { object: _, ...view } = memberView(event)
      const known = { ...view, ...fields, userName, userEmail, date: formatInstant(event.date) }
      return { type: 'event.logged', at: event.date, data: { ...common, event: known } }
    }
    case 'notice': {
      const { about, failingSince, reason } = content
      const data = { ...common, integration: about, failingSince: formatInstant(failingSince), reason }
      return { type: 'integration.unhealthy', at, data }
    }
    case 'test':
      return { type: 'test', at, data: { ...common } }
  }
}

/** An incident as lists show it, but with the level of the thread. */
function incidentData({ incident, thread }: IncidentContent) {
  const { id, title, from, to, alertCount, entities } = incident
  return {
    id,
    title,
    level: thread.level,
    from: formatInstant(from),
    to: formatInstant(to),
    alertCount,
    entities: entities.map(({ key, label }) => ({ ...partsOfKey(key), label })),
  }
}

/** An alert as responses show it: with their times, and its samples as the members' API shows events, with names. */
function alertData({ alert, sampleNames }: Pick<AlertNews, 'alert' | 'sampleNames'>) {
  const { id, ruleId, title, level, tags, group, count, atLeast, threshold, suppressedCount, summary, response } = alert
  return {
    id,
    ruleId,
    incidentId: alert.incidentId ?? null,
    title,
    level,
    tags,
    group,
    from: formatInstant(alert.from),
    to: formatInstant(alert.to),
    firstEventAt: formatInstant(alert.firstEventAt),
    endsAt: alert.endsAt && formatInstant(alert.endsAt),
    count,
    atLeast,
    threshold,
    heldBack: suppressedCount,
    summary,
    response,
    samples: alert.samples.map((event, index) => ({ ...memberView(event), ...sampleNames[index] })),
  }
}
