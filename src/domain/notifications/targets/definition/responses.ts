// What came of a request, and what it means: delivered, to be retried, refused for good, or the target is gone. Pure.

/** How many bytes of a response's body are read, and how long a request may take, in milliseconds. */
export const responseBytesMax = 4_096
export const responseTimeoutMs = 15_000

/**
 * A response's status, its `Retry-After`, and as much of the beginning of its body as was read. Of a mail server, the code of
 * its reply, the command that it refused as the body, and the recipients that it refused while it took the message for others.
 */
export type HttpResponse = {
  readonly kind: 'response'
  readonly status: number
  readonly retryAfter: string | null
  readonly body: string
  readonly refused?: readonly string[]
}

/**
 * What came of a request. network: no response, `code` says why (`ECONNRESET`); refused-address: the name leads to an
 * address that nothing is sent to.
 */
export type RequestOutcome =
  | HttpResponse
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'refused-address' }

/** Why an attempt failed. `detail` is a status, or a code from a known list: nothing else of a response is stored. */
type FailureReason =
  | 'refused'
  | 'redirected'
  | 'rate-limited'
  | 'target-failed'
  | 'target-gone'
  | 'no-connection'
  | 'no-response'
  | 'address-refused'
export type Failure = { readonly reason: FailureReason; readonly detail: string | null }

/** A failure in words for people. */
export function failureText({ reason, detail }: Failure): string {
  return detail === null ? texts[reason] : `${texts[reason]} (${detail})`
}

const texts: Readonly<Record<FailureReason, string>> = {
  refused: 'the target refused it',
  redirected: 'the target answered with a redirect, which is not followed',
  'rate-limited': 'the target takes no more for now',
  'target-failed': 'the target failed',
  'target-gone': 'the target is gone',
  'no-connection': 'no connection',
  'no-response': `no answer within ${responseTimeoutMs / 1_000} s`,
  'address-refused': 'its name leads to an address that nothing is sent to',
}

/** What a response means by itself. `ofContent`: the target refused what the request says, not its sender. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly failure: Failure }
  | { readonly kind: 'final'; readonly failure: Failure; readonly ofContent: boolean }
  | { readonly kind: 'gone'; readonly failure: Failure }

/** What a response means by its status. `code`: what is known of its body, '' if nothing is. */
export function statusVerdict({ status }: HttpResponse, code = ''): Verdict {
  const detail = [String(status), code].filter(Boolean).join(' ')
  if (isSuccess(status)) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone', failure: { reason: 'target-gone', detail } }
  if (status === 429) return again('rate-limited', detail)
  if (status >= 500 || status === 408 || status === 425) return again('target-failed', detail)
  if (status >= 300 && status < 400) return final('redirected', detail)
  return final('refused', detail, contentStatuses.has(status))
}

/** Whether a status is of the class 2xx. */
export const isSuccess = (status: number) => status >= 200 && status < 300

/** Statuses by which a target refuses what a request says, not its sender. */
const contentStatuses: ReadonlySet<number> = new Set([400, 413, 422])

/** A failure that may pass. */
export const again = (reason: FailureReason, detail: string | null): Verdict => ({
  kind: 'again',
  failure: { reason, detail },
})

/** A failure that another attempt does not change. */
export const final = (reason: FailureReason, detail: string | null, ofContent = false): Verdict => ({
  kind: 'final',
  failure: { reason, detail },
  ofContent,
})
