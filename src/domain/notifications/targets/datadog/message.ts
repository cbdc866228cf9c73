// Notifications as logs for Datadog's intake (docs.datadoghq.com/api/latest/logs/send-logs). Pure.
import type { Level } from '../../../alerts/sigma/rules.ts'
import { formatInstant, type Instant, instantAt, millisecondsOf } from '../../../instant.ts'
import { type Data, dataOf } from '../../messages/data.ts'
import type { Notification } from '../../messages/notification.ts'
import { cut, jsonWithin } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'

/** Datadog's limits: 5 MB a request, 1 MB a log, 1,000 logs; ours, in bytes, leave some room. */
export const datadogBytesMax = 4_500_000
export const datadogEntryBytesMax = 256 * 1024
export const datadogBatchMax = 1_000
const messageCharsMax = 8_000
/** Datadog takes logs of the last 18 hours: older ones are dated this long ago, with an hour to spare, in milliseconds. */
export const datadogAgeMaxMs = 17 * 3_600_000

const serviceDefault = 'keytrail'

/** Datadog's sites; each has an address of its own (docs.datadoghq.com/getting_started/site). */
export const datadogSites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
] as const

/** Datadog with its key in clear. */
export type OpenDatadog = {
  readonly kind: 'datadog'
  readonly site: (typeof datadogSites)[number]
  readonly apiKey: string
  readonly service: string | null
  readonly tags: readonly string[]
}

const statuses: Readonly<Record<Level, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  informational: 'info',
}

/** One notification as a log, sent at `now`. Its status follows from the level; the end of an alert or an incident is `ok`, an event `info`. */
export function datadogEntry(
  { service, tags }: Pick<OpenDatadog, 'service' | 'tags'>,
  notification: Notification,
  context: MessageContext,
  now: Instant,
): string {
  const message = dataOf(notification, context)
  const earliest = instantAt(millisecondsOf(now) - datadogAgeMaxMs)
  return jsonWithin(datadogEntryBytesMax, {
    ddsource: 'keytrail',
    ddtags: [...tags, `keytrail_type:${message.type}`].join(','),
    hostname: 'keytrail',

    service: service ?? serviceDefault,
    status: statusOf(message),
    timestamp: formatInstant(message.at < earliest ? earliest : message.at),
    message: cut(message.text, messageCharsMax),
    keytrail: { id: message.id, type: message.type, timestamp: formatInstant(message.at), ...message.data },
  })
}

/** Notifications as an array of logs. */
export function datadogRequest(
  target: OpenDatadog,
  batch: Batch,
  context: MessageContext,
  now: Instant,
): OutgoingRequest {
  const body = `[${batch.map((each) => datadogEntry(target, each, context, now)).join()}]`
  return jsonRequest(`https://http-intake.logs.${target.site}/api/v2/logs`, body, { 'dd-api-key': target.apiKey })
}

const ends: ReadonlySet<Data['type']> = new Set(['alert.resolved', 'incident.merged', 'incident.closed'])

function statusOf({ type, level }: Data): string {
  if (ends.has(type)) return 'ok'
  if (type === 'integration.unhealthy') return 'warning'
  return level === null ? 'info' : statuses[level]
}
