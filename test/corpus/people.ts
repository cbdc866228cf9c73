// What people do on ordinary days: log in, sometimes badly, look things up, copy, fill in; also at night, when on call.
import { type Random, randomFrom } from '../../local/demo/random.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { isHoliday, weekdayOf } from './calendar.ts'
import { doneAt, type Happening, type Seat, seatOf } from './events.ts'
import { address, homeIp, isThere, midnight, type Person, type World } from './world.ts'

const minute = 60_000
const hour = 60 * minute

/** Everything a person does on a day. */
export function dayOf(world: World, person: Person, day: number): readonly Happening[] {
  if (!isThere(person, day)) return []
  const random = randomFrom(world.spec.seed, 2, person.index, day)
  const works = person.workdays.has(weekdayOf(day)) && !isHoliday(day)
  return [
    ...(works ? workday(world, person, day, random) : freeDay(world, person, day, random)),
    ...(isOnCall(world, person, day) ? night(world, person, day, random) : []),
  ]
}

function workday(world: World, person: Person, day: number, random: Random): Happening[] {
  const seat = seatOf(person, placeOf(world, person, day, random))
  const start = midnight(world, day) + person.startsAt + random.between(-30, 30) * minute
  const found: Happening[] = random.chance(0.85) ? login(seat, start, random, triesOf(person, day, random)) : []
  const tasks = Math.round(person.pace * random.between(13, 29))
  for (let task = 0; task < tasks; task++) found.push(...oneTask(person, seat, workingTime(start, random), random))
  const [first, busy] = [day === person.from && day > 0, random.chance(0.03)]
  // A new member fills a machine; another starts on something they never did.
  if (first) found.push(...manyTasks(person, seat, start + hour, 5 * hour, random.between(25, 60), random))
  if (busy) found.push(...manyTasks(person, seat, workingTime(start, random), hour, random.between(8, 22), random))
  // Once in many years a person signs in everywhere anew, on a machine to which nothing was moved.
  if (random.chance(0.0003)) found.push(...signingInEverywhere(person, seat, workingTime(start, random), random))
  if (random.chance(0.35)) found.push(...onThePhone(world, person, workingTime(start, random), random))
  return [...found, ...ownAccount(seat, workingTime(start, random), random)]
}

/** Now and then a person looks something up on a free day. */
function freeDay(world: World, person: Person, day: number, random: Random): Happening[] {
  if (!random.chance(0.06)) return []
  return onThePhone(world, person, midnight(world, day) + random.between(9, 22) * hour, random)
}

/** Office, home or, for some days now and then, a hotel. */
function placeOf(world: World, person: Person, day: number, random: Random): string {
  const week = Math.floor(day / 7)
  const journey = randomFrom(world.spec.seed, 3, person.index, week)
  if (journey.chance(0.03) && day % 7 >= 2 && day % 7 <= 4) return address(world.spec.seed, 4, person.index, week)
  return random.chance(person.officeShare) ? world.officeIp : homeIp(world, person, day)
}

/** A time between start and the end of the day, but not at lunch. */
function workingTime(start: number, random: Random): number {
  const at = start + random.next() * 8 * hour
  const lunch = start + 3.5 * hour
  return at >= lunch && at < lunch + 45 * minute ? at + 45 * minute : at
}

/** How often the password is typed badly before the login. */
function triesOf({ away }: Person, day: number, random: Random): number {
  if (away && day >= away.to && day < away.to + 3 && random.chance(0.06)) return random.between(3, 8)
  if (random.chance(0.003)) return random.between(4, 9)
  return random.chance(0.05) ? random.between(1, 2) : 0
}

function login(seat: Seat, at: number, random: Random, tries: number): Happening[] {
  const found: Happening[] = []
  let next = at
  for (let index = 0; index < tries; index++) {
    found.push(doneAt(seat, next, random.chance(0.1) ? 1006 : 1005))
    next += random.between(8, 50) * 1_000
  }
  return [...found, doneAt(seat, next, 1000)]
}

/** One of a person's items: those in front much more often. */
const itemOf = ({ items }: Person, random: Random): Guid => {
  const place = Math.floor(random.next() ** 3 * items.length)
  return items[place] ?? random.pick(items)
}

/** What is done with one item: filled in by the browser, or looked up, shown, copied, edited. */
function oneTask(person: Person, seat: Seat, at: number, random: Random): Happening[] {
  const itemId = itemOf(person, random)
  let next = at
  const done = (type: number) => {
    next += random.between(2, 25) * 1_000
    return doneAt(seat, next, type, { itemId })
  }
  if (random.chance(0.5)) return Array.from({ length: random.between(1, 3) }, () => done(1114))
  const found = [done(1107)]
  for (const [type, share] of lookups) if (random.chance(share)) found.push(done(type))
  return found
}

const lookups = [
  [1108, 0.35],
  [1109, 0.05],
  [1117, 0.02],
  [1110, 0.01],
  [1111, 0.5],
  [1112, 0.05],
  [1113, 0.01],
  [1101, 0.04],
] as const

const manyTasks = (person: Person, seat: Seat, at: number, spanMs: number, count: number, random: Random) =>
  Array.from({ length: count }, () => oneTask(person, seat, at + random.next() * spanMs, random)).flat()

const signingInEverywhere = (person: Person, seat: Seat, at: number, random: Random): Happening[] =>
  person.items
    .slice(0, random.between(20, 45))
    .map((itemId, index) => doneAt(seat, at + index * random.between(1, 4) * minute, 1111, { itemId }))

/** A few things on the phone, from one of the carrier's many addresses or at home. */
function onThePhone(world: World, person: Person, at: number, random: Random): Happening[] {
  const ip = random.chance(0.5)
    ? address(world.spec.seed, 5, random.between(0, 40))
    : homeIp(world, person, Math.floor((at - midnight(world, 0)) / 86_400_000))
  const seat = seatOf(person, ip, person.phone)
  const entry = random.chance(0.4) ? login(seat, at, random, random.chance(0.06) ? 1 : 0) : []
  return [...entry, ...manyTasks(person, seat, at + minute, 10 * minute, random.between(1, 3), random)]
}

/** What people now and then do to their own account: a new phone, a new password, a backup. */
function ownAccount(seat: Seat, at: number, random: Random): Happening[] {
  if (random.chance(0.0005))
    return [doneAt(seat, at, 1003), doneAt(seat, at + 4 * minute, 1002), doneAt(seat, at + 6 * minute, 1000)]
  if (random.chance(0.001)) return [doneAt(seat, at, 1002)]
  if (random.chance(0.002)) return [doneAt(seat, at, 1001), doneAt(seat, at + minute, 1000)]
  if (random.chance(0.0005)) return [doneAt(seat, at, 1007)]
  // A new machine or a browser that forgot: asks to be approved, sometimes twice.
  if (random.chance(0.003)) {
    const again = random.chance(0.2) ? [doneAt(seat, at + 2 * minute, 1010)] : []
    return [doneAt(seat, at, 1010), ...again]
  }
  return []
}

/** Operators are on call in turn, a week each. */
function isOnCall({ people }: World, person: Person, day: number): boolean {
  const operators = people.filter(({ operator }) => operator)
  return operators.length > 0 && operators[Math.floor(day / 7) % operators.length] === person
}

/** A night on call is quiet, or something breaks: then a few items are needed, important ones among them. */
function night(world: World, person: Person, day: number, random: Random): Happening[] {
  if (!random.chance(0.25)) return []
  const seat = seatOf(person, homeIp(world, person, day))
  const at = midnight(world, day) + random.between(60, 300) * minute
  const important = { ...person, items: [...world.criticalItems.slice(0, 3), ...person.items.slice(0, 6)] }
  return [
    ...login(seat, at, random, 0),
    ...manyTasks(important, seat, at + minute, 40 * minute, random.between(3, 9), random),
  ]
}
