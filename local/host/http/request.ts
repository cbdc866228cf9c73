// From a request on the wire to what the library makes its HttpRequest of, with the rules of the host and of Azure's front end.
import type { IncomingMessage } from 'node:http'
import type { NullableStrings, RpcHttpRequest } from '../app/rpc.ts'
import type { RouteParams } from '../routes/template.ts'

/** 100 MiB, as in Azure; a longer body gets 413. */
export const bodyBytesMax = 104_857_600

type Body = { kind: 'body'; bytes: Buffer } | { kind: 'too large' }

/** Reads a body up to `bytesMax` and no further; the rest stays to be read. Without a Content-Length (in chunks) it arrives empty. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Body> {
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > bytesMax) return { kind: 'too large' }
  if (length > 0) return { kind: 'body', bytes: Buffer.concat(await Array.fromAsync(request)) }
  let bytes = 0
  // Left early, the loop would destroy the connection that the response needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > bytesMax) return { kind: 'too large' }
  }
  return { kind: 'body', bytes: Buffer.alloc(0) }
}

/** The absolute url as the client named it; undefined when the Host header is no host, and for a NUL in the path, as in Kestrel. */
export function urlOf(request: IncomingMessage): URL | undefined {
  const base = `http://${request.headers.host ?? `127.0.0.1:${request.socket.localPort}`}`
  const [path = '', ...query] = (request.url ?? '/').split('?')
  // A URL would take a backslash for a slash; in a request's target it is a character like others.
  const target = [path.replaceAll('\\', '%5C'), ...query].join('?')
  const url = URL.parse(target.startsWith('/') ? `${base}${target}` : target)
  return url === null || url.pathname.includes('%00') ? undefined : url
}

/** The request as the library takes it; `params` are the route's. */
export function toRpcRequest(request: IncomingMessage, url: URL, params: RouteParams, body: Buffer): RpcHttpRequest {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headersOf(request)),
    nullableQuery: nullable(queryOf(url)),
    nullableParams: nullable(Object.entries(params)),
    ...(body.length > 0 && { body: { bytes: body } }),
  }
}

/** Names in lower case, repeats joined with a comma; the peer's address comes last in X-Forwarded-For. */
function headersOf(request: IncomingMessage): [string, string][] {
  const joined = new Map<string, string>()
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? ''
    const value = request.rawHeaders[index + 1] ?? ''
    const earlier = joined.get(name)
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  const forwarded = joined.get('x-forwarded-for')
  const peer = request.socket.remoteAddress ?? ''
  joined.set('x-forwarded-for', forwarded ? `${forwarded}, ${peer}` : peer)
  return [...joined]
}

/** Repeats joined with a comma, under the key as it came first: keys ignore case. */
function queryOf(url: URL): [string, string][] {
  const joined = new Map<string, [string, string]>()
  for (const [name, value] of url.searchParams) {
    const earlier = joined.get(name.toLowerCase())
    joined.set(name.toLowerCase(), earlier === undefined ? [name, value] : [earlier[0], `${earlier[1]},${value}`])
  }
  return [...joined.values()]
}

function nullable(entries: readonly [string, string][]): NullableStrings {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]))
}
