// The port that sends requests to endpoints that customers named.

/** A request to a destination that somebody named. */
export type SendRequest = {
  readonly method: 'POST'
  readonly url: string
  /** Everything but `host`, `content-length` and the like, which are the sender's to say. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Why a request was not sent at all; trying again changes it only when the name's addresses do. */
export type SendRefusal =
  | 'url-invalid'
  | 'not-https'
  | 'credentials-in-url'
  | 'address-not-public'
  /** A header's name or value that would not arrive as the one header it is, or one that is the sender's to say. */
  | 'header-invalid'

/** What came of a request. None of it but the answer itself is made of texts of the request or of its target. */
export type SendOutcome =
  | {
      readonly kind: 'response'
      /** Any status at all, redirects among them: nothing is followed. */
      readonly status: number
      /** The header as it came. */
      readonly retryAfter: string | null
      /** The first `responseBytesMax` bytes at most, or fewer when the rest did not come; what is no UTF-8 in them is replaced. */
      readonly body: string
      readonly latencyMs: number
    }
  /** No answer's head came; `code` is an error code of Node, OpenSSL or the resolver, `UNKNOWN` without one. */
  | { readonly kind: 'network'; readonly code: string }
  /** The time ran out before an answer's head was there; the target may have taken the request. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'refused-address'; readonly reason: SendRefusal }

/** Most bytes that are read of an answer's body. */
export const responseBytesMax = 4_096

/** Sends to addresses that anybody may name, and so to none that only we can reach. */
export type Sender = {
  /**
   * Sends once, in 15 s at most, and says what came of it. Never rejects, whatever the target does. Only https, and only
   * where every address of the host is a public one at that moment.
   */
  readonly send: (request: SendRequest) => Promise<SendOutcome>
}
