// What a source costs: requests of a day with 10,000 events, requests and memory of a long history. In virtual time, against the simulated server.
import { traffic } from '../local/bitwarden/traffic.ts'
import { randomFrom } from '../local/demo/random.ts'
import type { AcceptedEvent } from '../src/domain/events/event.ts'
import { readMessage } from '../src/domain/ingest/event-messages.ts'
import { type Instant, instantAt, millisecondsOf } from '../src/domain/instant.ts'
import type { EventQuery } from '../src/domain/log/query.ts'
import { guid } from '../test/support/events.ts'
import { viewedAt } from '../test/support/sources/arrivals.ts'
import { pulledWorld } from '../test/support/sources/pulls.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const startMs = Date.UTC(2026, 8, 1)
const numbers = Array.from({ length: 200 }, (_, index) => index + 1)
const megabytes = () => Math.round(process.memoryUsage().rss / 1_000_000)

await daily(10_000, 3)
await backfill(Number(process.argv[2] ?? 100_000))

/** The requests of the last day, with an event log that knows what was pulled. */
async function daily(eventsPerDay: number, days: number): Promise<void> {
  const arrivals = traffic({
    from: startMs,
    to: startMs + days * dayMs,
    eventsPerDay,
    random: randomFrom(1),
    actors: numbers.map((number) => guid(number, 'b')),
    items: numbers.map((number) => guid(number, 'd')),
  })
  const world = await pulledWorld({ kind: 'position', startMs, arrivals })
  const log = minuteLog()
  for (let day = 0; day < days; day += 1) {
    const before = { ...world.server.counts }
    for (let minute = 0; minute < 1_440; minute += 1) {
      await world.pull({ store: log })
      for (const message of world.queue.messages.splice(0)) {
        const read = readMessage(message, instantAt(world.clock.now))
        if (read.kind === 'events') log.append(read.events)
      }
      world.clock.now += minuteMs
    }
    const { gets, tokens } = world.server.counts
    const there = world.organization.events.all(world.clock.now).length
    console.log(
      `day ${day + 1}: ${gets - before.gets} GETs, ${tokens - before.tokens} tokens; ${log.size()} of ${there} events`,
    )
  }
}

/** A log by minutes: that of tests reads all of it for each list. */
function minuteLog() {
  const ids = new Set<string>()
  const minutes = new Map<number, AcceptedEvent[]>()
  const minuteOf = (date: Instant) => Math.floor(millisecondsOf(date) / minuteMs)
  return {
    size: () => ids.size,
    append: (events: readonly AcceptedEvent[]) => {
      for (const event of events.filter(({ id }) => !ids.has(id))) {
        ids.add(event.id)
        const minute = minuteOf(event.date)
        minutes.set(minute, [...(minutes.get(minute) ?? []), event])
      }
    },
    list: async ({ from, to }: EventQuery) => {
      const events: AcceptedEvent[] = []
      const last = minuteOf(to)
      for (let minute = Math.max(minuteOf(from), last - 3_000); minute <= last; minute += 1) {
        events.push(...(minutes.get(minute) ?? []))
      }
      return { events, next: null }
    },
  }
}

/** The requests of a history, until all of it is read. */
async function backfill(events: number): Promise<void> {
  const arrivals = Array.from({ length: events }, (_, index) => viewedAt(startMs - index * 7_777))
  const world = await pulledWorld({ kind: 'position', startMs, arrivals })
  const store = { list: async () => ({ events: [], next: null }) }
  let runs = 0
  for (; (await world.progress())?.history !== null; runs += 1) {
    await world.pull({ store })
    world.queue.messages.length = 0
    world.clock.now += minuteMs
  }
  const progress = await world.progress()
  const history = progress?.days.reduce((sum, day) => sum + day.historyRequests, 0) ?? 0
  console.log(
    `history of ${events}: ${history} requests, ${runs} runs of a minute; ${megabytes()} MB with the simulator`,
  )
}
