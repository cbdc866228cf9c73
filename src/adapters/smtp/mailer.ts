// Mailer on nodemailer: it connects to addresses that it has checked and to no others, once, and in bounded time.
import { connect, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { millisecondsOf } from '../../domain/instant.ts'
import type { OutgoingMail } from '../../domain/notifications/messages/mail.ts'
import { responseTimeoutMs } from '../../domain/notifications/targets/definition/responses.ts'
import type { Mailer, SendOutcome } from '../../ports/sender.ts'
import { before, codeOf, fixedLookup, systemResolve } from '../http/connection.ts'
import { mayConnect, readTarget, type Target } from '../http/endpoint.ts'
import { isLoopbackAddress } from '../http/public-addresses.ts'
import { outcomeOfError, outcomeOfReplies } from './replies.ts'

/** The port on which TLS begins at once (RFC 8314 section 3.3). */
const implicitTlsPort = 465

type MailerOptions = {
  /** For developers' machines: servers on this machine are reached too, and without TLS but for port 465. Off when absent. */
  readonly allowLoopback?: boolean
  /** Every address of a name; rejects with a code when there is none. Absent: the system's resolver. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  /** The time in milliseconds, for latencies alone. */
  readonly now?: () => number
  /** Time for all of it, from the look-up of the name to the reply to the message, in milliseconds. */
  readonly timeLimitMs?: number
}

/** A mailer whose connections serve one message each, and go only to addresses that were checked. */
export function smtpMailer(options: MailerOptions = {}): Mailer {
  const { allowLoopback = false, resolve = systemResolve, now = Date.now } = options

  const attempt = async (mail: OutgoingMail, target: Target, deadline: AbortSignal): Promise<SendOutcome> => {
    const startedAt = now()
    const addresses = target.hostIsAddress ? [target.host] : await before(deadline, resolve(target.host))
    if (!mayConnect(target, addresses, allowLoopback)) return { kind: 'refused-address', reason: 'address-not-public' }
    const latencyMs = () => Math.max(0, now() - startedAt)
    try {
      const isPlain = allowLoopback && addresses.every(isLoopbackAddress)
      const { rejected, rejectedErrors = [] } = await handOver(mail, target, addresses, isPlain, deadline)
      return outcomeOfReplies(rejected.map(String), rejectedErrors, latencyMs())
    } catch (error) {
      if (deadline.aborted) throw error
      return outcomeOfError(error, latencyMs())
    }
  }

  return {
    send: async (mail) => {
      if (mail.recipients.length === 0) return outcomeOfReplies([], [], 0)
      const target = readTarget(`https://${mail.server.host}`, allowLoopback)
      if (target.kind === 'refused') return { kind: 'refused-address', reason: target.reason }
      const deadline = AbortSignal.timeout(options.timeLimitMs ?? responseTimeoutMs)
      try {
        return await attempt(mail, target, deadline)
      } catch (error) {
        return deadline.aborted ? { kind: 'timeout' } : { kind: 'network', code: codeOf(error) }
      }
    },
  }
}

/** Hands a message over by a connection of its own. Rejects unless the server takes it for at least one recipient. */
function handOver(
  { server, from, to, recipients, subject, text, html, messageId, follows, date }: OutgoingMail,
  { host }: Target,
  addresses: readonly string[],
  isPlain: boolean,
  signal: AbortSignal,
) {
  const { port, user, password } = server
  const isImplicit = port === implicitTlsPort
  const open = () => connected(host, port, addresses, signal)
  const transport = createTransport({
    host,
    port,
    secure: isImplicit,
    requireTLS: !isImplicit && !isPlain,
    ignoreTLS: isPlain,
    // Node's own defaults, which environment variables could weaken.
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    name: from.slice(from.lastIndexOf('@') + 1),
    auth: { user, pass: password },
    socketTimeout: responseTimeoutMs,
    getSocket: (_options, done) => {
      open().then(
        (connection) => done(null, { connection }),
        (error) => done(error, false),
      )
    },
    // Messages are texts that Keytrail wrote: nothing is read from files or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return transport.sendMail({
    envelope: { from, to: [...recipients] },
    from: { name: 'Keytrail', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject,
    text,
    html,
    messageId,
    ...(follows !== null && { inReplyTo: follows, references: follows }),
    date: new Date(millisecondsOf(date)),
    // No vacation notes and the like (RFC 3834 section 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    signal,
  })
}

/** A connection to one of these addresses. */
const connected = (host: string, port: number, addresses: readonly string[], signal: AbortSignal) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host, port, lookup: fixedLookup(addresses), autoSelectFamily: true, signal })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
