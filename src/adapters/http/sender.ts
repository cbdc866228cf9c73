// Sender on node:http and node:https: it connects to addresses it has checked and to no others, once, and in bounded time and space.
// The head of a response decides: the target has responded even if the body is cut off.
import { promises as dns, type LookupAddress } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type TcpSocketConnectOpts } from 'node:net'
import { responseBytesMax, responseTimeoutMs } from '../../domain/notifications/targets/definition/responses.ts'
import type { Sender, SendOutcome, SendRequest } from '../../ports/sender.ts'
import { headersAreSafe, mayConnect, readTarget, type Target } from './endpoint.ts'

/** Time for a whole request, from the look-up of the name to the end of the response, in milliseconds. */
const timeLimitMs = responseTimeoutMs
/** Time for a response's body after its head, within `timeLimitMs`, in milliseconds. */
const bodyTimeLimitMs = 5_000
/** The `User-Agent` of every request. */
const userAgent = 'Keytrail'
/** How long one of several addresses may take to connect before the next is tried, in milliseconds. */
const attemptMs = 2_000

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
    const addresses = target.hostIsAddress ? [target.host] : await before(deadline, resolve(target.host))
    if (!mayConnect(target, addresses, allowLoopback)) return { kind: 'refused-address', reason: 'address-not-public' }

    const response = await responseOf(open(request, target, addresses, deadline))
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
    // A pooled connection may go to an address of another check.
    agent: false,
    lookup: fixedLookup(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptMs,
    // A length beside chunks, or line ends in a form of their own, do no harm: a connection has one response, and nothing follows it.
    insecureHTTPParser: true,
    signal,
  }
  // Node's own defaults, which environment variables could weaken.
  const tls = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const
  return (protocol === 'https:' ? httpsRequest({ ...settings, ...tls }) : httpRequest(settings)).end(bytes)
}

/** A look-up with one result: the name is not resolved again between the check and the connection. */
function fixedLookup(addresses: readonly string[]): LookupFunction {
  const known: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = known
  return (_name, { all }, done) => (all ? done(null, known) : done(null, first?.address ?? '', first?.family))
}

/** The response's head. Also rejects when the connection closes without one, as after a switch of protocols (101). */
const responseOf = (request: ClientRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject).on('close', reject)
  })

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

/** What is awaited, unless the deadline comes first. */
const before = <T>(deadline: AbortSignal, awaited: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    deadline.addEventListener('abort', reject)
    awaited.then(resolve, reject)
  })

const systemResolve = async (name: string) => (await dns.lookup(name, { all: true })).map(({ address }) => address)

/** The code of an error and nothing else: messages name hosts, and some quote what was sent. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'UNKNOWN'
}
