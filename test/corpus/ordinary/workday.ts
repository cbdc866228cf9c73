// What people do on ordinary days and nights: shifts, free days, first days, on call, back from vacation, on a new computer.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { doneAt, type Happening } from '../happenings.ts'
import { hour, minute, weekdayOf } from '../months.ts'
import { midnight, type Organization } from '../organization/organization.ts'
import { isThere, type Person } from '../organization/person.ts'
import { around } from '../parameters.ts'
import { ownAccount } from './own-account.ts'
import { type Places, placesOf } from './places.ts'
import { login, manyTasks } from './tasks.ts'

/** Everything a person does on a day. */
export function dayOf(world: Organization, person: Person, day: number): readonly Happening[] {
  if (!isThere(person, day)) return []
  const random = randomFrom(world.seed, 11, person.index, day)
  const places = placesOf(world, person, day)
  const free = world.sites[person.site]?.holidays.has(day) && !person.shifts
  const works = person.workdays.has(weekdayOf(day)) && !free
  return [
    ...(works ? workday(world, person, day, places, random) : freeDay(world, person, day, places, random)),
    ...(isOnCall(world, person, day) ? night(world, person, day, places, random) : []),
  ]
}

/** When a person begins on a day, in Unix ms: shifts are early, late or at night, another each week. */
function startOf(world: Organization, person: Person, day: number): number {
  const shift = person.shifts ? [6, 14, 22][(Math.floor(day / 7) + person.index) % 3] : undefined
  return midnight(world, person, day) + (shift === undefined ? person.startsAt : shift * hour)
}

function workday(world: Organization, person: Person, day: number, places: Places, random: Random): Happening[] {
  const { habits } = world
  const start = startOf(world, person, day) + random.between(-35, 35) * minute
  const anyTime = () => start + random.next() * person.hours * hour
  const found = beginning(world, person, day, start, places, random)

  // People come back to the vault some times a day; the VPN or a hotspot may have changed the address meanwhile.
  const sessions = random.between(1, 4)
  const tasks = Math.max(0, Math.round(person.tasks * around(random, 0.35)))
  for (let session = 0; session < sessions; session++) {
    const count = Math.round(tasks / sessions)
    const span = { at: anyTime(), ms: (count * random.between(1, 3) + random.between(10, 60)) * minute, count }
    found.push(...manyTasks(habits, person.items, places.desk(random), span, random))
  }
  // Now and then a person starts on something they never did, or cleans up.
  if (random.chance(0.02)) {
    const span = { at: anyTime(), ms: random.between(20, 80) * minute, count: random.between(6, 28) }
    found.push(...manyTasks(habits, person.items, places.desk(random), span, random))
  }
  if (random.chance(habits.phone)) found.push(...onThePhone(world, person, anyTime(), places, random))
  return [...found, ...ownAccount(world, person, day, anyTime(), places, random)]
}

/** The login, if there is one: most people only unlock. After a vacation, on a first day and on a new computer there is. */
function beginning(
  { habits }: Organization,
  person: Person,
  day: number,
  start: number,
  places: Places,
  random: Random,
): Happening[] {
  const seat = places.desk(random)
  const returns = person.away.some(({ from, to }) => day >= to && day < to + 4 && to - from > 5)
  const isNew = day === person.stay.from || day === person.newComputer?.day
  const passwords = returns && random.chance(habits.forgotten) ? random.between(3, 14) : mistypes(person, random)
  const steps = random.chance(habits.mistypedSteps) ? random.between(1, random.chance(0.1) ? 6 : 3) : 0
  if (isNew) {
    const span = { at: start + 20 * minute, ms: random.between(2, 6) * hour, count: random.between(8, 50) }
    const approval = random.chance(0.4) ? [doneAt(seat, start - minute, 1010)] : []
    const everywhere = manyTasks({ ...habits, autofill: 0.3 }, person.items, seat, span, random)
    return [...approval, ...login(seat, start, random, { passwords, steps }), ...everywhere]
  }
  return returns || random.chance(person.logins) ? login(seat, start, random, { passwords, steps }) : []
}

/** How often the password is typed badly before a login: once or twice, seldom more. */
function mistypes({ mistyping }: Person, random: Random): number {
  if (!random.chance(mistyping)) return 0
  return random.chance(0.06) ? random.between(3, 9) : random.between(1, 2)
}

/** Now and then a person looks something up on a free day. */
function freeDay(world: Organization, person: Person, day: number, places: Places, random: Random): Happening[] {
  if (!random.chance(0.05)) return []
  const at = midnight(world, person, day) + random.between(8, 23) * hour
  return onThePhone(world, person, at, places, random)
}

function onThePhone({ habits }: Organization, person: Person, at: number, places: Places, random: Random): Happening[] {
  const seat = places.phone(random)
  const entry = random.chance(0.12) ? login(seat, at, random, { passwords: mistypes(person, random) }) : []
  const span = { at: at + minute, ms: 12 * minute, count: random.between(1, 3) }
  return [...entry, ...manyTasks(habits, person.items, seat, span, random)]
}

/** Operators are on call in turn, a week each. */
function isOnCall({ people }: Organization, person: Person, day: number): boolean {
  if (!person.operator) return false
  const operators = people.filter(({ operator }) => operator)
  return operators[Math.floor(day / 7) % operators.length] === person
}

/** A night on call is quiet, or something breaks: then items are needed, important ones among them. */
function night(world: Organization, person: Person, day: number, places: Places, random: Random): Happening[] {
  if (!random.chance(0.2)) return []
  const at = midnight(world, person, day) + random.between(22 * 60, 29 * 60) * minute
  const seat = random.chance(0.8) ? places.desk(random) : places.phone(random)
  const important = [...world.criticalItems.slice(0, 5), ...person.items.slice(0, 8)]
  const span = { at: at + minute, ms: random.between(20, 100) * minute, count: random.between(3, 14) }
  return [...login(seat, at, random), ...manyTasks({ ...world.habits, autofill: 0.2 }, important, seat, span, random)]
}
