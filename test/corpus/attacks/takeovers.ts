// Attacks from outside: accounts taken over by guessing, with known passwords, past the second step, with stolen sessions.
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { hour, minute, second } from '../months.ts'
import { webVaultSeat } from '../ordinary/places.ts'
import { amount, by, clock, harvest, type Kind, kind, madeId, outside, repeated, type Stage } from './stage.ts'

/** Seats of many people at one address. */
const seatsAt = ({ others, victim }: Stage, { ip, device }: Seat, count: number): readonly Seat[] =>
  [...others.slice(0, count - 1), victim].map(({ userId }) => ({
    userId,
    ...(ip && { ip }),
    ...(device && { device }),
  }))

const failing = (stage: Stage, seat: Seat, times: number, at: number, everyMs: number, type = 1005): Happening[] =>
  repeated(stage, times, at, everyMs, (each) => doneAt(seat, each, type))

export const takeovers: readonly Kind[] = [
  kind('guessing one password', (stage) => {
    const seat = outside(stage, stage.victim)
    const at = clock(stage, by(stage, 3, 19, 12))
    const [times, every] = [amount(stage, 60, 14, 5), by(stage, 8 * second, 50 * second, 7 * minute)]
    const opened = at + (times + 2) * every
    return [
      ...failing(stage, seat, times, at, every),
      doneAt(seat, opened, 1000),
      ...harvest(stage, seat, stage.victim, opened + minute),
    ]
  }),
  kind('spraying from one address', (stage) => {
    const source = outside(stage, stage.victim)
    const seats = seatsAt(stage, source, amount(stage, 40, 15, 8))
    const at = clock(stage, by(stage, 2, 13, 9))
    const every = by(stage, 10 * second, 2 * minute, 50 * minute)
    const opened = at + (seats.length + 1) * every
    return [
      ...seats.slice(0, -1).flatMap((seat, index) => failing(stage, seat, 1, at + index * every, every)),
      doneAt(source, opened, 1000),
      ...harvest(stage, source, stage.victim, opened + minute),
    ]
  }),
  kind('leaked passwords from many addresses', (stage) => {
    const people = [...stage.others.slice(0, amount(stage, 60, 20, 9)), stage.victim]
    const at = clock(stage, by(stage, 1, 10, 8))
    const every = by(stage, 15 * second, 4 * minute, 70 * minute)
    const seats = people.map((person, index) => ({
      ...outside({ ...stage, loudness: 'loud' }, person, index + 1),
      device: 14,
    }))
    const seat = outside(stage, stage.victim, 500)
    const opened = at + people.length * every
    return [
      ...seats.slice(0, -1).flatMap((each, index) => failing(stage, each, 1, at + index * every, every)),
      doneAt(seat, opened, 1000),
      ...harvest(stage, seat, stage.victim, opened + minute),
    ]
  }),
  kind('a known password, the second step guessed', (stage) => {
    const seat = outside(stage, stage.victim)
    const at = clock(stage, by(stage, 2, 20, 10))
    const [times, every] = [amount(stage, 15, 6, 2), by(stage, 20 * second, 2 * minute, 20 * minute)]
    const opened = at + (times + 1) * every
    return [
      ...failing(stage, seat, times, at, every, 1006),
      doneAt(seat, opened, 1000),
      ...harvest(stage, seat, stage.victim, opened + minute),
    ]
  }),
  kind('a recovery code instead of the second step', (stage) => {
    const seat = outside(stage, stage.victim)
    const at = clock(stage, by(stage, 4, 21, 11))
    const wrong = failing(stage, seat, by(stage, 3, 1, 0), at - 5 * minute, minute, 1006)
    return [
      ...wrong,
      doneAt(seat, at, 1004),
      doneAt(seat, at + 20 * second, 1000),
      ...harvest(stage, seat, stage.victim, at + 2 * minute),
    ]
  }),
  kind('a stolen session', (stage) => {
    const seat = outside(stage, stage.victim)
    return harvest(stage, seat, stage.victim, clock(stage, by(stage, 3, 22, 14)))
  }),
  kind('a phished password', (stage) => {
    const own = { ...webVaultSeat(stage.world, stage.victim, stage.day), device: stage.victim.devices[0] ?? 2 }
    const at = clock(stage, 11)
    const warned = by(stage, true, true, false) ? [doneAt(own, at, 2400), doneAt(own, at + 8 * second, 2402)] : []
    const seat = outside(stage, stage.victim)
    const opened = at + by(stage, 3 * minute, 2 * hour, 5 * hour)
    return [...warned, doneAt(seat, opened, 1000), ...harvest(stage, seat, stage.victim, opened + minute)]
  }),
  kind('two-step login disabled by a thief', (stage) => {
    const person = by(stage, stage.administrator, stage.victim, stage.victim)
    const seat = outside(stage, person)
    const at = clock(stage, by(stage, 4, 20, 15))
    return [
      doneAt(seat, at, 1000),
      doneAt(seat, at + 2 * minute, 1003),
      doneAt(seat, at + by(stage, 4 * minute, hour, 20 * hour), 1000),
      ...harvest(stage, seat, person, at + by(stage, 6 * minute, 2 * hour, 21 * hour)),
    ]
  }),
  kind('a device of the attacker is approved', (stage) => {
    const seat = outside(stage, stage.victim)
    const at = clock(stage, by(stage, 7, 13, 10))
    const asks = repeated(stage, by(stage, 7, 3, 1), at, 2 * minute, (each) => doneAt(seat, each, 1010))
    const approved = at + by(stage, 16, 9, 40) * minute
    const helper = webVaultSeat(stage.world, stage.administrator, stage.day)
    return [
      ...asks,
      doneAt(helper, approved, 1513, { memberId: stage.victim.memberId }),
      doneAt(seat, approved + minute, 1000),
      ...harvest(stage, seat, stage.victim, approved + 2 * minute),
    ]
  }),
  kind('the vault of a stolen account exported', (stage) => {
    const seat = outside(stage, stage.victim)
    const at = clock(stage, by(stage, 2, 21, 12))
    const wrong = failing(stage, seat, by(stage, 6, 2, 0), at - 8 * minute, 40 * second)
    return [...wrong, doneAt(seat, at, 1000), doneAt(seat, at + by(stage, 1, 6, 50) * minute, 1007)]
  }),
  kind('an invite link opened to strangers', (stage) => {
    const seat = webVaultSeat(stage.world, stage.administrator, stage.day)
    const at = clock(stage, by(stage, 22, 18, 14))
    const joined = amount(stage, 4, 2, 1)
    const settings = by(stage, [1624, 1625, 1629, 1627], [1624, 1625, 1627], [1628, 1627])
    return [
      ...settings.map((type, index) => doneAt(seat, at + index * minute, type)),
      ...repeated(stage, joined, at + by(stage, 20 * minute, 3 * hour, 26 * hour), 10 * minute, (each, index) =>
        doneAt({ ...outside(stage, stage.victim, index), userId: madeId(stage, 'guest', index) }, each, 1524, {
          memberId: madeId(stage, 'guest member', index),
        }),
      ),
    ]
  }),
]
