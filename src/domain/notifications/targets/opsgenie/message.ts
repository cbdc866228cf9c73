// Notifications as requests to the Opsgenie Alert API (docs.opsgenie.com/docs/alert-api), which Jira Service Management has too. Pure.
import type { Level } from '../../../alerts/sigma/rules.ts'
import { formatInstant } from '../../../instant.ts'
import { type Data, dataOf } from '../../messages/data.ts'
import type { MessageText } from '../../messages/message-parts.ts'
import { messageTextOf } from '../../messages/message-text.ts'
import type { Notification } from '../../messages/notification.ts'
import { cut, jsonWithin, plain } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { stageOf, threadOf } from '../../messages/threads.ts'

/** Opsgenie's limits, in characters: of a message, a description, and an entity; of all details, ours leaves some room; of a tag, and how many. */
export const messageCharsMax = 130
export const descriptionCharsMax = 15_000
const entityCharsMax = 512
const detailCharsMax = 500
export const tagCharsMax = 50
export const tagsMax = 20
/** Largest body in bytes, far more than those limits allow. */
const opsgenieBytesMax = 256 * 1024

/** Where the API is: of Opsgenie, of Opsgenie in the EU, and of Jira Service Management, its successor. */
export const opsgenieSites = ['api.opsgenie.com', 'api.eu.opsgenie.com', 'api.atlassian.com'] as const
type OpsgenieSite = (typeof opsgenieSites)[number]

const alertsUrls: Readonly<Record<OpsgenieSite, string>> = {
  'api.opsgenie.com': 'https://api.opsgenie.com/v2/alerts',
  'api.eu.opsgenie.com': 'https://api.eu.opsgenie.com/v2/alerts',
  'api.atlassian.com': 'https://api.atlassian.com/jsm/ops/integration/v2/alerts',
}

/** Opsgenie with its key in clear. */
export type OpenOpsgenie = { readonly kind: 'opsgenie'; readonly site: OpsgenieSite; readonly apiKey: string }

const priorities: Readonly<Record<Level, string>> = {
  critical: 'P1',
  high: 'P2',
  medium: 'P3',
  low: 'P4',
  informational: 'P5',
}

/** One notification as a request: the end of a thread closes its alert, a person acknowledges it, anything else creates one. */
export function opsgenieRequest(
  { site, apiKey }: OpenOpsgenie,
  [notification]: Batch,
  context: MessageContext,
): OutgoingRequest {
  const alias = threadOf(notification)
  const action = actions.get(stageOf(notification.content))
  const url = action ? `${alertsUrls[site]}/${alias}/${action}?identifierType=alias` : alertsUrls[site]
  const body = action ? acting(notification, context) : { alias, ...creating(notification, context) }
  return jsonRequest(url, jsonWithin(opsgenieBytesMax, body), { authorization: `GenieKey ${apiKey}` })
}

const source = 'Keytrail'

/** What is done to the alert of a thread; anything else creates one, or adds to the count of one that is open. */
const actions: ReadonlyMap<ReturnType<typeof stageOf>, string> = new Map([
  ['acknowledges', 'acknowledge'],
  ['ends', 'close'],
])

const acting = (notification: Notification, context: MessageContext) => ({
  source,
  note: cut(plain(dataOf(notification, context).text), descriptionCharsMax),
})

function creating(notification: Notification, context: MessageContext): object {
  const data = dataOf(notification, context)
  const message = messageTextOf(notification, context)
  const tags = message.templateContext?.alert?.tags ?? []
  return {
    message: cut(message.title, messageCharsMax) || 'Keytrail',
    description: descriptionOf(data, message),
    details: detailsOf(notification, data, message),
    tags: ['keytrail', ...tags.slice(0, tagsMax - 1)].map((tag) => cut(plain(tag), tagCharsMax)),
    entity: cut(plain(context.organization.name ?? ''), entityCharsMax) || context.organization.id,
    source,
    priority: priorityOf(data),
  }
}

/** The text, what is known, what to do, the events, and the link, which is whole or missing. */
function descriptionOf({ text }: Data, { facts, lists, link }: MessageText): string {
  const tail = link === null ? '' : `\n\n${link}`
  const parts = [
    plain(text),
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    ...lists.map(({ title, lines }) => [`${title}:`, ...lines].join('\n')),
  ]
  const body = parts.filter(Boolean).join('\n\n')
  const rest = descriptionCharsMax - tail.length
  return rest > 0 ? `${cut(body, rest)}${tail}` : cut(body, descriptionCharsMax)
}

/** A few properties for routing rules; every value is a text. */
function detailsOf(
  { content }: Notification,
  { id, type, at, data }: Data,
  { link, templateContext }: MessageText,
): Readonly<Record<string, string>> {
  const alert = templateContext?.alert
  return {
    notificationId: id,
    type,
    at: formatInstant(at),
    organizationId: String(data.organizationId),
    ...(content.kind === 'incident' && { incidentId: content.incident.id }),
    ...(alert && { alertId: alert.id, ruleId: alert.ruleId, level: alert.level }),
    ...(link !== null && { link: cut(link, detailCharsMax) }),
  }
}

function priorityOf({ type, level }: Data): string {
  if (type === 'integration.unhealthy') return 'P3'
  return level === null ? 'P5' : priorities[level]
}
