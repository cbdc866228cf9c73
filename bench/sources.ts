// What a source costs: requests a day and what they are for, how soon events are there, whether all are in the end, and the memory of a long history.
// In virtual time, on the simulated server. With --long: 40 days of 10,000 events each, and a history of 1,000,000.
import { parseArgs } from 'node:util'
import { traffic } from '../local/bitwarden/traffic.ts'
import { randomFrom } from '../local/demo/random.ts'
import { isAuditType } from '../src/domain/events/audit-events.ts'
import { readMessage } from '../src/domain/ingest/event-messages.ts'
import { instantAt } from '../src/domain/instant.ts'
import { guid } from '../test/support/events.ts'
import { pulledWorld } from '../test/support/sources/pulls.ts'
import { agesOf } from './sources/ages.ts'
import { endlessApi } from './sources/endless.ts'
import { minuteLog } from './sources/minute-log.ts'
import { countedApi, inWords } from './sources/purposes.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const startMs = Date.UTC(2026, 8, 1)
/** By when the last re-read has found everything. */
const quietDays = 36
const numbers = Array.from({ length: 200 }, (_, index) => index + 1)
const megabytes = () => Math.round(process.memoryUsage().rss / 1_000_000)
const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((all, each) => all + each, 0)

const { long } = parseArgs({ options: { long: { type: 'boolean', default: false } } }).values
// First, so that the memory is its own.
await history(long ? 1_000_000 : 100_000)
if (long) await daily({ eventsPerDay: 10_000, days: 40, everyMs: minuteMs, isFollowed: true })
else {
  await daily({ eventsPerDay: 10_000, days: 3, everyMs: minuteMs, isFollowed: false })
  await daily({ eventsPerDay: 1_000, days: 40, everyMs: 10 * minuteMs, isFollowed: true })
}

type Days = {
  readonly eventsPerDay: number
  readonly days: number
  /** How far pulls are apart. */
  readonly everyMs: number
  /** Until all is there: `quietDays` more, without new events. */
  readonly isFollowed: boolean
}

/** The requests of each day, with a log that knows what was pulled. */
async function daily({ eventsPerDay, days, everyMs, isFollowed }: Days): Promise<void> {
  console.log(`\n${eventsPerDay} events a day, pulled every ${everyMs / minuteMs} min`)
  const arrivals = traffic({
    from: startMs,
    to: startMs + days * dayMs,
    eventsPerDay,
    random: randomFrom(1),
    actors: numbers.map((number) => guid(number, 'b')),
    items: numbers.map((number) => guid(number, 'd')),
  })
  const world = await pulledWorld({ kind: 'position', startMs, arrivals })
  const { api, take } = countedApi(world.ports.api, () => world.clock.now)
  const [log, ages] = [minuteLog(), agesOf(arrivals)]
  const pullUntil = async (untilMs: number, stepMs: number) => {
    for (; world.clock.now < untilMs; world.clock.now += stepMs) {
      await world.pull({ api, store: log })
      for (const message of world.queue.messages.splice(0)) {
        const read = readMessage(message, instantAt(world.clock.now))
        const events = read.kind === 'events' ? read.events.filter(({ type }) => !isAuditType(type)) : []
        ages.note(log.append(events), world.clock.now)
      }
    }
  }

  for (let day = 1; day <= days; day += 1) {
    await pullUntil(startMs + day * dayMs, everyMs)
    const counts = take()
    if (day <= 3 || day % 10 === 0) console.log(`day ${day}: ${sum(counts)} requests (${inWords(counts)})`)
  }
  if (isFollowed) await pullUntil(startMs + (days + quietDays) * dayMs, 15 * minuteMs)
  const when = isFollowed ? `${quietDays} quiet days later` : 'then'
  console.log(`${when}: ${ages.result(world.organization.events.all(world.clock.now))}`)
}

/** The requests and the memory of a history, until all of it is read. */
async function history(events: number): Promise<void> {
  const world = await pulledWorld({ kind: 'position', startMs, arrivals: [] })
  const { api, take } = countedApi(
    endlessApi(world.ports.api, { newestMs: startMs, events, everyMs: 7_777 }),
    () => world.clock.now,
  )
  const store = { list: async () => ({ events: [], next: null }) }
  const queue = { enqueue: async () => {} }
  const before = megabytes()
  let [runs, most] = [0, before]
  for (; (await world.progress())?.history !== null; runs += 1) {
    await world.pull({ api, store, queue })
    world.clock.now += minuteMs
    most = Math.max(most, megabytes())
  }
  const requests = take().get('history') ?? 0
  console.log(
    `history of ${events}: ${requests} requests (one for ${(events / requests).toFixed(1)} events), ${runs} runs`,
  )
  console.log(`memory: ${most} MB at most, ${before} MB before; the server is made up as it is read`)
}
