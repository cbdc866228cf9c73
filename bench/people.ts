// What the first screen about a person costs: however many events the person has, and against a plain list of 50 events.
import { tableEventStore } from '../src/adapters/azure/events/event-store.ts'
import { tableTallies } from '../src/adapters/azure/tallies/tallies.ts'
import { memoryDirectory } from '../src/adapters/memory/directory.ts'
import { readActor } from '../src/application/tallies/read-actor.ts'
import type { StoredEvent } from '../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../src/domain/guid.ts'
import { instantAt } from '../src/domain/instant.ts'
import { countInto } from '../src/domain/tallies/tally.ts'
import { memoryAccount } from '../test/support/storage/memory-tables.ts'
import { type Ratio, ratioOf } from './measure.ts'

const rounds = 31
const [many, few, listed] = [100_000, 1_000, 50]
const [items, addresses, devices, days] = [3_000, 60, 5, 92]
const dayMs = 86_400_000
const endMs = Date.UTC(2026, 11, 31, 12)
const person = guidOfContent('a person')

/** On tables in memory, in the order of their keys and without a connection. */
export async function benchPeople(): Promise<Ratio[]> {
  const storage = memoryAccount()()
  const [store, tallies] = [tableEventStore(storage, { now: () => endMs }), tableTallies(storage)]
  const ports = { store, tallies, directory: memoryDirectory(), now: () => endMs }
  const screen = async (count: number) => {
    const found = await readActor(ports, organizationOf(count), { kind: 'person', id: person })
    if (found?.days.length !== Math.min(days, count)) throw new Error('the screen is not full')
  }
  const list = async () => {
    const log = { kind: 'organization', id: organizationOf(few) } as const
    const range = { from: instantAt(endMs - days * dayMs), to: instantAt(endMs) }
    const page = await store.list({ log, ...range, filters: [], traits: {} }, listed, null)
    if (page?.events.length !== listed) throw new Error('the page is not full')
  }
  await store.append(eventsOf(few))
  for (const count of [many, few]) {
    const organizationId = organizationOf(count)
    const progress = await tallies.progressOf(organizationId)
    const numbered = eventsOf(count).map((event, index) => ({ event, number: index + 1 }))
    await tallies.commit(organizationId, progress, {
      checkpoint: `${count}`,
      countedTo: endMs,
      tallies: countInto(new Map(), numbered),
    })
  }
  const what = `the first screen about a person with ${many.toLocaleString('en')} events`
  const { ratio: growth } = await ratioOf(
    rounds,
    () => screen(many),
    () => screen(few),
  )
  const { ratio, firstMs } = await ratioOf(rounds, () => screen(many), list)
  return [
    { what, against: `that with ${few.toLocaleString('en')}`, ratio: growth },
    { what, against: `a list of ${listed} events`, ratio, note: `${firstMs.toFixed(1)} ms; tables in memory` },
  ]
}

const organizationOf = (count: number): Guid => guidOfContent('organization', count)

/** Events of a person over the last days. */
const eventsOf = (count: number): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    id: guidOfContent(count, index),
    type: [1107, 1111, 1114][index % 3] ?? 1107,
    organizationId: organizationOf(count),
    actingUserId: person,
    cipherId: guidOfContent('item', index % items),
    ipAddress: `203.0.113.${index % addresses}`,
    deviceType: index % devices,
    date: instantAt(endMs - (index % days) * dayMs),
  }))
