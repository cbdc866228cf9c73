// Sender on node:http and node:https: it connects to addresses it has checked and to no others, once, and in bounded time and space.
// The head of an answer decides: whatever becomes of its body afterwards, the target has answered.
import { promises as dns, type LookupAddress } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type TcpSocketConnectOpts } from 'node:net'
import { responseBytesMax, responseTimeoutMs } from '../../domain/notifications/targets/definition/responses.ts'
import type { Sender, SendOutcome, SendRequest } from '../../ports/sender.ts'
import { headersAreSafe, mayConnect, readTarget, type Target } from './endpoint.ts'

/** Time for a whole request, from the name to the end of the answer, in milliseconds. */
export const timeLimitMs = responseTimeoutMs
/** Time for an answer's body once its head is there, within `timeLimitMs`, in milliseconds. */
export const bodyTimeLimitMs = 5_000
/** What requests say of their sender. */
const userAgent = 'Keytrail'
/** How long one of several addresses may take to connect before the next is tried, in milliseconds. */
const attemptMs = 2_000

export type SenderOptions = {
  /** For developers' machines: addresses of this machine are reached as well, also with http. Absent: they are not. */
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

/** A sender that follows no redirect, keeps no connection, and never connects where the check has not been. */
export function httpSender(options: SenderOptions = {}): Sender {
  const { allowLoopback = false, resolve = systemResolve, now = Date.now } = options

  const attempt = async (request: SendRequest, target: Target, deadline: AbortSignal): Promise<SendOutcome> => {
    const startedAt = now()
    const addresses = target.hostIsAddress ? [target.host] : await before(deadline, resolve(target.host))
    if (!mayConnect(target, addresses, allowLoopback)) return { kind: 'refused-address', reason: 'address-not-public' }

    const answer = await answerOf(open(request, target, addresses, deadline))
    const latencyMs = Math.max(0, now() - startedAt)
    const { statusCode: status = 0, headers } = answer
    const body = await beginningOf(answer, options.bodyTimeLimitMs ?? bodyTimeLimitMs)
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

/** Sends a request over a connection of its own. */
function open(request: SendRequest, target: Target, addresses: readonly string[], signal: AbortSignal): ClientRequest {
  const { protocol, port, pathname, search } = target.url
  const bytes = Buffer.from(request.body)
  const settings: RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> = {
    method: request.method,
    host: target.host,
    port,
    path: pathname + search,
    headers: { 'user-agent': userAgent, ...request.headers, 'content-length': bytes.length },
    // A pool would hand out connections made for another check.
    agent: false,
    lookup: answering(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptMs,
    // A length beside chunks, or line ends in a form of their own, do no harm: nothing follows a connection's one answer.
    insecureHTTPParser: true,
    signal,
  }
  // Both are what Node does anyhow, unless somebody set the environment to do less.
  const tls = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const
  return (protocol === 'https:' ? httpsRequest({ ...settings, ...tls }) : httpRequest(settings)).end(bytes)
}

/** A look-up that knows one answer: a name is not asked for again between the check and the connection. */
function answering(addresses: readonly string[]): LookupFunction {
  const known: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = known
  return (_name, { all }, done) => (all ? done(null, known) : done(null, first?.address ?? '', first?.family))
}

/** The answer's head. Also rejects when the connection closes without one, as after a switch of protocols (101). */
const answerOf = (request: ClientRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject).on('close', reject)
  })

/** The first bytes of the answer's body, as far as they come in time: a body that breaks off, stalls or is malformed is what came of it. */
async function beginningOf(answer: IncomingMessage, limitMs: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  const timer = setTimeout(() => answer.destroy(), limitMs)
  try {
    for await (const chunk of answer) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= responseBytesMax) break
    }
  } catch {
    // The status has been answered all the same.
  } finally {
    clearTimeout(timer)
    answer.destroy()
  }
  // A character that the bound cuts in two is left out.
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, responseBytesMax), {
    stream: bytes >= responseBytesMax,
  })
}

/** What is awaited, unless the deadline comes first. */
const before = <T>(deadline: AbortSignal, awaited: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    deadline.addEventListener('abort', reject)
    awaited.then(resolve, reject)
  })

const systemResolve = async (name: string) => (await dns.lookup(name, { all: true })).map(({ address }) => address)

/** The code of an error and nothing else of it: messages name hosts, and some quote what was sent. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'UNKNOWN'
}
