// Counting an organization's feed into tallies: a month in any order, with late events and runs that are killed, agrees with a recount.
import { describe, expect, test } from 'vitest'
import { memoryTallies } from '../../../src/adapters/memory/counts/tallies.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { countTallies } from '../../../src/application/tallies/count-tallies.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import { type Actor, anyone, type ThingKind, thingKinds } from '../../../src/domain/tallies/tally.ts'
import type { Tallies } from '../../../src/ports/counts/tallies.ts'
import { acme, event, globex, guid } from '../../support/events.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2026, 2, 1)

/** The same numbers from 0 to 1 each time (Lehmer, as in C++'s `minstd_rand`). */
function randomFrom(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (state * 48_271) % 2_147_483_647
    return Math.floor((state / 2_147_483_647) * most)
  }
}

/** Events of a month in the order of their arrival: one in ten comes days late. */
function monthOf(seed: number): StoredEvent[] {
  const below = randomFrom(seed)
  const types = [1107, 1107, 1108, 1111, 1114, 1101, 1115, 1116, 1000, 1005, 1700]
  return Array.from({ length: 600 }, (_, index) => {
    const type = types[below(types.length)] ?? 1107
    const at = startMs + below(30 * dayMs)
    const arrivedAt = at + (below(10) === 0 ? below(9 * dayMs) : below(60_000))
    return {
      arrivedAt,
      event: event({
        organizationId: index % 20 === 0 ? globex : acme,
        type,
        actingUserId: guid(below(4), 'b'),
        cipherId: type > 1099 && type < 1200 ? guid(below(12), 'd') : undefined,
        ipAddress: `203.0.113.${below(5)}`,
        deviceType: below(3),
        date: new Date(at).toISOString(),
      }),
    }
  })
    .sort((one, other) => one.arrivedAt - other.arrivedAt)
    .map((each) => each.event)
}

const actors: readonly Actor[] = [
  anyone,
  ...[0, 1, 2, 3].map((number) => ({ kind: 'person', id: guid(number, 'b') }) as const),
]

/** Every count that a store has, as plain lines. */
async function linesIn(tallies: Tallies): Promise<string[]> {
  const found = await Promise.all(
    actors.flatMap((actor) => thingKinds.map((kind) => tallies.ofActor(acme, actor, { kind, limit: 10_000 }))),
  )
  return found
    .flat()
    .flatMap(({ actor, thing, kinds }) =>
      [...kinds].map(
        ([kind, times]) => `${actor.kind} ${actor.id} ${thing.kind} ${thing.id} ${kind} ${JSON.stringify(times)}`,
      ),
    )
    .sort()
}

/** The same by going through the events, one kind of thing after the other. */
function recounted(events: readonly StoredEvent[]): string[] {
  const names = new Map([
    [1107, 'viewed'],
    [1108, 'revealed'],
    [1111, 'copied'],
    [1114, 'filled'],
    [1101, 'edited'],
    [1115, 'deleted'],
    [1116, 'restored'],
  ])
  const times = new Map<string, number[]>()
  const add = (actor: string, kind: ThingKind, thing: string | undefined, what: string, { date }: StoredEvent) => {
    if (thing === undefined) return
    const key = `${actor} ${kind} ${thing} ${what}`
    times.set(key, [...(times.get(key) ?? []), Date.parse(date)])
  }
  for (const each of events.filter(({ organizationId }) => organizationId === acme)) {
    const person = `person ${each.actingUserId}`
    const ofItem = names.get(each.type) ?? 'active'
    const presence = each.type === 1000 ? 'loggedIn' : each.type === 1005 ? 'failedLogin' : 'active'
    add(person, 'item', each.cipherId, ofItem, each)
    if (['edited', 'deleted', 'restored'].includes(ofItem)) add('anyone ', 'item', each.cipherId, ofItem, each)
    add(person, 'address', each.ipAddress, presence, each)
    add(person, 'device', each.deviceType?.toString(), presence, each)
    add(person, 'day', each.date.slice(0, 10), presence, each)
  }
  return [...times]
    .map(
      ([key, all]) =>
        `${key} ${JSON.stringify({ count: all.length, firstAt: Math.min(...all), lastAt: Math.max(...all) })}`,
    )
    .sort()
}

describe.each([1, 2, 3, 4])('a month of seed %i', (seed) => {
  test('counted as it arrives, with runs that are killed before and after they store, agrees with a recount', async () => {
    const below = randomFrom(seed + 100)
    const events = monthOf(seed)
    const [store, tallies] = [memoryEventStore(), memoryTallies()]
    /** Dies at some writes: before them, or once a first part of the step is stored. */
    const mortal: Tallies = {
      ...tallies,
      commit: async (id, progress, step) => {
        const fate = below(4)
        if (fate === 0) throw new Error('killed before')
        if (fate > 1) return tallies.commit(id, progress, step)
        const { checkpoint, countedTo } = progress
        const part = step.tallies.slice(0, below(step.tallies.length))
        await tallies.commit(id, progress, { checkpoint: checkpoint ?? '0', countedTo: countedTo ?? 0, tallies: part })
        throw new Error('killed between')
      },
    }
    for (let from = 0; from < events.length; ) {
      const to = from + 1 + below(60)
      await store.append(events.slice(from, to))
      await countTallies({ organizationId: acme, store, tallies: mortal }).catch(() => undefined)
      from = to
    }
    expect(await countTallies({ organizationId: acme, store, tallies })).toBe('done')
    expect(await linesIn(tallies)).toEqual(recounted(events))

    await tallies.startAnew(acme)
    expect(await countTallies({ organizationId: acme, store, tallies })).toBe('done')
    expect(await linesIn(tallies)).toEqual(recounted(events))
  })
})

test('nothing is counted without tallies', async () => {
  expect(await countTallies({ organizationId: acme, store: memoryEventStore() })).toBe('done')
})
