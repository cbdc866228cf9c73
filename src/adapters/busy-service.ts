// What to do while the storage is busy: ask again, a few times, after pauses that grow and differ from caller to caller.
import { RestError } from '@azure/data-tables'

/** How pauses are made; handed in, so that tests need not wait. `random` is from 0 to below 1. */
export type Pauses = {
  readonly wait: (ms: number) => Promise<unknown>
  readonly random: () => number
}

/** Most times one request is made. */
export const attemptsMax = 5
/** The longest first pause, in milliseconds; each next one may be twice as long. */
const firstPauseMsMax = 200

/**
 * Makes a request, and again while the service answers that it is busy: up to `attemptsMax` times, within about 3 s.
 * Only for requests that may be made twice: one that was answered so may have taken effect. `worthAnother` tells which
 * failures are no reason to give up.
 */
export async function patiently<T>(
  pauses: Pauses,
  request: () => Promise<T>,
  worthAnother: (error: unknown) => boolean = isBusy,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request()
    } catch (error) {
      if (attempt === attemptsMax || !worthAnother(error)) throw error
      await pauses.wait(pauseMs(attempt, pauses.random()))
    }
  }
}

/** The pause after an attempt, the first being 1: from half of the longest to the longest. */
export const pauseMs = (attempt: number, random: number): number =>
  firstPauseMsMax * 2 ** (attempt - 1) * (0.5 + random / 2)

/** Azure, "Table service error codes": 503 ServerBusy, and 500 OperationTimedOut, after which one asks again. */
function isBusy(error: unknown): boolean {
  return error instanceof RestError && [429, 500, 503].includes(error.statusCode ?? 0)
}

/** Busy, or without an answer in the time that a request has: what takes hundreds of requests should not fail for one. */
export const isBusyOrSlow = (error: unknown): boolean =>
  isBusy(error) || (error instanceof Error && /abort|timeout/i.test(error.name))
