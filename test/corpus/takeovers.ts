// Attacks of the corpus: accounts taken over from outside, by guessing or with a password that was known.
import { clock, failing, hour, minute, reached, reading, repeated, type Stage, second, type Variant } from './attack.ts'
import { doneAt, seatOf } from './events.ts'
import { isThere } from './world.ts'

const browser = 9
const lookAndCopy = [1107, 1111]

/** People who can be tried, the victim last. */
const tried = ({ world, victim, day }: Stage) => [
  ...world.people.filter((person) => person !== victim && isThere(person, day)).slice(0, 40),
  victim,
]

const variant = (name: string, happenings: Variant['happenings']): Variant => ({ name, kind: 'takeover', happenings })

/** Loud ones first; the last two leave little to see. */
export const takeovers: readonly Variant[] = [
  variant('brute force, then everything within reach', (stage) => {
    const seat = seatOf(stage.victim, stage.elsewhere(1), browser)
    const at = clock(stage, 3)
    return [
      ...failing(stage, seat, 60, at, 10 * second),
      doneAt(seat, at + 12 * minute, 1000),
      ...reading(stage, seat, reached(stage.victim, 40), {
        at: at + 13 * minute,
        everyMs: 30 * second,
        types: lookAndCopy,
      }),
    ]
  }),
  variant('one address sprays, one account opens', (stage) => {
    const at = clock(stage, 14)
    const people = tried(stage)
    const seats = people.map((person) => seatOf(person, stage.elsewhere(1), browser))
    const seat = seatOf(stage.victim, stage.elsewhere(1), browser)
    const login = at + people.length * 20 * second + 5 * minute
    return [
      ...seats.slice(0, -1).flatMap((each, index) => failing(stage, each, 1, at + index * 20 * second, 10 * second)),
      doneAt(seat, login, 1000),
      ...reading(stage, seat, reached(stage.victim, 12), {
        at: login + minute,
        everyMs: 2 * minute,
        types: lookAndCopy,
      }),
    ]
  }),
  variant('slow spraying over a day, a quiet look at night', (stage) => {
    const people = tried(stage)
    const seat = seatOf(stage.victim, stage.elsewhere(1), browser)
    const login = clock(stage, 2, 1)
    return [
      ...people.flatMap((person, index) => {
        const each = seatOf(person, stage.elsewhere(1), browser)
        return failing(stage, each, 1, clock(stage, 6) + (index * 18 * hour) / people.length, 5 * minute)
      }),
      doneAt(seat, login, 1000),
      ...reading(stage, seat, reached(stage.victim, 6), {
        at: login + minute,
        everyMs: 4 * minute,
        types: lookAndCopy,
      }),
    ]
  }),
  variant('leaked passwords from many addresses', (stage) => {
    const at = clock(stage, 20)
    const people = tried(stage)
    const attempts = people.flatMap((person, index) =>
      failing(stage, seatOf(person, stage.elsewhere(10 + index), browser), 1, at + index * 4 * minute, 3 * minute),
    )
    const seat = seatOf(stage.victim, stage.elsewhere(10 + people.length - 1), browser)
    const login = at + people.length * 4 * minute
    const items = reached(stage.victim, 10)
    return [
      ...attempts,
      doneAt(seat, login, 1000),
      ...reading(stage, seat, items, { at: login + minute, everyMs: 3 * minute, types: lookAndCopy }),
    ]
  }),
  variant('three tries, then the password of last year', (stage) => {
    const seat = seatOf(stage.victim, stage.elsewhere(1), browser)
    const at = clock(stage, 22)
    const items = reached(stage.victim, 5)
    return [
      ...failing(stage, seat, 3, at, 40 * second),
      doneAt(seat, at + 4 * minute, 1000),
      ...reading(stage, seat, items, { at: at + 6 * minute, everyMs: 3 * minute, types: lookAndCopy }),
    ]
  }),
  variant('a known password, asked for the second step until it is given', (stage) => {
    const seat = seatOf(stage.victim, stage.elsewhere(1), browser)
    const at = clock(stage, 1)
    return [
      ...failing(stage, seat, 7, at, 90 * second, 1006),
      doneAt(seat, at + 13 * minute, 1000),
      ...reading(stage, seat, reached(stage.victim, 15), { at: at + 15 * minute, everyMs: minute, types: lookAndCopy }),
    ]
  }),
  variant('a phished password, a short look', (stage) => {
    const seat = seatOf(stage.victim, stage.elsewhere(1))
    const at = clock(stage, 11)
    const items = reached(stage.victim, 3)
    return [
      doneAt(seat, at, 1000),
      ...reading(stage, seat, items, { at: at + minute, everyMs: 2 * minute, types: lookAndCopy }),
    ]
  }),
  variant('guessing a few times a day for a week', (stage) => {
    const days = [0, 1, 2, 3, 4, 5, 6]
    return days.flatMap((day) =>
      repeated(stage.random, 8, clock(stage, 1, day), 2 * hour, (at, index) =>
        doneAt(seatOf(stage.victim, stage.elsewhere(day * 10 + index), browser), at, 1005),
      ),
    )
  }),
]
