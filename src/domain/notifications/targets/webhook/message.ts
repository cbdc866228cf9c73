// Notifications for webhooks as the Standard Webhooks specification has them (standardwebhooks.com); the sender signs them. Pure.
import { guidOfContent } from '../../../guid.ts'
import { formatInstant, type Instant } from '../../../instant.ts'
import { dataOf } from '../../messages/data.ts'
import type { Notification } from '../../messages/notification.ts'
import { jsonWithin } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { webhookHeaders } from './signing.ts'

/** Largest body of one notification, and of a batch, in bytes; most notifications in a batch. */
export const webhookEntryBytesMax = 128 * 1024
export const webhookBytesMax = 512 * 1024
export const webhookBatchMax = 100

/** A webhook with its secrets in clear. `secrets`: those that sign, the newest first. */
export type OpenWebhook = {
  readonly kind: 'webhook'
  readonly url: string
  readonly secrets: readonly string[]
  readonly batch: boolean
}

/** One notification in JSON: `{id, type, timestamp, data}`. */
export function webhookEntry(notification: Notification, context: MessageContext): string {
  const { id, type, at, data } = dataOf(notification, context)
  return jsonWithin(webhookEntryBytesMax, { id, type, timestamp: formatInstant(at), data })
}

/**
 * A notification as an object, or an array of them for a webhook that asks for batches. `webhook-id` is the same on each
 * attempt with the same notification or batch. `now` is when it is sent: receivers refuse old messages.
 */
export function webhookRequest(
  { url, secrets, batch: asked }: OpenWebhook,
  batch: Batch,
  context: MessageContext,
  now: Instant,
): OutgoingRequest {
  const entries = batch.map((each) => webhookEntry(each, context))
  const asArray = asked || entries.length > 1
  const body = asArray ? `[${entries.join()}]` : (entries[0] ?? '')
  const id = asArray ? guidOfContent('batch', ...batch.map((each) => each.id)) : batch[0].id
  const { headers, signing } = webhookHeaders(id, now, body, secrets)
  return { ...jsonRequest(url, body, headers), signing }
}
