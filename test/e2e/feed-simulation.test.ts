import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAzurite } from '../../local/azurite.ts'
import { simulateFeed } from '../support/feed-simulation.ts'

let azurite: Awaited<ReturnType<typeof startAzurite>>

beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.stop())

test.each([1, 2])(
  'a poller of the feed receives exactly what is stored, in its order (simulation %i)',
  async (seed) => {
    const { stored, reported, fed, transactions, kills, restarts } = await simulateFeed(azurite.connectionString, seed)
    expect(stored.length).toBe(reported.size)
    expect(new Set(stored)).toEqual(reported)
    expect(fed).toEqual(stored)
    expect(stored.length).toBeGreaterThan(2_000)
    for (const count of [transactions, kills, restarts]) expect(count).toBeGreaterThan(5)
  },
)
