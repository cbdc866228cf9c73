// Answers every route shares: the reference's error envelope, and refusals by their kind.
import type { HttpResponseInit } from '@azure/functions'

/** Every error's body: a sentence for people, and the parameters at fault by name. */
export type ErrorBody = {
  readonly object: 'error'
  readonly message: string
  readonly errors: Readonly<Record<string, readonly string[]>> | null
}

/** An error in the documented envelope. */
export const failure = (
  status: number,
  message: string,
  errors: ErrorBody['errors'] = null,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit => ({
  status,
  headers: { ...headers },
  jsonBody: { object: 'error', message, errors } satisfies ErrorBody,
})

export const badRequest = (errors: Readonly<Record<string, readonly string[]>>): HttpResponseInit =>
  failure(400, 'The request is not valid.', errors)

/** For what does not exist, and for what the caller may not see: nobody can tell which. */
export const notFound = (): HttpResponseInit => failure(404, 'Resource not found.')

/** Seconds after which a client may try again what failed for an outage. */
const retryAfterSeconds = 30

export const unavailable = (what: string): HttpResponseInit =>
  failure(503, `The ${what} is unavailable. Try again later.`, null, { 'Retry-After': String(retryAfterSeconds) })

/** For what cannot be answered while a row is damaged: waiting does not help. */
export const damaged = (what: string): HttpResponseInit =>
  failure(
    503,
    `A row in the ${what} cannot be read. Whoever runs Keytrail finds it with "npm run repair -- check".`,
    null,
    {
      'Retry-After': String(retryAfterSeconds),
    },
  )

/** A page of JSON, or any other good answer. */
export const ok = (jsonBody: unknown): HttpResponseInit => ({ status: 200, jsonBody })
