// Sender on node:http and node:https: it connects to addresses it has checked and to no others, once, and in bounded time and space.
// The head of a response decides: the target has responded even if the body is cut off.
import type { IncomingMessage } from 'node:http'
import { responseBytesMax, responseTimeoutMs } from '../../domain/notifications/targets/definition/responses.ts'
import type { Sender, SendOutcome, SendRequest } from '../../ports/sender.ts'
import { codeOf, requestChecked, systemResolve } from './connection.ts'
import { headersAreSafe, readTarget, type Target } from './endpoint.ts'

/** Time for a whole request, from the look-up of the name to the end of the response, in milliseconds. */
const timeLimitMs = responseTimeoutMs
/** Time for a response's body after its head, within `timeLimitMs`, in milliseconds. */
const bodyTimeLimitMs = 5_000

export type SenderOptions = {
  /** For developers' machines: addresses of this machine may be reached too, and with http. Off when absent. */
  readonly allowLoopback?: boolean
  /** Every address of a name; rejects with a code when there is none. Absent: the system's resolver. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  /** The time in milliseconds, for latencies alone. */
  readonly now?: () => number
  readonly timeLimitMs?: number
  readonly bodyTimeLimitMs?: number
  /** Aborts when the time of a request that begins now is over. Absent: after `timeLimitMs`. */
  readonly deadline?: () => AbortSignal
}

/** A sender that follows no redirect, reuses no connection, and connects only to addresses that were checked. */
export function httpSender(options: SenderOptions = {}): Sender {
  const { allowLoopback = false, resolve = systemResolve, now = Date.now } = options

  const attempt = async (request: SendRequest, target: Target, deadline: AbortSignal): Promise<SendOutcome> => {
    const startedAt = now()
    const response = await requestChecked(request, target, deadline, { allowLoopback, resolve })
    if (!response) return { kind: 'refused-address', reason: 'address-not-public' }
    const latencyMs = Math.max(0, now() - startedAt)
    const { statusCode: status = 0, headers } = response
    const body = await beginningOf(response, options.bodyTimeLimitMs ?? bodyTimeLimitMs)
    return { kind: 'response', status, retryAfter: headers['retry-after'] ?? null, body, latencyMs }
  }

  return {
    send: async (request) => {
      const target = readTarget(request.url, allowLoopback)
      if (target.kind === 'refused') return { kind: 'refused-address', reason: target.reason }
      if (!headersAreSafe(request.headers)) return { kind: 'refused-address', reason: 'header-invalid' }

      const deadline = options.deadline?.() ?? AbortSignal.timeout(options.timeLimitMs ?? timeLimitMs)
      try {
        return await attempt(request, target, deadline)
      } catch (error) {
        return deadline.aborted ? { kind: 'timeout' } : { kind: 'network', code: codeOf(error) }
      }
    },
  }
}

/** The first bytes of a response's body that come in time. Of a body that breaks off, stalls or is malformed, those before. */
async function beginningOf(response: IncomingMessage, limitMs: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  const timer = setTimeout(() => response.destroy(), limitMs)
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= responseBytesMax) break
    }
  } catch {
    // The status has arrived nevertheless.
  } finally {
    clearTimeout(timer)
    response.destroy()
  }
  // A character that the limit cuts in two is dropped.
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, responseBytesMax), {
    stream: bytes >= responseBytesMax,
  })
}
