// CORS as the platform in front of a function app has it: preflights never reach a function.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendStatus } from './response.ts'

/** As `Host.CORS` and `Host.CORSCredentials` of local.settings.json, and CORS of a function app in Azure. */
export type Cors = {
  /** Whose pages may call; `*` is any. With none, no preflight gets a permission. */
  readonly origins: readonly string[]
  /** Whether their calls may carry credentials. */
  readonly credentials: boolean
}

/**
 * Puts the headers for an allowed origin on the response, and responds to a preflight (204, allowed or not); true for a preflight. A
 * function's headers of the same names are ignored. As CorsMiddleware of ASP.NET with any method and any header, which func runs.
 */
export function applyCors(cors: Cors, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, 'access-control-request-method': method } = request.headers
  if (origin === undefined) return false
  const isPreflight = request.method === 'OPTIONS' && method !== undefined
  if (cors.origins.includes('*') || cors.origins.includes(origin)) {
    response.setHeader('access-control-allow-origin', origin).setHeader('vary', 'Origin')
    if (cors.credentials) response.setHeader('access-control-allow-credentials', 'true')
    if (isPreflight) response.setHeader('access-control-allow-methods', method)
    const asked = request.headers['access-control-request-headers']
    if (isPreflight && asked !== undefined) response.setHeader('access-control-allow-headers', asked)
  }
  if (isPreflight) sendStatus(response, 204)
  return isPreflight
}
