// What the inbox checks signatures with.
import type { IncomingHttpHeaders } from 'node:http'

/** How far a message's time may be from the clock: an older one may be replayed. */
export const toleranceMs = 5 * 60_000

/** What a webhook and an e-mail are signed with, and what else is signed with them. */
export type Verification = {
  readonly headers: IncomingHttpHeaders
  /** With the query. */
  readonly path: string
  /** Of the webhook: `whsec_…`. */
  readonly signingSecret: string
  /** Of e-mail, in base64. */
  readonly accessKey: string
  /** Milliseconds since 1970. */
  readonly now: number
}
