// The ordinary work of administrators: joiners, leavers, groups, settings, backups, imports, rotations, clean-ups.
import { type Random, randomFrom } from '../../local/demo/random.ts'
import { guidOfContent } from '../../src/domain/guid.ts'
import { days, isHoliday, weekdayOf } from './calendar.ts'
import { doneAt, type Happening, type Seat, seatOf } from './events.ts'
import { address, administrators, isThere, midnight, type Person, type World } from './world.ts'

const minute = 60_000
const hour = 60 * minute

/** Everything administrators do in the two months. */
export function administration(world: World): readonly Happening[] {
  const everyDay = Array.from({ length: days }, (_, day) => day).flatMap((day) => {
    const random = randomFrom(world.spec.seed, 6, day)
    const free = isHoliday(day) || weekdayOf(day) === 0 || weekdayOf(day) === 6
    return free ? [] : routine(world, day, random)
  })
  const comings = world.people.flatMap((person) => [...joining(world, person), ...leaving(world, person)])
  return [...everyDay, ...comings, ...campaigns(world), ...providerVisits(world)]
}

/** An owner or admin with all rights who is at work. */
function administrator(world: World, day: number, random: Random): Seat | undefined {
  const there = administrators(world).filter((person) => isThere(person, day))
  return there.length === 0 ? undefined : seatOf(random.pick(there), world.officeIp)
}

/** Now and then a role, a group, a collection, a setting; and a device to approve. Larger organizations have more of it. */
function routine(world: World, day: number, random: Random): Happening[] {
  const seat = administrator(world, day, random)
  if (!seat) return []
  const size = world.spec.people / 50
  const at = () => midnight(world, day) + random.between(9 * 60, 17 * 60) * minute
  const memberId = () => random.pick(world.people).memberId
  const found: Happening[] = []
  if (random.chance(0.3 * size)) found.push(doneAt(seat, at(), 1502, { memberId: memberId() }))
  if (random.chance(0.3 * size)) found.push(doneAt(seat, at(), 1504, { memberId: memberId() }))
  if (random.chance(0.2 * size)) found.push(doneAt(seat, at(), random.pick([1300, 1301])))
  if (random.chance(0.15 * size)) found.push(doneAt(seat, at(), 1513, { memberId: memberId() }))
  if (random.chance(0.03 * size)) found.push(doneAt(seat, at(), 1508, { memberId: memberId() }))
  if (random.chance(0.02)) found.push(doneAt(seat, at(), random.pick([1600, 1600, 1609])))
  if (random.chance(0.015)) found.push(doneAt(seat, at(), 1700, { policyId: random.pick(world.policies) }))
  return found
}

/** Invited a day or two before, or at the desk; accepted and confirmed when both find the time. */
function joining(world: World, { from, memberId, index }: Person): Happening[] {
  const random = randomFrom(world.spec.seed, 7, index)
  const seat = administrator(world, from, random)
  if (from === 0 || !seat) return []
  const atDesk = random.chance(0.15)
  const invited = midnight(world, atDesk ? from : from - random.between(1, 2)) + (atDesk ? 8 : 14) * hour
  const confirmed = atDesk ? invited + random.between(5, 50) * minute : midnight(world, from) + 9 * hour
  return [
    doneAt(seat, invited, 1500, { memberId }),
    doneAt(seat, confirmed, 1501, { memberId }),
    doneAt(seat, confirmed + 2 * minute, 1504, { memberId }),
  ]
}

/** Revoked on the last evening, removed some days later. */
function leaving(world: World, { to, memberId, index }: Person): Happening[] {
  const random = randomFrom(world.spec.seed, 8, index)
  const seat = administrator(world, to, random)
  if (to === days || !seat) return []
  return [
    doneAt(seat, midnight(world, to) - 6 * hour, 1511, { memberId }),
    doneAt(seat, midnight(world, to + random.between(3, 12)) + 10 * hour, 1503, { memberId }),
  ]
}

/** What comes once in a while: a backup a month, an import, a day on which passwords are changed, a clean-up. */
function campaigns(world: World): Happening[] {
  const random = randomFrom(world.spec.seed, 9)
  const [owner] = world.people
  if (!owner) return []
  const seat = seatOf(owner, world.officeIp)
  const backups = world.spec.backups ? [9, 39] : []
  return [
    ...backups.map((day) => doneAt(seat, midnight(world, day) + 10 * hour, 1602)),
    ...imported(world, seat, random.between(40, 58), random),
    ...rotation(world, random),
    ...cleaning(world, seat, random),
  ]
}

/** A hundred and twenty items from another tool, within two minutes. */
const imported = (world: World, seat: Seat, day: number, random: Random): Happening[] =>
  Array.from({ length: 120 }, () =>
    doneAt(seat, midnight(world, day) + 11 * hour + random.between(0, 120_000), 1100, {
      itemId: random.pick(world.items),
    }),
  )

/** In each month, operators change the passwords of the systems they run: looked up, copied, edited, one after the other. */
function rotation(world: World, random: Random): Happening[] {
  const operators = world.people.filter(({ operator }) => operator)
  return [17, 45].flatMap((day) =>
    operators.slice(0, 3).flatMap((person) => {
      const seat = seatOf(person, world.officeIp)
      const start = midnight(world, day) + random.between(9, 11) * hour
      return Array.from({ length: 20 }, (_, index) => {
        const at = start + index * 12 * minute + random.between(0, 5) * minute
        const itemId = random.pick(person.items)
        return [1107, 1111, 1101].map((type, step) => doneAt(seat, at + step * 40_000, type, { itemId }))
      }).flat()
    }),
  )
}

/** At the end of the quarter, old items go: a few dozen over an afternoon. */
const cleaning = (world: World, seat: Seat, random: Random): Happening[] =>
  Array.from({ length: Math.round(15 + world.spec.people / 5) }, (_, index) =>
    doneAt(seat, midnight(world, 37) + 13 * hour + index * 3 * minute + random.between(0, 100_000), 1115, {
      itemId: world.items[world.items.length - 1 - index] ?? random.pick(world.items),
    }),
  )

/** Where a provider manages the organization, it looks in twice a month. */
const providerVisits = (world: World): Happening[] =>
  world.spec.provider
    ? [5, 19, 38, 51].map((day) => ({
        at: midnight(world, day) + 15 * hour,
        type: 1603,
        userId: guidOfContent(world.organizationId, 'provider'),
        ip: address(world.spec.seed, 10),
        device: 9,
      }))
    : []
