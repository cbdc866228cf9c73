// From what the library returns to a response on the wire.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RpcCookie, RpcHttpResponse, RpcInvocationResponse } from '../app/rpc.ts'

/** Statuses whose responses carry no body (Fetch standard, "null body status"). */
const bodiless = new Set([204, 205, 304])
/** The server writes these by itself. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

/** Responds without a body. */
export function sendStatus(response: ServerResponse, status: number): void {
  response.writeHead(status, bodiless.has(status) ? {} : { 'content-length': 0 }).end()
}

/** How long the rest of a refused body is read, so that the client gets to read the response. */
const drainMsMax = 5_000

/** Responds with 413 at once and ends the connection when the client has sent the rest of its body or gone away, or after 5 s. */
export async function sendTooLarge(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(413, { 'content-length': 0, connection: 'close' }).flushHeaders()
  await once(request.resume(), 'close', { signal: AbortSignal.timeout(drainMsMax) }).catch(() => {})
  response.end()
}

/** Responds with JSON, as the host's own endpoints do. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

/** Responds with what the function returned, from its return value or from an output of type http; nothing at all is 204. */
export function sendOutcome(response: ServerResponse, returned: RpcInvocationResponse): void {
  const http = returned.returnValue?.http ?? returned.outputData?.find(({ data }) => data?.http)?.data?.http
  if (http === undefined) sendStatus(response, 204)
  else sendHttp(response, http)
}

function sendHttp(response: ServerResponse, http: RpcHttpResponse): void {
  for (const [name, value] of Object.entries(http.headers)) {
    if (name === 'vary') response.appendHeader(name, value)
    // What the platform has said of CORS stays.
    else if (!ownHeaders.has(name) && !response.hasHeader(name)) response.setHeader(name, value)
  }
  for (const cookie of http.cookies) response.appendHeader('set-cookie', cookieText(cookie))
  const body = bodiless.has(http.statusCode) ? undefined : bodyOf(http)
  if (body === undefined) sendStatus(response, http.statusCode)
  else {
    // In chunks, an empty one too, and with neither header for HEAD: as Kestrel sends what the host writes.
    response.removeHeader('content-length')
    response.writeHead(http.statusCode).end(body)
  }
}

function bodyOf({ body }: RpcHttpResponse): Uint8Array {
  return body?.bytes ?? Buffer.from(body?.string ?? '')
}

/** A Set-Cookie value as ASP.NET writes it; the value is percent-encoded. */
function cookieText(cookie: RpcCookie): string {
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie
  const sameSiteText = { none: undefined, explicitNone: 'none', lax: 'lax', strict: 'strict' }[sameSite]
  return [
    `${cookie.name}=${percentEncoded(cookie.value)}`,
    expires && `expires=${new Date(expires.value.seconds * 1000).toUTCString()}`,
    maxAge && `max-age=${Math.trunc(maxAge.value)}`,
    domain && `domain=${domain.value}`,
    path && `path=${path.value}`,
    secure?.value && 'secure',
    sameSiteText && `samesite=${sameSiteText}`,
    httpOnly?.value && 'httponly',
  ]
    .filter(Boolean)
    .join('; ')
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
