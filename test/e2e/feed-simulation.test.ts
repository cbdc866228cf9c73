import { expect, test } from 'vitest'
import { simulateFeed } from '../support/feed-simulation.ts'
import { storageAccount } from '../support/storage.ts'

const account = storageAccount()

test.each([1, 2])(
  'a poller of the feed receives exactly what is stored, in its order (simulation %i)',
  async (seed) => {
    const { stored, reported, fed, transactions, kills, restarts } = await simulateFeed(account, seed)
    expect(stored.length).toBe(reported.size)
    expect(new Set(stored)).toEqual(reported)
    expect(fed).toEqual(stored)
    expect(stored.length).toBeGreaterThan(2_000)
    for (const count of [transactions, kills, restarts]) expect(count).toBeGreaterThan(5)
  },
)
