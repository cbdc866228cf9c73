// What an e-mail says and whom it is for; how it is written and sent is the mailer's. Pure.
import type { Instant } from '../../instant.ts'

/** A server that takes mail. TLS from the start on port 465; on any other port, the connection must be upgraded to it (STARTTLS). */
type MailServer = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** An e-mail. `method` distinguishes it from a request over HTTP. */
export type OutgoingMail = {
  readonly method: 'MAIL'
  readonly server: MailServer
  readonly from: string
  /** Whom it names, and who of them gets it now: without those who have it already. */
  readonly to: readonly string[]
  readonly recipients: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Its id, and that of the message it follows (RFC 5322 section 3.6.4), with their angle brackets. */
  readonly messageId: string
  readonly follows: string | null
  readonly date: Instant
}
