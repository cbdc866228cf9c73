// RateLimiter in memory: each instance of the app counts for itself, and forgets when it stops.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { boundedMap } from '../../domain/bounded-map.ts'
import type { RateKind, RateLimiter } from '../../ports/rate-limits.ts'

/** Most requests of each kind that one caller may make in `rateWindowSeconds`; 0: any number. */
export type RateLimits = Readonly<Record<RateKind, number>>

/** A window begins with a caller's first request. */
export const rateWindowSeconds = 60

/**
 * Limits that no real client reaches: a client that sends 20,000 stored events a hundred at a time makes 200 uploads, a
 * follower of the feed that catches up makes one request after another, and a server reports for everyone under one name.
 */
export const rateLimitsDefault: RateLimits = {
  collect: 600,
  read: 6_000,
  export: 300,
  preview: 60,
  write: 600,
  server: 6_000,
  refused: 300,
}

/** Most names of a kind that are counted; beyond it, the one whose last request is the oldest begins anew. */
export const countedNamesMax = 20_000

/** A limiter without requests. */
export function memoryRateLimits(limits: RateLimits): RateLimiter {
  const count = {
    collect: counting(limits.collect),
    read: counting(limits.read),
    export: counting(limits.export),
    preview: counting(limits.preview),
    write: counting(limits.write),
    server: counting(limits.server),
    refused: counting(limits.refused),
  } satisfies Record<RateKind, Counting>
  return { count: (kind, who) => count[kind](who) }
}

type Counting = (who: string) => Promise<number>

function counting(requestsMax: number): Counting {
  if (requestsMax === 0) return async () => 0
  const limiter = new RateLimiterMemory({ points: requestsMax, duration: rateWindowSeconds })
  const names = boundedMap<string, true>({ entriesMax: countedNamesMax })
  return async (who) => {
    for (const oldest of names.set(who, true)) await limiter.delete(oldest)
    try {
      await limiter.consume(who)
      return 0
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(refusal.msBeforeNext, 1)
      throw refusal
    }
  }
}
