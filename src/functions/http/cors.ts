// CORS: lets pages of the configured origins call a route, and responds to their preflights (Fetch standard, "CORS protocol").
import type { HttpRequest } from '@azure/functions'
import { endpoint, type Handler } from './endpoint.ts'

/** How long a browser may cache the response to a preflight, in seconds. */
const preflightSeconds = 600

const preflight = endpoint(async () => ({ status: 204 }))

/** The same route, which pages of these origins may call, with credentials; it also takes OPTIONS. */
export const forBrowsers =
  (origins: readonly string[], handler: Handler): Handler =>
  async (request, context) => {
    const response = await (request.method === 'OPTIONS' ? preflight : handler)(request, context)
    return { ...response, headers: { ...corsHeaders(origins, request), ...response.headers } }
  }

function corsHeaders(origins: readonly string[], request: HttpRequest): Record<string, string> {
  if (origins.length === 0) return {}
  const origin = request.headers.get('origin')
  if (origin === null || !origins.includes(origin)) return { Vary: 'Origin' }
  const allowed = {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    Vary: 'Origin',
  }
  if (request.method !== 'OPTIONS') return allowed
  return {
    ...allowed,
    'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
    'Access-Control-Allow-Headers': request.headers.get('access-control-request-headers') ?? '',
    'Access-Control-Max-Age': String(preflightSeconds),
  }
}
