import { afterAll, beforeAll } from 'vitest'
import { startAzurite } from '../../local/azurite.ts'
import { openStorage } from '../../src/adapters/azure-storage.ts'
import { tableEventStore } from '../../src/adapters/table-event-store.ts'
import type { EventStore } from '../../src/ports.ts'
import { eventStoreConformance } from './event-store.conformance.ts'

let azurite: Awaited<ReturnType<typeof startAzurite>>
let store: EventStore

beforeAll(async () => {
  azurite = await startAzurite()
  const storage = openStorage({ kind: 'connection-string', connectionString: azurite.connectionString })
  let clock = Date.now()
  // Each look at the clock is a millisecond later: the order of the feed is the order of the calls.
  store = tableEventStore(storage, { now: () => ++clock, horizonMs: -60_000 })
})
afterAll(() => azurite.stop())

eventStoreConformance('table', () => store)
