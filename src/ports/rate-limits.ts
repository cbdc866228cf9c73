// The port that counts requests.
import type { RateKind } from '../domain/rate-limits.ts'

/** Counts requests of late, by their kind and by who makes them. */
export type RateLimiter = {
  /** Counts one more, and tells in how many milliseconds another is welcome; 0: this one is. */
  readonly count: (kind: RateKind, who: string) => Promise<number>
}
