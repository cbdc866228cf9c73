// What a response of a vault's API means: the JSON that it holds, or what is wrong. Pure.
import { httpDateMs } from '../http-date.ts'
import type { Instant } from '../instant.ts'
import type { SourceProblem } from './problems.ts'

/** A response of a vault's API, or why there is none. `serverMs` is the server's clock (Unix ms). */
export type ApiResponse =
  | { readonly kind: 'json'; readonly body: unknown; readonly serverMs: number | null }
  | ApiFailure
type ApiFailure = {
  readonly kind: 'failed'
  readonly reason: SourceProblem
  readonly retryAfterSeconds: number | null
}

/** A response as it came; `isWhole`: its body did not break off. */
export type RawResponse = {
  readonly status: number
  readonly retryAfter: string | null
  readonly date: string | null
  readonly body: string
  readonly isWhole: boolean
}

/** The pause when a server asks for one and does not say how long, in seconds. */
const retryAfterDefault = 60

/** Reads a response. `now` decides the century of an old form of dates. */
export function readApiResponse(raw: RawResponse, now: Instant): ApiResponse {
  const { status, body, isWhole } = raw
  if (status === 429) return apiFailure('rate-limited', secondsOf(raw.retryAfter))
  const reason = reasonOf(status)
  if (reason) return apiFailure(reason)
  if (!isWhole) return apiFailure('cut-off')
  try {
    return { kind: 'json', body: JSON.parse(body), serverMs: httpDateMs(raw.date ?? '', now) ?? null }
  } catch {
    return apiFailure('not-json')
  }
}

/** The response of a token endpoint: it says with 400 that it does not know the key (RFC 6749 section 5.2). */
export function readTokenResponse(raw: RawResponse, now: Instant): ApiResponse {
  return raw.status === 400 && raw.body.includes('"error"') ? apiFailure('key-refused') : readApiResponse(raw, now)
}

/** The response that there is none, for this reason. */
export const apiFailure = (reason: SourceProblem, retryAfterSeconds: number | null = null): ApiFailure => ({
  kind: 'failed',
  reason,
  retryAfterSeconds,
})

/** Whether the same request may succeed a moment later. */
export const isPassing = (reason: SourceProblem): boolean => passing.includes(reason)
const passing: readonly SourceProblem[] = ['server-failing', 'cut-off', 'timed-out', 'unreachable', 'not-json']

const secondsOf = (retryAfter: string | null): number =>
  /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : retryAfterDefault

function reasonOf(status: number): SourceProblem | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 401) return 'key-refused'
  if (status === 403) return 'access-refused'
  if (status === 404) return 'not-found'
  return status >= 500 || status === 408 ? 'server-failing' : 'refused'
}
