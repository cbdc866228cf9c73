// A month of the demo organizations' events, made from a last instant and a seed alone: the same two give the same month.

import * as people from '../people/people.ts'
import { acme, other } from '../people/world.ts'
import { dayMs, dayOf, providerDayOf, type Worker } from './days.ts'
import { type Happening, messageOf, type ServerEvent } from './messages.ts'
import { attack, scenarios } from './scenarios.ts'
import { timelineOf } from './timeline.ts'

/** How far back the month goes from its last instant; days. */
export const monthDays = 30

/** With fewer days before its last instant, the month would lack the attack's night. */
export const demoDaysMin = attack.daysBefore + 1

/** Every event from monthDays before `base` (inclusive) to `base` (milliseconds since 1970; exclusive), oldest first. */
export function month(base: number, seed = 1): readonly ServerEvent[] {
  const lastMidnight = Math.floor(base / dayMs) * dayMs
  const special = scenarios(lastMidnight, seed)
  const days = Array.from({ length: monthDays + 1 }, (_, daysBefore) => ordinaryDay(lastMidnight, daysBefore, seed))
  const inWindow = ({ at }: Happening) => at >= base - monthDays * dayMs && at < base

  return [...days.flat().filter(timelineOf(special)), ...special]
    .filter(inWindow)
    .sort((one, another) => one.at - another.at)
    .map((happening, index) => messageOf(happening, base, seed, index))
}

/** The part of the month to `base` that lies no more than so many days before it. */
export function lastDays(events: readonly ServerEvent[], base: number, days: number): readonly ServerEvent[] {
  return events.filter((event) => Date.parse(event.Date) >= base - days * dayMs)
}

const workers: readonly Worker[] = [
  { person: people.alice, organization: acme, itemsADay: 6 },
  { person: people.bob, organization: acme, itemsADay: 8 },
  { person: people.carol, organization: acme, itemsADay: 8 },
  { person: people.dave, organization: acme, itemsADay: 11 },
  { person: people.grace, organization: acme, itemsADay: 12 },
  { person: people.heidi, organization: acme, itemsADay: 9 },
  { person: people.ivan, organization: acme, itemsADay: 9 },
  { person: people.judy, organization: acme, itemsADay: 8 },
  { person: people.kenji, organization: acme, itemsADay: 9 },
  { person: people.laura, organization: acme, itemsADay: 8 },
  { person: people.mallory, organization: acme, itemsADay: 6 },
  { person: people.erin, organization: other, itemsADay: 2 },
  { person: people.frank, organization: other, itemsADay: 1 },
]

function ordinaryDay(lastMidnight: number, daysBefore: number, seed: number): readonly Happening[] {
  const midnight = lastMidnight - daysBefore * dayMs
  // The victim has other things to do on the day after the night.
  const present = workers.filter(({ person }) => person !== attack.victim || daysBefore !== attack.daysBefore)
  return [
    ...present.flatMap((worker) => dayOf(worker, midnight, seed)),
    ...[people.pat, people.quinn].flatMap((person) => providerDayOf(person, midnight, seed)),
  ]
}
