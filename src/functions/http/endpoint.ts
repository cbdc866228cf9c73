// Wraps every HTTP trigger: security headers on each response, outages as 503, bugs as a 500 that reveals nothing.
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { faultOf } from '../../application/fault.ts'
import { wellFormedText } from '../../domain/texts.ts'
import { Damaged, EntryTooLarge, Unavailable } from '../../ports/errors.ts'
import { damaged, failure, unavailable } from './responses.ts'

/** What the host calls for a route: a request in, a response out. */
export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** The handler of a route; headers of its own response win over the security headers. */
export const endpoint =
  (respond: Handler): Handler =>
  async (request, context) => {
    const response = await responseOf(respond, request, context)
    return written({ ...response, headers: { ...securityHeaders, ...response.headers } })
  }

/** A response as text, which is well-formed even if what is stored is not. */
function written({ jsonBody, ...response }: HttpResponseInit): HttpResponseInit {
  if (jsonBody === undefined) return response
  const headers = { 'Content-Type': 'application/json', ...response.headers }
  return { ...response, headers, body: wellFormedText(JSON.stringify(jsonBody)) }
}

async function responseOf(
  respond: Handler,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  try {
    return await respond(request, context)
  } catch (error) {
    if (error instanceof EntryTooLarge) return failure(413, 'The entry is too large to be stored.')
    context.error(faultOf(error))
    if (error instanceof Damaged) return damaged(error.what)
    return error instanceof Unavailable
      ? unavailable(error.what)
      : failure(500, 'Something went wrong on our side. It has been logged.')
  }
}
