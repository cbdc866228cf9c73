// What goes on while the simulator runs: people at work every few seconds, and an incident every few minutes that alert rules find.
import { formatInstant, instantAt } from '../../src/domain/instant.ts'
import { itemsWithin } from '../demo/people/directory.ts'
import * as people from '../demo/people/people.ts'
import { type Device, deviceType, type Person } from '../demo/people/people.ts'
import { acme } from '../demo/people/world.ts'
import type { Random } from '../demo/random.ts'
import { twinOf } from './demo.ts'
import type { Arrival } from './events.ts'
import { publicEvent } from './traffic.ts'

/** How far the ordinary events lie apart, in milliseconds: this, more or less. */
const everyMs = 5_000
/** The first incident comes after the half of it. */
const incidentEveryMs = 2 * 60_000

const workers = [people.alice, people.bob, people.dave, people.grace, people.heidi, people.judy, people.kenji]
/** One after the other, so that none is suppressed as a repetition. */
const victims = [people.grace, people.kenji, people.heidi, people.judy, people.ivan, people.laura]

const device = (person: Person) => person.devices[0]

/** Gives, at each call, what reaches the server between the last call and `now`; the first call gives nothing. */
export function liveEvents(random: Random): (now: number) => readonly Arrival[] {
  let [ordinaryAt, incidentAt, incidents] = [0, 0, 0]
  return (now) => {
    if (ordinaryAt === 0) [ordinaryAt, incidentAt] = [now + everyMs, now + incidentEveryMs / 2]
    const arrivals: Arrival[] = []
    for (; ordinaryAt <= now; ordinaryAt += random.between(everyMs / 2, everyMs * 1.5)) {
      arrivals.push(atWork(ordinaryAt, random))
    }
    for (; incidentAt <= now; incidentAt += incidentEveryMs) {
      arrivals.push(...incident(incidentAt, incidents, random))
      incidents += 1
    }
    return arrivals
  }
}

/** A client's event reaches the server up to a minute later, as with real clients. */
function atWork(at: number, random: Random): Arrival {
  const person = random.pick(workers)
  if (random.chance(0.2)) return arrival(at, at, 1000, person, device(person), null)
  const type = random.weighted([
    [1114, 6],
    [1107, 3],
    [1111, 1],
  ])
  const item = random.pick(itemsWithin(acme, person)).id
  return arrival(at, at + random.between(0, 30_000), type, person, device(person), item)
}

/** In turn: a guessed password with what is copied then, and an export of the organization's vault by no owner. */
function incident(at: number, number: number, random: Random): readonly Arrival[] {
  const victim = victims[Math.floor(number / 2) % victims.length] ?? people.grace
  if (number % 2 === 1) return [arrival(at, at, 1602, victim, device(victim), null)]

  const ipAddress = `203.0.113.${random.between(100, 250)}`
  const strange: Device = { id: device(victim).id, type: deviceType.firefox, ipAddress }
  const guesses = Array.from({ length: 12 }, (_, guess) => at - (15 - guess) * 1_000)
  return [
    ...guesses.map((guessAt) => arrival(guessAt, guessAt, 1005, victim, strange, null)),
    arrival(at, at, 1000, victim, strange, null),
    ...itemsWithin(acme, victim).map(({ id }, index) => arrival(at + index, at + 1_000, 1111, victim, strange, id)),
  ]
}

function arrival(
  at: number,
  appearsAt: number,
  type: number,
  { id: actingUserId }: Person,
  { type: deviceNumber, ipAddress }: Device,
  item: string | null,
): Arrival {
  const date = formatInstant(instantAt(at))
  const itemId = item === null ? null : twinOf(item)
  return { appearsAt, event: publicEvent({ type, date, actingUserId, itemId, device: deviceNumber, ipAddress }) }
}
