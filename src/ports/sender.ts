// The ports that send to what organizations set up: requests to endpoints, and e-mails to mail servers.
import type { OutgoingMail } from '../domain/notifications/messages/mail.ts'

/** A request to an endpoint. */
export type SendRequest = {
  readonly method: 'POST'
  readonly url: string
  /** All headers except `host`, `content-length` and the like, which the sender sets. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Why a request was not sent at all; another attempt fails as well, unless the addresses behind the name change. */
export type SendRefusal =
  | 'url-invalid'
  | 'not-https'
  | 'credentials-in-url'
  | 'address-not-public'
  /** A header whose name or value would not arrive as one header, or that the sender sets. */
  | 'header-invalid'

/** What came of a request. Only `body` and `retryAfter` hold text of the target; nothing holds text of the request. */
export type SendOutcome =
  | {
      readonly kind: 'response'
      /** Any status, redirects among them: none is followed. */
      readonly status: number
      /** The header as it came. */
      readonly retryAfter: string | null
      /** The first `responseBytesMax` bytes at most, or fewer if the rest did not arrive; invalid UTF-8 is replaced. */
      readonly body: string
      /** Recipients that a mail server refused while it took the message for others; see `Mailer`. */
      readonly refused?: readonly string[]
      readonly latencyMs: number
    }
  /** No response arrived; `code` is an error code of Node, OpenSSL or the resolver, `UNKNOWN` without one. */
  | { readonly kind: 'network'; readonly code: string }
  /** The time ran out before a response arrived; the target may have accepted the request. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'refused-address'; readonly reason: SendRefusal }

/** Sends to addresses that anyone may name, but never to one that only this app can reach. */
export type Sender = {
  /**
   * Sends once, within `responseTimeoutMs`, and resolves to what came of it. Never rejects, no matter what the target does.
   * Only https, and only if every address of the host is public at that moment.
   */
  readonly send: (request: SendRequest) => Promise<SendOutcome>
}

/** Hands over mail under the rules of `Sender`: never to a server that only this app can reach, and never without TLS. */
export type Mailer = {
  /**
   * Hands an e-mail over once, within `responseTimeoutMs`, and resolves to what came of it; never rejects. A response's
   * `status` is the server's reply code, 250 if it took the message for every recipient; its `body` is the command that it
   * refused, such as `AUTH`. If it took the message for some recipients only, `refused` has the others, and `status` is the
   * reply to one of them, a passing one if there is any. The server may have taken the message after a timeout.
   */
  readonly send: (mail: OutgoingMail) => Promise<SendOutcome>
}
