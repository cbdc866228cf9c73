// Wraps every HTTP trigger: security headers on each answer, CORS for the configured origins, outages as 503, bugs as a 500 that tells nothing.
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { faultOf } from '../../application/fault.ts'
import { wellFormedText } from '../../domain/texts.ts'
import { Damaged, EntryTooLarge, Unavailable } from '../../ports/errors.ts'
import { damaged, failure, unavailable } from './responses.ts'

/** A trigger's own work: a request in, an answer out. */
export type Answer = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** The handler of a route that no page of another origin calls. */
export const endpoint = (answer: Answer): HttpHandler => browserEndpoint([], answer)

/** The handler of a route that pages of these origins may call, credentials included; it also answers OPTIONS. */
export const browserEndpoint =
  (origins: readonly string[], answer: Answer): HttpHandler =>
  async (request, context) => {
    const response = request.method === 'OPTIONS' ? { status: 204 } : await answered(answer, request, context)
    return written({
      ...response,
      headers: { ...securityHeaders, ...corsHeaders(origins, request), ...response.headers },
    })
  }

/** A response as text, well-formed whatever was stored once. */
function written({ jsonBody, ...response }: HttpResponseInit): HttpResponseInit {
  if (jsonBody === undefined) return response
  const headers = { 'Content-Type': 'application/json', ...response.headers }
  return { ...response, headers, body: wellFormedText(JSON.stringify(jsonBody)) }
}

async function answered(answer: Answer, request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  try {
    return await answer(request, context)
  } catch (error) {
    if (error instanceof EntryTooLarge) return failure(413, 'The entry is too large to be stored.')
    context.error(faultOf(error))
    if (error instanceof Damaged) return damaged(error.what)
    return error instanceof Unavailable
      ? unavailable(error.what)
      : failure(500, 'Something went wrong on our side. It has been logged.')
  }
}

/** How long a browser may keep the answer to a preflight, in seconds. */
const preflightSeconds = 600

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
