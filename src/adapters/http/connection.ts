// Connections to addresses that were checked, and to no others: one request each, in bounded time.
import { promises as dns, type LookupAddress } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type TcpSocketConnectOpts } from 'node:net'
import { mayConnect, type Target } from './endpoint.ts'

/** The `User-Agent` of every request. */
const userAgent = 'Keytrail'
/** How long one of several addresses may take to connect before the next is tried, in milliseconds. */
const attemptMs = 2_000

/** A request over a connection of its own; `body` is absent for one without. */
export type CheckedRequest = {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What a connection needs: every address of a name (rejects with a code when there is none), and whether this machine's own may be reached. */
type ConnectOptions = {
  readonly allowLoopback: boolean
  readonly resolve: (name: string) => Promise<readonly string[]>
}

/** Sends a request to a target whose addresses are checked now; undefined if they may not be reached. Rejects without a response. */
export async function requestChecked(
  request: CheckedRequest,
  target: Target,
  deadline: AbortSignal,
  { allowLoopback, resolve }: ConnectOptions,
): Promise<IncomingMessage | undefined> {
  const addresses = target.hostIsAddress ? [target.host] : await before(deadline, resolve(target.host))
  if (!mayConnect(target, addresses, allowLoopback)) return undefined
  return responseOf(open(request, target, addresses, deadline))
}

/** Sends a request over a connection of its own. */
function open(
  request: CheckedRequest,
  target: Target,
  addresses: readonly string[],
  signal: AbortSignal,
): ClientRequest {
  const { protocol, port, pathname, search } = target.url
  const bytes = Buffer.from(request.body ?? '')
  const settings: RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> = {
    method: request.method,
    host: target.host,
    port,
    path: pathname + search,
    headers: {
      'user-agent': userAgent,
      ...request.headers,
      ...(request.body !== undefined && { 'content-length': bytes.length }),
    },
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
export function fixedLookup(addresses: readonly string[]): LookupFunction {
  const known: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = known
  return (_name, { all }, done) => (all ? done(null, known) : done(null, first?.address ?? '', first?.family))
}

/** The response's head. Also rejects when the connection closes without one, as after a switch of protocols (101). */
const responseOf = (request: ClientRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject).on('close', reject)
  })

/** What is awaited, unless the deadline comes first. */
export const before = <T>(deadline: AbortSignal, awaited: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    deadline.addEventListener('abort', reject)
    awaited.then(resolve, reject)
  })

/** Every address of a name, by the system's resolver. */
export const systemResolve = async (name: string) =>
  (await dns.lookup(name, { all: true })).map(({ address }) => address)

/** The code of an error and nothing else: messages name hosts, and some quote what was sent. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'UNKNOWN'
}
