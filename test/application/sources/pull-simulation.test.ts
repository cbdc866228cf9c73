// A source in virtual time, with all that makes it hard to follow: in the end, the log has each of its events as often as the source, and no other.
import { expect, test } from 'vitest'
import type { Arrival, TokenKind } from '../../../local/bitwarden/events.ts'
import { randomFaults } from '../../../local/bitwarden/faults.ts'
import { traffic } from '../../../local/bitwarden/traffic.ts'
import { randomFrom } from '../../../local/demo/random.ts'
import { isAuditType } from '../../../src/domain/events/audit-events.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { guid } from '../../support/events.ts'
import { ofLog, ofSource } from '../../support/sources/arrivals.ts'
import { type CallFate, interposed, type PulledWorld, pulledWorld } from '../../support/sources/pulls.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2026, 8, 1)
const [historyDays, days, lateDays] = [8, 10, 37]
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

/** Which calls fail, and how, by chance. */
function chanceOf(random: () => number): (call: string) => CallFate {
  const shares: Readonly<Record<string, number>> = { enqueue: 0.05, save: 0.03, list: 0.01, get: 0.005 }
  return (call) => {
    if (random() >= (shares[call] ?? 0.01)) return 'passes'
    return (['fails', 'loses', 'killed-before', 'killed-after'] as const)[Math.floor(random() * 4)] ?? 'fails'
  }
}

/** Pulls for weeks, at first each minute and then at longer steps; some runs overlap. */
async function live(world: PulledWorld, seed: number): Promise<void> {
  const random = randomFrom(seed + 1_000)
  const untilMs = startMs + (days + lateDays) * dayMs
  const pull = async (clockAheadMs: number) => {
    try {
      const process = interposed(world.ports, chanceOf(random.next))
      await world.pull({ ...process, now: () => world.clock.now + clockAheadMs })
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
    world.clock.now += random.chance(late ? 0.05 : 0.4) ? 60_000 : random.between(60_000, (late ? 16 : 8) * 3_600_000)
  }
  world.conditions.faultOf = () => undefined
  for (let step = 0; step < 5; step += 1) {
    await world.pull()
    await world.drain()
    world.clock.now += 20 * 60_000
  }
}

test.each(seeds)('seed %i: the log has what the source has, each as often', async (seed) => {
  const kind = kinds[seed % kinds.length] ?? 'position'
  const world = await pulledWorld({ kind, startMs, arrivals: arrivalsOf(seed, kind), random: randomFrom(seed) })
  await live(world, seed)
  const source = world.organization.events.all(world.clock.now).map(ofSource)
  const log = (await world.stored()).filter(({ type }) => !isAuditType(type)).map(ofLog)
  expect(log.toSorted()).toEqual(source.toSorted())
  expect(source.length).toBeGreaterThan(300)
})
