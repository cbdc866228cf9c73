// What messages are built from, and the requests that they become; those are still to be signed and sent. Pure.
import type { Guid } from '../../guid.ts'
import type { Notification } from './notification.ts'

/**
 * Whose notifications these are, and how to write them. `appUrl`: where links begin, without a slash at its end; `timeZone`: by
 * whose clocks times are written, a name of the IANA time zone database; `replyTo`: the message that they reply to, in the target's own
 * terms, absent if they reply to none.
 */
export type MessageContext = {
  readonly organization: { readonly id: Guid; readonly name: string | null }
  readonly appUrl: string | null
  readonly timeZone: string
  readonly template: string | null
  readonly replyTo?: string | undefined
}

/** Notifications that go in one request: at least one, in order. */
export type Batch = readonly [Notification, ...Notification[]]

/** A request to a target. `signing`: what its signature is made from; null for unsigned targets. */
export type OutgoingRequest = {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signing: Signing | null
}

/** One HMAC-SHA256 of `text` for each key, at least one; `signatureHeaders` makes the header from them, by the scheme. */
export type Signing = {
  readonly scheme: 'standard-webhooks' | 'azure-communication'
  readonly text: string
  readonly keys: readonly Uint8Array[]
}

/**
 * The header with these HMACs, in the order of the keys: `webhook-signature` (Standard Webhooks, "Signature scheme"), or
 * `authorization` with the only one (learn.microsoft.com/rest/api/communication/authentication, "Access Key Authentication").
 */
export function signatureHeaders(
  scheme: Signing['scheme'],
  hmacs: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const texts = hmacs.map((each) => Buffer.from(each).toString('base64'))
  switch (scheme) {
    case 'standard-webhooks':
      return { 'webhook-signature': texts.map((each) => `v1,${each}`).join(' ') }
    case 'azure-communication':
      return { authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${texts[0]}` }
  }
}

/** A request that carries JSON. */
export const jsonRequest = (url: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body,
    signing: null,
  }) satisfies OutgoingRequest
