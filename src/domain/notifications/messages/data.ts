// A notification as data for programs: the same members for webhooks, Splunk and Datadog. Pure.
import { type Level, levels } from '../../alerts/sigma/rules.ts'
import { formatInstant, type Instant } from '../../instant.ts'
import { memberView } from '../../log/event-views.ts'
import { lineOf, messageTextOf } from './message-text.ts'
import type { Notification } from './notification.ts'
import type { MessageContext } from './request.ts'
import { renderTemplate } from './templates.ts'

/** What a notification is of, for programs. */
export type DataType = 'alert.raised' | 'alert.resolved' | 'event.logged' | 'integration.unhealthy' | 'test'

/** `at` is when it happened; `text` the organization's own words where it has a template, else ours. */
export type Data = {
  readonly id: string
  readonly type: DataType
  readonly at: Instant
  readonly level: Level | null
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

const asIs = (value: string) => value

export function dataOf(notification: Notification, about: MessageContext): Data {
  const story = messageTextOf(notification, about)
  const { templateContext } = story
  const text =
    about.template !== null && templateContext ? renderTemplate(about.template, templateContext, asIs) : lineOf(story)
  const { id, name } = about.organization
  const common = { organizationId: id, organizationName: name, text, link: story.link }
  const level = levels.find((each) => each === templateContext?.alert?.level) ?? null
  return { id: notification.id, level, text, ...particularsOf(notification, common) }
}

function particularsOf({ content, at }: Notification, common: object): Pick<Data, 'type' | 'at' | 'data'> {
  switch (content.kind) {
    case 'alert':
      return { type: 'alert.raised', at: content.alert.from, data: { ...common, alert: alertData(content.alert) } }
    case 'resolved': {
      const data = { ...common, alert: alertData(content.alert), endedAt: formatInstant(content.endedAt) }
      return { type: 'alert.resolved', at: content.endedAt, data }
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

/** An alert with times as answers have them; of its samples the events as the members' API shows them. */
function alertData(alert: Extract<Notification['content'], { kind: 'alert' }>['alert']) {
  const { muted: _, samples, ...rest } = alert
  return {
    ...rest,
    from: formatInstant(alert.from),
    to: formatInstant(alert.to),
    firstEventAt: formatInstant(alert.firstEventAt),
    endsAt: alert.endsAt && formatInstant(alert.endsAt),
    samples: samples.map((event) => memberView(event)),
  }
}
