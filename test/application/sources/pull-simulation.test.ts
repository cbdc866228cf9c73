// A source in virtual time, with all that makes it hard to follow: in the end, the log has each of its events as often as the source, and no other.
import { expect, test } from 'vitest'
import type { Arrival, PublicEvent, TokenKind } from '../../../local/bitwarden/events.ts'
import { randomFaults } from '../../../local/bitwarden/faults.ts'
import { traffic } from '../../../local/bitwarden/traffic.ts'
import { randomFrom } from '../../../local/demo/random.ts'
import type { PullPorts } from '../../../src/application/sources/pull-run.ts'
import { isAuditType } from '../../../src/domain/events/audit-events.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import { formatInstant } from '../../../src/domain/instant.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { guid } from '../../support/events.ts'
import { type PulledWorld, pulledWorld } from '../../support/sources/pulls.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2026, 8, 1)
const [historyDays, days, lateDays] = [10, 12, 37]
const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const kinds: readonly TokenKind[] = ['position', 'date', 'plain-date', 'offset']

/** The events of some weeks before the connection and after it. */
function arrivalsOf(seed: number, kind: TokenKind): readonly Arrival[] {
  const random = randomFrom(seed)
  const numbers = [1, 2, 3]
  const arrivals = traffic({
    from: startMs - historyDays * dayMs,
    to: startMs + days * dayMs,
    eventsPerDay: 25,
    random,
    actors: numbers.map((number) => guid(number, 'b')),
    items: numbers.map((number) => guid(number, 'd')),
  })
  // Beyond a page of one date, the API of self-hosted servers has no way on.
  return kind.endsWith('date') ? arrivals.filter(upTo(50)) : arrivals
}

function upTo(max: number): (arrival: Arrival) => boolean {
  const counts = new Map<string, number>()
  return ({ event: { date } }) => {
    counts.set(date, (counts.get(date) ?? 0) + 1)
    return (counts.get(date) ?? 0) <= max
  }
}

/** The ports of a process that may be killed, or cut off from what it stores, at any call. */
function mortal(ports: PullPorts, random: () => number, clockAheadMs: number): PullPorts {
  let killed = false
  const calling =
    <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>, share: number) =>
    async (...args: A): Promise<R> => {
      const chance = random()
      if (killed) throw new Unavailable('test', 'killed')
      if (chance < share) killed = chance < share / 2
      if (chance < share && random() < 0.5) throw new Unavailable('test', 'before')
      const result = await work(...args)
      if (chance < share) throw new Unavailable('test', 'after')
      return result
    }
  return {
    ...ports,
    progresses: {
      ...ports.progresses,
      progressOf: calling(ports.progresses.progressOf, 0.01),
      save: calling(ports.progresses.save, 0.03),
    },
    queue: { enqueue: calling(ports.queue.enqueue, 0.05) },
    store: { list: calling(ports.store.list, 0.01) },
    api: { token: calling(ports.api.token, 0.005), get: calling(ports.api.get, 0.005) },
    now: () => ports.now() + clockAheadMs,
  }
}

/** Pulls for weeks, at first each minute and then at longer steps; some runs overlap. */
async function live(world: PulledWorld, seed: number): Promise<void> {
  const random = randomFrom(seed + 1_000)
  const untilMs = startMs + (days + lateDays) * dayMs
  const pull = async (clockAheadMs: number) => {
    try {
      await world.pull(mortal(world.ports, random.next, clockAheadMs))
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
    }
  }
  for (let step = 0; world.clock.now < untilMs; step += 1) {
    const late = world.clock.now > startMs + days * dayMs
    world.conditions.faultOf = step % 40 < 30 ? () => undefined : randomFaults(random.next, 0.15)
    // A clock that runs ahead sees no lease: two runs at once.
    await Promise.all(random.chance(0.15) ? [pull(0), pull(4 * 60_000)] : [pull(0)])
    if (random.chance(0.7)) await world.drain()
    if (random.chance(0.05)) world.server.expireTokens()
    world.clock.now += random.chance(late ? 0.1 : 0.4) ? 60_000 : random.between(60_000, 8 * 3_600_000)
  }
  world.conditions.faultOf = () => undefined
  for (let step = 0; step < 5; step += 1) {
    await world.pull()
    await world.drain()
    world.clock.now += 20 * 60_000
  }
}

const ofSource = ({ type, itemId, actingUserId, date, device, ipAddress }: PublicEvent) =>
  [type, itemId, actingUserId, new Date(date).getTime(), device, ipAddress].join()
const ofLog = (event: StoredEvent) => {
  const date = event.clientDate || formatInstant(event.date)
  const { type, cipherId, actingUserId, deviceType, ipAddress } = event
  return [type, cipherId, actingUserId, new Date(date).getTime(), deviceType, ipAddress].join()
}

test.each(seeds)('seed %i: the log has what the source has, each as often', async (seed) => {
  const kind = kinds[seed % kinds.length] ?? 'position'
  const world = await pulledWorld({ kind, startMs, arrivals: arrivalsOf(seed, kind), random: randomFrom(seed) })
  await live(world, seed)
  const source = world.organization.events.all(world.clock.now).map(ofSource)
  const log = (await world.stored()).filter(({ type }) => !isAuditType(type)).map(ofLog)
  expect(log.toSorted()).toEqual(source.toSorted())
  expect(source.length).toBeGreaterThan(400)
})
