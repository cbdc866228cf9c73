// What people now and then do to their own account and with what is theirs: a new password or phone, a backup, a Send, a warning ignored.
import type { Random } from '../../../local/demo/random.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { doneAt, type Happening } from '../happenings.ts'
import { hour, minute } from '../months.ts'
import type { Organization } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'
import type { Places } from './places.ts'
import { login, staleClient } from './tasks.ts'

/** What a person does to their own account on a working day; mostly nothing. */
export function ownAccount(
  world: Organization,
  person: Person,
  day: number,
  at: number,
  places: Places,
  random: Random,
): Happening[] {
  const seat = places.desk(random)
  if (isRotationDay(world, person, day) || random.chance(0.0015)) {
    const stale = random.chance(0.08) ? staleClient(places.phone(random), at + 10 * minute, random) : []
    const forgotten = random.chance(0.1) ? random.between(1, 5) : 0
    const again = login(places.desk(random), at + 3 * minute, random, { passwords: forgotten })
    const onPhone = random.chance(0.6) ? login(places.phone(random), at + 30 * minute, random) : []
    return [doneAt(seat, at, 1001), ...again, ...onPhone, ...stale]
  }
  return random.weighted<() => Happening[]>([
    [() => [], 1_000],
    // A new phone: two-step login is set up anew, some turn it off meanwhile; a lost one: the recovery code.
    [() => [doneAt(seat, at, 1002)], 1],
    [() => [doneAt(seat, at, 1003), doneAt(seat, at + 4 * minute, 1002), ...login(seat, at + 7 * minute, random)], 0.4],
    [() => [doneAt(seat, at, 1004), doneAt(seat, at + minute, 1000), doneAt(seat, at + 5 * minute, 1002)], 0.12],
    [() => [doneAt(seat, at, 1007)], 0.4],
    // A browser that forgot asks to be approved, sometimes again and again.
    [
      () =>
        Array.from({ length: random.chance(0.1) ? 4 : 1 }, (_, index) => doneAt(seat, at + index * 2 * minute, 1010)),
      2,
    ],
    [() => [doneAt(seat, at, 1506)], 0.3],
    [() => oneSend(world, person, day, at, places, random), 5],
    [() => warned(seat, at, random), 1.5],
    // Opens everything once, to see what is old.
    [
      () =>
        person.items
          .slice(0, random.between(15, 50))
          .map((itemId, index) => doneAt(seat, at + index * random.between(20, 200) * 1_000, 1107, { itemId })),
      0.5,
    ],
  ])()
}

/** A campaign has everybody change the password within two weeks, in some organizations. */
function isRotationDay({ seed, habits }: Organization, { index }: Person, day: number): boolean {
  const start = seed % 40
  const asked = (seed % 97) / 97 < habits.campaigns / 2
  return asked && day === start + ((index * 7 + seed) % 14)
}

/** A Send for a person outside, opened there some hours later. */
function oneSend(
  { organizationId, seed }: Organization,
  { index }: Person,
  day: number,
  at: number,
  places: Places,
  random: Random,
): Happening[] {
  const sendId = guidOfContent(organizationId, 'send', index, day)
  const type = random.pick([2500, 2500, 2501, 2502, 2503, 2503, 2505])
  const opened = type === 2503 || type === 2505 ? 2511 : 2510
  const outside = { ip: `${(seed % 90) + 100}.${random.between(0, 255)}.${random.between(0, 255)}.7` }
  const opens = random.chance(0.8) ? [doneAt(outside, at + random.next() * 20 * hour, opened, { sendId })] : []
  return [doneAt(places.desk(random), at, type, { sendId }), ...opens]
}

/** The phishing blocker warns; most leave the site. */
const warned = (seat: ReturnType<Places['desk']>, at: number, random: Random): Happening[] => [
  doneAt(seat, at, 2400),
  doneAt(seat, at + random.between(3, 40) * 1_000, random.chance(0.8) ? 2401 : 2402),
]
