// Responses that routes share: the reference's error envelope, and one response for each kind of problem.
import type { HttpResponseInit } from '@azure/functions'
import type { RuleProblem } from '../../domain/alerts/sigma/problems.ts'

/** What is wrong with a request, by the parameter or property at fault. */
export type Errors = Readonly<Record<string, readonly string[]>>

/** Every error's body: a sentence for people, and what is at fault by name. */
type ErrorBody = { readonly object: 'error'; readonly message: string; readonly errors: Errors | null }

/** Why a request is not served; `respondTo` makes the response. */
export type Problem =
  | Invalid
  | { readonly kind: 'invalid-rule'; readonly problems: readonly RuleProblem[] }
  | { readonly kind: 'too-large'; readonly message: string }
  | { readonly kind: 'length-missing' }
  | { readonly kind: 'conflict'; readonly message: string }
  | { readonly kind: 'not-found' }
export type Invalid = { readonly kind: 'invalid'; readonly errors: Errors }

export const invalid = (errors: Errors): Invalid => ({ kind: 'invalid', errors })

/** The response to a request that is not served. */
export function respondTo(problem: Problem): HttpResponseInit {
  switch (problem.kind) {
    case 'invalid':
      return badRequest(problem.errors)
    case 'invalid-rule':
      return invalidRule(problem.problems)
    case 'too-large':
      return failure(413, problem.message)
    case 'length-missing':
      return failure(411, 'Send the body with a Content-Length, not in chunks.')
    case 'conflict':
      return failure(409, problem.message)
    case 'not-found':
      return notFound()
  }
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

export const badRequest = (errors: Errors): HttpResponseInit => failure(400, 'The request is not valid.', errors)

/** For what does not exist, and for what the caller may not see: the response does not say which. */
export const notFound = (): HttpResponseInit => failure(404, 'Resource not found.')

/** For a rule document that is not valid: each problem as text, and by its position. */
const invalidRule = (problems: readonly RuleProblem[]): HttpResponseInit => ({
  status: 400,
  jsonBody: {
    object: 'error',
    message: 'The rule has problems.',
    errors: { text: problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`) },
    problems,
  } satisfies ErrorBody & { readonly problems: readonly RuleProblem[] },
})

/** Seconds after which a client may try again what failed for an outage. */
const retryAfterSeconds = 30
const retryAfter = { 'Retry-After': String(retryAfterSeconds) }

export const unavailable = (what: string): HttpResponseInit =>
  failure(503, `The ${what} is unavailable. Try again later.`, null, retryAfter)

/** For a request that needs a damaged row: only a repair helps. */
export const damaged = (what: string): HttpResponseInit =>
  failure(
    503,
    `A row in the ${what} cannot be read. The operator finds it with "npm run repair -- check".`,
    null,
    retryAfter,
  )

/** A successful response with a body. */
export const ok = (jsonBody: unknown): HttpResponseInit => ({ status: 200, jsonBody })
