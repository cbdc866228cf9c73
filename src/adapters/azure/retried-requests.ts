// Retries a table request that got no response, or one that says the service is busy. Table requests are retried nowhere else.
import { RestError, type TableClient } from '@azure/data-tables'

/** How pauses are made; a parameter, so that tests need not wait. `random` is from 0 to below 1. */
export type Pauses = {
  readonly wait: (ms: number) => Promise<unknown>
  readonly random: () => number
}

/** Most times one request is made. */
export const requestTriesMax = 5
/** Longest wait for the response to one try, in milliseconds. */
const tryMsMax = 10_000
/** The longest first pause, in milliseconds; each next one may be twice as long. */
const firstPauseMsMax = 200

type Policy = Parameters<TableClient['pipeline']['addPolicy']>[0]
type Request = Parameters<Policy['sendRequest']>[0]

const retriedRequests = new WeakSet<Request>()

/**
 * Has a client make each request up to `requestTriesMax` times while the service is at fault, with at most 3 s of pauses
 * between them, unless the request is aborted. A write may have taken effect before it is made again: then a row is there
 * already, is gone or has changed, and `wasRetried` says that the writer itself may have done that.
 */
export function withRetries(client: TableClient, pauses: Pauses): TableClient {
  client.pipeline.addPolicy({
    name: 'retries',
    sendRequest: async (request, next) => {
      request.timeout = tryMsMax
      for (let tries = 1; ; tries += 1) {
        const isLast = tries === requestTriesMax
        try {
          const response = await next(request)
          if (isLast || !isFault(response.status)) return response
        } catch (error) {
          if (isLast || request.abortSignal?.aborted || !isTransient(error)) throw error
        }
        retriedRequests.add(request)
        await pauses.wait(pauseMs(tries, pauses.random()))
      }
    },
  })
  return client
}

/** Whether the request that failed so was made more than once: then an earlier try may have taken effect. */
export const wasRetried = (error: unknown): boolean =>
  error instanceof RestError && error.request !== undefined && retriedRequests.has(error.request)

/** The pause after a try, the first being 1: from half of the longest to the longest. */
export const pauseMs = (tries: number, random: number): number =>
  firstPauseMsMax * 2 ** (tries - 1) * (0.5 + random / 2)

/** Whether a status says that the service is at fault: too slow, too busy, or broken. */
const isFault = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** Whether a failure is not the request's own: no response came, or one with such a status. */
function isTransient(error: unknown): boolean {
  if (error instanceof RestError) return error.statusCode === undefined || isFault(error.statusCode)
  return error instanceof Error && /abort|timeout/i.test(error.name)
}
