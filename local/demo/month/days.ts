// Ordinary days of the demo month: who signs in when, and what they do with their items. Pure; the day and the person decide all.
import { itemsWithin, type Organization } from '../people/directory.ts'
import type { Person } from '../people/people.ts'
import { type Random, randomFrom } from '../random.ts'
import { type Actor, done, type Happening, onAccount, vaultAccess } from './messages.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** A person at work in an organization. */
export type Worker = {
  readonly person: Person
  readonly organization: Organization
  /** Item events on a full day, on average. */
  readonly itemsADay: number
}

/** What people do with items on an ordinary day, by how often: filling in is most of it. */
const itemTypes = [
  [1114, 54],
  [1107, 24],
  [1111, 9],
  [1108, 4],
  [1101, 3],
  [1109, 2],
  [1112, 2],
  [1118, 1],
  [1117, 1],
] as const

/** What one worker does on the day that starts at this midnight (UTC): little on weekends, and nothing at night. */
export function dayOf(worker: Worker, midnight: number, seed: number): readonly Happening[] {
  const random = randomFrom(seed, midnight, worker.person.number)
  const weekend = [0, 6].includes(new Date(midnight).getUTCDay())
  if (!random.chance(weekend ? 0.12 : 0.93)) return []

  const morning = midnight + 7.5 * hourMs + random.between(0, 2.5 * hourMs)
  const items = Math.round(worker.itemsADay * (weekend ? 0.4 : 0.6 + 0.8 * random.next()))
  const first = Math.ceil(items * 0.6)
  const happenings = sitting(worker, worker.person.devices[0], morning, first, random)
  if (weekend || items < 2) return happenings

  const afternoon = midnight + 12.5 * hourMs + random.between(0, 1.5 * hourMs)
  return [...happenings, ...sitting(worker, random.pick(worker.person.devices), afternoon, items - first, random)]
}

/** Some hours at one device: a login (not always a new one, now and then mistyped first), then items. */
function sitting(
  { person, organization }: Worker,
  device: Actor['device'],
  start: number,
  items: number,
  random: Random,
) {
  const actor = { person, device }
  const mistyped = random.chance(0.04)
  const login = random.chance(0.7)
  const reachable = itemsWithin(organization, person)
  return [
    ...(mistyped ? onAccount(1005, start - random.between(8_000, 40_000), actor) : []),
    ...(login || mistyped ? onAccount(1000, start, actor) : []),
    ...Array.from({ length: reachable.length === 0 ? 0 : items }, () => {
      const at = start + random.between(20_000, 3.5 * hourMs)
      return done(random.weighted(itemTypes), at, actor, organization.id, { CipherId: random.pick(reachable).id })
    }),
  ]
}

/** What a provider's user does on a day: signs in on some of them, and manages the other organization on fewer. */
export function providerDayOf(person: Person, midnight: number, seed: number): readonly Happening[] {
  const random = randomFrom(seed, midnight, person.number)
  const weekend = [0, 6].includes(new Date(midnight).getUTCDay())
  if (weekend || !random.chance(0.7)) return []

  const actor = { person, device: person.devices[0] }
  const at = midnight + 8 * hourMs + random.between(0, 7 * hourMs)
  const visit = random.chance(0.25) ? vaultAccess(at + random.between(minuteMs, 20 * minuteMs), actor) : []
  return [...onAccount(1000, at, actor), ...visit]
}
