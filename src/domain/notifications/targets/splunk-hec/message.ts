// Notifications for Splunk's HTTP Event Collector: events with their time, one after the other. Pure.
import { millisecondsOf } from '../../../instant.ts'
import { type DataType, dataOf } from '../../messages/data.ts'
import type { Notification } from '../../messages/notification.ts'
import { jsonWithin } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'

/** Largest body and largest event, in bytes: Splunk Cloud takes 1 MB. */
export const hecBytesMax = 800 * 1024
export const hecEntryBytesMax = 256 * 1024
/** Most events in one request. */
export const hecBatchMax = 1_000

const sourceDefault = 'keytrail'

/** Splunk's collector with its secrets in clear; null: the default index or source. */
export type OpenHec = {
  readonly kind: 'hec'
  readonly url: string
  readonly token: string
  readonly index: string | null
  readonly source: string | null
}

const sourcetypes: Readonly<Record<DataType, string>> = {
  'alert.raised': 'keytrail:alert',
  'alert.resolved': 'keytrail:alert',
  'incident.opened': 'keytrail:incident',
  'incident.risen': 'keytrail:incident',
  'incident.recurred': 'keytrail:incident',
  'incident.merged': 'keytrail:incident',
  'incident.acknowledged': 'keytrail:incident',
  'incident.closed': 'keytrail:incident',
  'incident.reopened': 'keytrail:incident',
  'event.logged': 'keytrail:event',
  'integration.unhealthy': 'keytrail:notice',
  test: 'keytrail:notice',
}

/** One notification as the collector takes it; `time` in seconds, to the millisecond. */
export function hecEntry(
  { index, source }: Pick<OpenHec, 'index' | 'source'>,
  notification: Notification,
  context: MessageContext,
): string {
  const { id, type, at, data } = dataOf(notification, context)
  return jsonWithin(hecEntryBytesMax, {
    time: millisecondsOf(at) / 1_000,
    source: source ?? sourceDefault,
    sourcetype: sourcetypes[type],
    ...(index !== null && { index }),
    event: { id, type, ...data },
  })
}

/** Notifications in one request. An address without a path gets the collector's. */
export function hecRequest(target: OpenHec, batch: Batch, context: MessageContext): OutgoingRequest {
  const url = new URL(target.url)
  if (url.pathname === '/') url.pathname = '/services/collector/event'
  const body = batch.map((each) => hecEntry(target, each, context)).join('\n')
  return jsonRequest(url.href, body, { authorization: `Splunk ${target.token}` })
}
