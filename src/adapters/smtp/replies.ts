// What a mail server replied, as the port has it: codes, refused commands and our own addresses, no text of the server.
import * as v from 'valibot'
import type { SendOutcome } from '../../ports/sender.ts'
import { codeOf } from '../http/connection.ts'

/** An error of nodemailer: the reply's code, and the command that was refused. */
const Refusal = v.object({ responseCode: v.pipe(v.number(), v.integer()), command: v.optional(v.string()) })

/** Of a message that the server took, but for these recipients, which it refused with these errors. */
export function outcomeOfReplies(
  refused: readonly string[],
  errors: readonly unknown[],
  latencyMs: number,
): SendOutcome {
  const common = { kind: 'response', retryAfter: null, latencyMs } as const
  if (refused.length === 0) return { ...common, status: 250, body: '' }
  const codes = errors.flatMap((error) => (v.is(Refusal, error) ? [error.responseCode] : []))
  const status = codes.find((code) => code < 500) ?? codes[0] ?? 550
  return { ...common, status, body: 'RCPT TO', refused }
}

/** Of a message that the server refused, or that no server replied to. */
export function outcomeOfError(error: unknown, latencyMs: number): SendOutcome {
  if (!v.is(Refusal, error)) return { kind: 'network', code: codeOf(error) }
  const { responseCode: status, command = '' } = error
  // The mechanism follows, as in AUTH PLAIN.
  return { kind: 'response', status, retryAfter: null, body: command.replace(/^AUTH\b.*/, 'AUTH'), latencyMs }
}
