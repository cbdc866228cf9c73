import { expect, test } from 'vitest'
import { simulateFeed } from '../../support/log/feed-simulation.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'

test.each([1, 2])(
  'a poller of the feed receives exactly what is stored, in its order (simulation %i)',
  async (seed) => {
    const { stored, reported, fed, end, ...counts } = await simulateFeed(memoryAccount(), seed)
    expect(stored.length).toBe(reported.size)
    expect(new Set(stored)).toEqual(reported)
    expect(fed).toEqual(stored)
    expect(end).toBe(String(stored.length))
    expect(stored.length).toBeGreaterThan(2_000)
    const { transactions, kills, freezes, lostResponses, restarts } = counts
    for (const count of [transactions, kills, freezes, lostResponses, restarts]) expect(count).toBeGreaterThan(5)
  },
)
