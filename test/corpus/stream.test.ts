// The months of the corpus are always the same, arrive in order, look like work, and their labels are true.
import { describe, expect, test } from 'vitest'
import { millisecondsOf } from '../../src/domain/instant.ts'
import { attacksOn, dealt, kinds } from './attacks/attacks.ts'
import { dayLength, days, hour, learningDays, localMidnight, minute, weekdayOf } from './months.ts'
import { jobOf } from './ordinary/machines.ts'
import { organizationOf } from './organization/organization.ts'
import { habitsOf, thirds } from './parameters.ts'
import { arrivals } from './stream.ts'

const world = organizationOf(thirds.tune, 1, 20)
const [planned = []] = dealt(10)
const attacks = attacksOn(world, planned)
const attackHappenings = attacks.flatMap(({ happenings }) => [...happenings.values()])
const quiet = [...arrivals(world, [])]
const attacked = [...arrivals(world, attackHappenings)]

describe('the months', () => {
  test('are the same each time', () => {
    expect([...arrivals(organizationOf(thirds.tune, 1, 20), [])]).toEqual(quiet)
  })

  test('arrive in order, each event once, at its date or later', () => {
    expect(quiet.map(({ arrivedAt }) => arrivedAt)).toEqual(
      quiet.map(({ arrivedAt }) => arrivedAt).toSorted((one, other) => one - other),
    )
    expect(new Set(quiet.map(({ event }) => event.id)).size).toBe(quiet.length)
    expect(quiet.filter(({ event, arrivedAt }) => arrivedAt < millisecondsOf(event.date))).toEqual([])
  })

  test('have few events on weekends', () => {
    const people = quiet.filter(
      ({ event: { actingUserId } }) => actingUserId && actingUserId !== jobOf(world)?.person.userId,
    )
    const free = people.filter(
      ({ arrivedAt }) => weekdayOf(Math.floor((arrivedAt - world.third.startMs) / dayLength)) % 6 === 0,
    )
    expect(free.length / people.length).toBeLessThan(0.15)
    expect(people.length / world.people.length / days).toBeGreaterThan(4)
  })

  test('differ between the thirds in seeds, in dates and in parameters', () => {
    const all = Object.values(thirds)
    expect(new Set(all.map(({ seed }) => seed)).size).toBe(all.length)
    expect(new Set(all.map(({ startMs }) => startMs)).size).toBe(all.length)
    expect(new Set(all.map(({ ranges }) => JSON.stringify(ranges))).size).toBe(all.length)
    expect(habitsOf(thirds.tune, 7)).not.toEqual(habitsOf(thirds.choose, 7))
  })
})

describe('local time', () => {
  const europe = { minutes: 60, summer: 'europe' } as const
  const america = { minutes: -300, summer: 'america' } as const

  test('is an hour ahead from the last Sunday of March to that of October in Europe', () => {
    const midnight = (month: number, day: number) =>
      localMidnight(europe, Date.UTC(2026, month, day)) - Date.UTC(2026, month, day)
    expect([midnight(2, 29), midnight(2, 30), midnight(9, 25), midnight(9, 26)].map((ms) => ms / hour)).toEqual([
      -1, -2, -2, -1,
    ])
  })

  test('is an hour ahead from the second Sunday of March to the first of November in America', () => {
    const midnight = (month: number, day: number) =>
      localMidnight(america, Date.UTC(2026, month, day)) - Date.UTC(2026, month, day)
    expect([midnight(2, 8), midnight(2, 9), midnight(10, 1), midnight(10, 2)].map((ms) => ms / hour)).toEqual([
      5, 4, 4, 5,
    ])
  })
})

describe('attacks', () => {
  test('are of over twenty kinds, each dealt out loud, medium and stealthy', () => {
    expect(kinds.length).toBeGreaterThan(20)
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length)
    const all = dealt(8).flat()
    for (const kind of kinds) {
      expect(
        all
          .filter((each) => each.kind === kind)
          .map(({ loudness }) => loudness)
          .sort(),
      ).toEqual(['loud', 'medium', 'stealthy'])
    }
  })

  test('lie in the measured month, and are labelled with their events, account and address', () => {
    const measuredFrom = world.third.startMs + learningDays * dayLength
    const byId = new Map(attacked.map(({ event }) => [event.id, event]))
    for (const { happenings, from, to, account, address } of attacks) {
      const events = [...happenings.keys()].map((id) => byId.get(id))
      expect(events.every((event) => event !== undefined)).toBe(true)
      expect(from).toBeGreaterThan(measuredFrom)
      expect(to).toBeLessThan(world.third.startMs + days * dayLength + minute)
      expect(events.some((event) => (event?.actingUserId ?? event?.serviceAccountId) === account)).toBe(true)
      expect(events.some((event) => event?.ipAddress === address)).toBe(true)
    }
  })

  test('change nothing of what happens beside them', () => {
    const labelled = new Set(attackHappenings.map(({ id }) => id))
    expect(attacked.filter(({ event }) => !labelled.has(event.id))).toEqual(quiet)
  })
})
