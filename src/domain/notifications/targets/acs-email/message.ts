// Notifications as e-mails for Azure Communication Services (REST API 2023-03-31: learn.microsoft.com/rest/api/communication/email/email/send). Pure.
import { createHash } from 'node:crypto'
import { httpDateOf } from '../../../http-date.ts'
import type { Instant } from '../../../instant.ts'
import { jsonWithin } from '../../messages/plain-text.ts'
import {
  type Batch,
  jsonRequest,
  type MessageContext,
  type OutgoingRequest,
  type Signing,
} from '../../messages/request.ts'
import { isLoopback } from '../definition/endpoint-urls.ts'
import { letterOf } from '../email/message.ts'

/** Largest body in bytes, far more than a letter has; the service takes 10 MB. */
export const acsBytesMax = 1024 * 1024

/** A resource of Azure Communication Services with its access key in clear: base64. `host`: of its endpoint. */
export type OpenAcsEmail = {
  readonly kind: 'acs-email'
  readonly host: string
  readonly accessKey: string
  readonly from: string
  readonly to: readonly string[]
}

/** One notification as a request. Its id is that of the operation: a repeat is no second e-mail. */
export function acsRequest(
  { host, accessKey, from, to }: OpenAcsEmail,
  batch: Batch,
  context: MessageContext,
  now: Instant,
): OutgoingRequest {
  const { subject, text, html, messageId, follows } = letterOf(from, batch, context)
  const body = jsonWithin(acsBytesMax, {
    senderAddress: from,
    recipients: { to: to.map((address) => ({ address })) },
    content: { subject, plainText: text, html },
    headers: {
      'Message-ID': messageId,
      ...(follows !== null && { 'In-Reply-To': follows, References: follows }),
      // No vacation notes and the like (RFC 3834 section 5).
      'Auto-Submitted': 'auto-generated',
    },
    // Links in alerts lead to the log, not through a page that counts clicks.
    userEngagementTrackingDisabled: true,
  })
  const url = sendUrlOf(host)
  const { headers, signing } = acsHeaders(url, body, accessKey, now)
  return { ...jsonRequest(url.href, body, { 'operation-id': batch[0].id, ...headers }), signing }
}

/** Where e-mails are posted. Only a local installation has an endpoint on this machine, without TLS. */
function sendUrlOf(host: string): URL {
  const url = new URL(`https://${host}/emails:send?api-version=2023-03-31`)
  return isLoopback(url.hostname) ? new URL(`http://${host}${url.pathname}${url.search}`) : url
}

/** The headers that are signed, and what signs them (learn.microsoft.com/rest/api/communication/authentication). */
function acsHeaders({ pathname, search, host }: URL, body: string, accessKey: string, now: Instant) {
  const date = httpDateOf(now)
  const contentHash = createHash('sha256').update(body).digest('base64')
  return {
    headers: { 'x-ms-date': date, 'x-ms-content-sha256': contentHash },
    signing: {
      scheme: 'azure-communication',
      text: `POST\n${pathname}${search}\n${date};${host};${contentHash}`,
      keys: [Buffer.from(accessKey, 'base64')],
    } satisfies Signing,
  }
}
