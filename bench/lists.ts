// What a list's first page costs in a large log, against a small one, on Azurite.
import * as v from 'valibot'
import { startAzurite } from '../local/azurite.ts'
import { openStorage } from '../src/adapters/azure-storage.ts'
import { tableEventStore } from '../src/adapters/table-event-store.ts'
import { AcceptedEvent, type EventLog } from '../src/domain/event.ts'
import { Guid, guidOfContent } from '../src/domain/guid.ts'
import { instantAt } from '../src/domain/instant.ts'
import type { EventStore } from '../src/ports.ts'
import { ratioOf } from './measure.ts'
import type { Ratio } from './run.ts'

const sizes = { small: 500, large: 10_000 } as const
const pageSize = 50
const rounds = 25

/** First pages of two logs. */
export async function benchLists(): Promise<Ratio[]> {
  const azurite = await startAzurite()
  try {
    const storage = openStorage({ kind: 'connection-string', connectionString: azurite.connectionString })
    const store = tableEventStore(storage, { now: Date.now, horizonMs: 0 })
    const small = await filledLog(store, 1, sizes.small)
    const large = await filledLog(store, 2, sizes.large)
    const { ratio } = await ratioOf(
      rounds,
      () => firstPage(store, large),
      () => firstPage(store, small),
    )
    const what = `the first page of ${pageSize} of ${sizes.large.toLocaleString('en')} events`
    return [{ what, against: `that of ${sizes.small.toLocaleString('en')}`, ratio }]
  } finally {
    await azurite.stop()
  }
}

const startMs = Date.UTC(2026, 9, 1)

function firstPage(store: EventStore, log: EventLog) {
  const range = { from: instantAt(startMs), to: instantAt(startMs + 365 * 86_400_000) }
  return store.list({ log, ...range, filters: [], traits: {} }, pageSize, null)
}

async function filledLog(store: EventStore, number: number, count: number): Promise<EventLog> {
  const id = v.parse(Guid, `a0000000-0000-4000-8000-00000000000${number}`)
  const events = Array.from({ length: count }, (_, index) =>
    v.parse(AcceptedEvent, {
      ...{ id: guidOfContent(number, index), type: 1107, organizationId: id },
      ...{ date: instantAt(startMs + index * 1_000), actingUserId: guidOfContent('user', index % 10) },
    }),
  )
  await store.append(events)
  return { kind: 'organization', id }
}
