// Notifications as events for PagerDuty's Events API v2 (developer.pagerduty.com/docs/send-alert-event). Pure.
import type { Level } from '../../../alerts/sigma/rules.ts'
import { formatInstant } from '../../../instant.ts'
import { type Data, dataOf } from '../../messages/data.ts'
import { messageTextOf } from '../../messages/message-text.ts'
import type { Notification } from '../../messages/notification.ts'
import { cut, jsonWithin, plain } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { stageOf, threadOf } from '../../messages/threads.ts'

/** PagerDuty's limits: 512 KB an event, ours, in bytes, leaves some room; characters of a summary. */
const pagerDutyBytesMax = 480 * 1024
export const summaryCharsMax = 1_024
/** Longest source and link, in characters. */
const sourceCharsMax = 255
const linkCharsMax = 2_000

/** PagerDuty's service regions; each has a host of its own. */
export const pagerDutySites = ['events.pagerduty.com', 'events.eu.pagerduty.com'] as const

/** PagerDuty with its key in clear. */
export type OpenPagerDuty = {
  readonly kind: 'pagerduty'
  readonly site: (typeof pagerDutySites)[number]
  readonly routingKey: string
}

const severities: Readonly<Record<Level, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  informational: 'info',
}

/** One notification as an event: the end of a thread resolves its incident, a person acknowledges it, anything else triggers one. */
export function pagerDutyRequest(
  { site, routingKey }: OpenPagerDuty,
  [notification]: Batch,
  context: MessageContext,
): OutgoingRequest {
  const event = { routing_key: routingKey, dedup_key: threadOf(notification), ...actionOf(notification, context) }
  return jsonRequest(`https://${site}/v2/enqueue`, jsonWithin(pagerDutyBytesMax, event))
}

function actionOf(notification: Notification, context: MessageContext): object {
  const stage = stageOf(notification.content)
  if (stage === 'ends') return { event_action: 'resolve' }
  if (stage === 'acknowledges') return { event_action: 'acknowledge' }
  const message = dataOf(notification, context)
  const { link, linkText } = messageTextOf(notification, context)
  const links = link !== null && link.length <= linkCharsMax ? [{ href: link, text: linkText }] : []
  return {
    event_action: 'trigger',
    client: 'Keytrail',
    links,
    payload: {
      summary: cut(plain(message.text), summaryCharsMax) || 'Keytrail',
      source: cut(plain(context.organization.name ?? ''), sourceCharsMax) || context.organization.id,
      severity: severityOf(message),
      timestamp: formatInstant(message.at),
      class: message.type,
      custom_details: { id: message.id, type: message.type, ...message.data },
    },
  }
}

function severityOf({ type, level }: Data): string {
  if (type === 'integration.unhealthy') return 'warning'
  return level === null ? 'info' : severities[level]
}
