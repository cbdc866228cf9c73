// The counts of requests: at each limit and one past it, by kind and by name, and how many names are counted.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  countedNamesMax,
  memoryRateLimits,
  rateLimitsDefault,
  rateWindowSeconds,
} from '../../../src/adapters/in-process/rate-limits.ts'
import { type RateLimiter, rateKinds } from '../../../src/ports/rate-limits.ts'

const limits = { ...rateLimitsDefault, ...Object.fromEntries(rateKinds.map((kind) => [kind, 3])) }
let limiter: RateLimiter

// The library reads the time itself.
beforeEach(() => {
  vi.useFakeTimers()
  limiter = memoryRateLimits(limits)
})
afterEach(() => {
  vi.useRealTimers()
})

/** Asks so often; returns the waits. */
async function ask(times: number, ...[kind, who]: Parameters<RateLimiter['count']>): Promise<number[]> {
  const waits: number[] = []
  for (let time = 0; time < times; time += 1) waits.push(await limiter.count(kind, who))
  return waits
}

test.each(rateKinds)(
  '%s: as many as the limit are welcome, one more is not, until a minute after the first',
  async (kind) => {
    expect(await ask(3, kind, 'alice')).toEqual([0, 0, 0])
    vi.advanceTimersByTime(20_000)
    expect(await ask(2, kind, 'alice')).toEqual([40_000, 40_000])
    vi.advanceTimersByTime(39_999)
    expect(await ask(1, kind, 'alice')).toEqual([1])
    vi.advanceTimersByTime(1)
    expect(await ask(4, kind, 'alice')).toEqual([0, 0, 0, rateWindowSeconds * 1_000])
  },
)

test('neither names nor kinds share a count', async () => {
  expect(await ask(4, 'read', 'alice')).toContain(60_000)
  expect(await ask(3, 'read', 'bob')).toEqual([0, 0, 0])
  expect(await ask(3, 'write', 'alice')).toEqual([0, 0, 0])
})

test('a limit of 0 is none', async () => {
  limiter = memoryRateLimits({ ...limits, read: 0 })
  expect(new Set(await ask(1_000, 'read', 'alice'))).toEqual(new Set([0]))
})

test('so many names are counted and no more: the one whose last request is the oldest begins anew', async () => {
  await ask(4, 'refused', 'first')
  await ask(4, 'refused', 'second')
  for (let other = 0; other < countedNamesMax - 2; other += 1) await limiter.count('refused', `other ${other}`)
  expect(await ask(1, 'refused', 'first')).toEqual([60_000])
  await limiter.count('refused', 'one more')
  expect(await ask(1, 'refused', 'first')).toEqual([60_000])
  expect(await ask(1, 'refused', 'second')).toEqual([0])
})
