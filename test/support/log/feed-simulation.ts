// Two hours of an organization's events on the real table adapter, in virtual time: late uploads, clocks that are wrong and jump, frozen and killed writers, lost responses and redelivery, and two pollers that try to see it all.
import { RestError, type TableClient } from '@azure/data-tables'
import { randomFrom } from '../../../local/demo/random.ts'
import { tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import type { AcceptedEvent, EventLog } from '../../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { readMessage, writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt, parseInstant } from '../../../src/domain/instant.ts'
import { type EventStore, feedStart } from '../../../src/ports/events.ts'
import type { Account } from '../storage/account.ts'
import { type VirtualTime, virtualTime } from '../virtual-time.ts'

type SimulationResult = {
  /** Ids in the order of the whole feed, read once at the end. */
  readonly stored: readonly Guid[]
  /** Events that clients reported. */
  readonly reported: ReadonlySet<Guid>
  /** Ids as the poller of the feed received them. */
  readonly fed: readonly Guid[]
  /** Ids as the poller of the public list received them. */
  readonly listed: readonly Guid[]
  /** The place after the last event, as the store says it. */
  readonly end: string
  readonly transactions: number
  readonly kills: number
  readonly freezes: number
  readonly lostResponses: number
  readonly restarts: number
}

const writers = 8
const clients = 12
const lastsMs = 2 * 3_600_000
const uploadLateMsMax = 60_000
const redeliveryMs = 30_000
const pollMs = 60_000
const transactionMsMax = 5_000
/** How far a clock may be from the right time, either way. */
const clockApartMsMax = 3_600_000
const freezeMsMin = 1_000
const freezeMsMax = 10 * 60_000
/** By then every upload has come, every redelivery has happened, and nobody is frozen any more. */
const drainMs = 40 * 60_000

type Random = ReturnType<typeof randomFrom>

/** Runs the simulation on a storage account. Equal seeds give equal chances. */
export async function simulateFeed(account: Account, seed: number): Promise<SimulationResult> {
  const startMs = Date.UTC(2026, 10, 20, 9)
  const time = virtualTime(startMs)
  const random = randomFrom(seed)
  const storage = account()
  const log: EventLog = { kind: 'organization', id: guidOfContent('simulation', seed) }
  const queue: string[] = []
  const reported = new Set<Guid>()
  const counts = { transactions: 0, kills: 0, freezes: 0, lostResponses: 0, restarts: 0 }
  const reader = tableEventStore(storage, { now: time.now })

  for (let client = 0; client < clients; client += 1) time.run(() => runClient(client))
  for (let writer = 0; writer < writers; writer += 1) time.run(runWriter)
  const fed: Guid[] = []
  const listed: Guid[] = []
  time.run(pollFeed)
  time.run(pollList)
  await time.finish()
  const stored = (await feedFromBegin(reader, log)).map(({ id }) => id)
  return { stored, reported, fed, listed, end: await reader.end(log), ...counts }

  /** Events now and then; an upload up to a minute after the first of them; some uploads come twice. */
  async function runClient(client: number): Promise<void> {
    while (time.now() < startMs + lastsMs) {
      await time.sleep(random.between(0, 120_000))
      const beganMs = time.now()
      const batch = Array.from({ length: random.between(1, 12) }, (_, index): AcceptedEvent => {
        const date = instantAt(beganMs + index * random.between(0, 2_000))
        return { id: guidOfContent(seed, client, date, index), type: 1107, date, organizationId: log.id }
      })
      await time.sleep(random.between(24_000, uploadLateMsMax))
      for (const { id } of batch) reported.add(id)
      queue.push(...writeMessages(batch))
      if (random.chance(0.1)) queue.push(...writeMessages(batch))
    }
  }

  /** A process whose clock jumps now and then. */
  function newWriter(): EventStore {
    let clockApart = 0
    const now = () => {
      if (random.chance(0.1)) clockApart = random.between(-clockApartMsMax, clockApartMsMax)
      return time.now() + clockApart
    }
    const chance = () => random.between(0, 1_000) / 1_001
    return tableEventStore(faulty(storage, time, random, counts), { now, sleep: time.sleep, random: chance })
  }

  /** Takes messages and stores them; a killed one starts anew, and its message is delivered again. */
  async function runWriter(): Promise<void> {
    let store = newWriter()
    while (time.now() < startMs + lastsMs + drainMs / 2) {
      const message = queue.shift()
      if (message === undefined) {
        await time.sleep(random.between(200, 2_000))
        continue
      }
      const read = readMessage(message, instantAt(time.now()))
      if (read.kind === 'refused') throw new Error('a message of our own was refused')
      try {
        await store.append(read.events)
      } catch (error) {
        if (!(error instanceof Killed) && !(error instanceof Error && error.message.includes('unavailable')))
          throw error
        if (error instanceof Killed) store = newWriter()
        await time.sleep(redeliveryMs)
        queue.push(message)
      }
    }
  }

  /** Follows the feed each minute. A restart before the cursor is saved forgets what was read with it. */
  async function pollFeed(): Promise<void> {
    let saved = feedStart
    while (time.now() < startMs + lastsMs + drainMs) {
      await time.sleep(pollMs)
      for (let more = true; more; ) {
        const page = await reader.feed(log, random.between(1, 200), saved)
        if (!page) throw new Error('the feed refused its own place')
        if (random.chance(0.05)) {
          counts.restarts += 1
          continue
        }
        fed.push(...page.events.map(({ id }) => id))
        saved = page.next
        more = page.more
      }
    }
  }

  /** Asks the list for what is dated after its last end, as connectors do. */
  async function pollList(): Promise<void> {
    let from = instantAt(startMs)
    while (time.now() < startMs + lastsMs + drainMs) {
      await time.sleep(pollMs)
      const to = instantAt(time.now())
      let after: string | null = null
      do {
        const query = { log, from, to, filters: [], traits: {} }
        const page: Awaited<ReturnType<EventStore['list']>> = await reader.list(query, 50, after)
        listed.push(...(page?.events.map(({ id }) => id) ?? []))
        after = page?.next ?? null
      } while (after !== null)
      from = parseInstant(to.replace('0000Z', '0010Z')) ?? to
    }
  }
}

class Killed extends Error {}

/**
 * The storage of one process. Transactions take their time; some are frozen for up to ten minutes before they are sent, some
 * kill their process, some take effect though their response is lost, at once or long after the process went on.
 */
function faulty(
  storage: Storage,
  time: VirtualTime,
  random: Random,
  counts: { transactions: number; kills: number; freezes: number; lostResponses: number },
): Storage {
  let killed = false
  const kill = (when: string) => {
    killed = true
    counts.kills += 1
    return new Killed(when)
  }
  const submit = async (table: TableClient, ...[actions]: Parameters<TableClient['submitTransaction']>) => {
    if (killed) throw new Killed('is dead')
    counts.transactions += 1
    await time.sleep(random.between(0, transactionMsMax))
    if (random.chance(0.03)) {
      counts.freezes += 1
      await time.sleep(random.between(freezeMsMin, freezeMsMax))
    }
    if (random.chance(0.03)) throw kill('before it took effect')
    if (random.chance(0.06)) {
      counts.lostResponses += 1
      time.run(async () => {
        await time.sleep(random.chance(0.5) ? 0 : random.between(0, 60_000))
        await table.submitTransaction(actions).catch(() => undefined)
      })
      await time.sleep(random.between(0, transactionMsMax))
      throw new RestError('the response is lost', { code: 'ECONNRESET' })
    }
    const response = await table.submitTransaction(actions)
    if (random.chance(0.03)) throw kill('after it took effect')
    return response
  }
  return {
    ...storage,
    table: (name) => {
      const table = storage.table(name)
      return new Proxy(table, {
        get: (target, member) => {
          if (member === 'submitTransaction') return (actions: Parameters<typeof submit>[1]) => submit(target, actions)
          const value: unknown = Reflect.get(target, member, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }
}

async function feedFromBegin(store: EventStore, log: EventLog): Promise<AcceptedEvent[]> {
  const events: AcceptedEvent[] = []
  let place = feedStart
  for (;;) {
    const page = await store.feed(log, 1_000, place)
    events.push(...(page?.events ?? []))
    if (!page?.more) return events
    place = page.next
  }
}
