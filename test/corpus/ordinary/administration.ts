// The everyday work of administrators: help for single people, joiners, leavers, settings, the alerts themselves.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { dayLength, days, hour, minute, weekdayOf } from '../months.ts'
import { address } from '../organization/addresses.ts'
import { administratorOn, midnight, type Organization } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'
import { newId, scim, usesScim } from './machines.ts'
import { placesOf, webVaultSeat } from './places.ts'

/** Everything administrators do on a day, apart from campaigns. */
export function administration(world: Organization, day: number): readonly Happening[] {
  const random = randomFrom(world.seed, 30, day)
  const person = administratorOn(world, day, random)
  if (!person) return []
  const comings = world.people.flatMap((each) => [...joining(world, each, day), ...leaving(world, each, day)])
  if (weekdayOf(day) % 6 === 0) return [...comings, ...upkeep(world, person, day, random)]
  return [
    ...comings,
    ...help(world, day, random),
    ...settings(world, person, day, random),
    ...upkeep(world, person, day, random),
    ...backup(world, day),
  ]
}

/** In some organizations an owner exports the vault once a month. */
function backup(world: Organization, day: number): Happening[] {
  const [owner] = world.people
  if (!owner || world.seed % 3 !== 0 || day % 28 !== 1) return []
  return [doneAt(webVaultSeat(world, owner, day), midnight(world, owner, day) + 10 * hour, 1602)]
}

/** A time of the working day where a person is, in Unix ms. */
const workingTime = (world: Organization, person: Person, day: number, random: Random) =>
  midnight(world, person, day) + random.between(9 * 60, 17 * 60) * minute

/** What single people need: another group, an approved device, a new password. Larger organizations have more of it, not in proportion. */
function help(world: Organization, day: number, random: Random): Happening[] {
  const mean = world.habits.helpdesk * (world.people.length / 50) ** 0.8
  const count = Math.floor(mean * (0.5 + random.next()) + random.next())
  return Array.from({ length: count }, () => {
    const helper = administratorOn(world, day, random)
    if (!helper) return []
    const seat = webVaultSeat(world, helper, day)
    const at = workingTime(world, helper, day, random)
    const asking = random.pick(world.people)
    const about = { memberId: asking.memberId }
    return random.weighted<() => Happening[]>([
      [() => [doneAt(seat, at, 1502, about)], 22],
      [() => [doneAt(seat, at, 1504, about)], 26],
      [() => approved(world, asking, seat, at, day, random), 22],
      [
        () => [
          doneAt(seat, at, random.pick([1300, 1301, 1301, 1301]), { collectionId: random.pick(world.collections) }),
        ],
        14,
      ],
      [() => [doneAt(seat, at, random.pick([1400, 1401, 1401]), { groupId: random.pick(world.groups) })], 6],
      [
        () => [
          doneAt(seat, at, 1508, about),
          doneAt(deskOf(world, asking, day), at + 7 * minute, 1000),
          doneAt(deskOf(world, asking, day), at + 8 * minute, 1008),
        ],
        2.5,
      ],
      [() => [doneAt(seat, at, 1519, about)], 1.5],
      [() => [doneAt(seat, at, 1509, about)], 1],
      [() => [doneAt(seat, at, 1525, about)], 0.4],
      [() => [doneAt(seat, at, 1511, about), doneAt(seat, at + 20 * minute, 1512, about)], 0.6],
      [() => [doneAt(seat, at, 1514, about)], 1],
    ])()
  }).flat()
}

/** Where a person is at the computer. */
const deskOf = (world: Organization, person: Person, day: number): Seat =>
  placesOf(world, person, day).desk(randomFrom(world.seed, 34, person.index, day))

/** A device is asked for and approved some minutes later. */
const approved = (world: Organization, asking: Person, seat: Seat, at: number, day: number, random: Random) => [
  doneAt({ ...deskOf(world, asking, day), device: random.pick([2, 6, 9]) }, at - random.between(2, 30) * minute, 1010),
  doneAt(seat, at, 1513, { memberId: asking.memberId }),
]

/** Settings, policies and exports, each once in some weeks. */
function settings(world: Organization, person: Person, day: number, random: Random): Happening[] {
  const seat = webVaultSeat(world, person, day)
  const at = workingTime(world, person, day, random)
  const busy = Math.min(3, 0.6 + world.people.length / 300)
  if (!random.chance(0.06 * busy)) return []
  return random.weighted<() => Happening[]>([
    [() => [doneAt(seat, at, 1600)], 10],
    [() => [doneAt(seat, at, 1700, { policyId: random.pick(world.policies) })], 6],
    [() => [doneAt(seat, at, random.pick([1609, 1610, 1611, 1614, 1616]))], 3],
    [() => (person.type === 0 ? [doneAt(seat, at, 1602)] : []), 3],
    [() => [doneAt(seat, at, 1624), doneAt(seat, at + 2 * minute, 1627)], 1.5],
    [
      () => [
        doneAt(seat, at, 2000, { domainName: 'new.example' }),
        doneAt({ systemUser: 2 }, at + hour, 2002, { domainName: 'new.example' }),
      ],
      0.7,
    ],
    [
      () => [
        doneAt(seat, at, 2304, { grantedMachineId: newId(world, 'machine', day) }),
        doneAt(seat, at + minute, 2300, { grantedMachineId: newId(world, 'machine', day), memberId: person.memberId }),
      ],
      2,
    ],
    [() => [doneAt(seat, at, 2101, { secretId: newId(world, 'secret', day), projectId: world.projects[0] })], 6],
    [() => [doneAt(seat, at, 1604)], 0.2],
    [
      () => [doneAt({ userId: newId(world, 'provider', 0), ip: address(world.seed, 31), device: 9 }, at, 1603)],
      world.people.length < 40 ? 5 : 0.3,
    ],
  ])()
}

/** The alerts' own upkeep: acknowledged, muted, tuned, keys made anew. */
function upkeep(world: Organization, person: Person, day: number, random: Random): Happening[] {
  if (!random.chance(0.05)) return []
  const seat = webVaultSeat(world, person, day)
  const at = workingTime(world, person, day, random)
  const about = (kind: string) => ({ objectId: newId(world, kind, day), objectName: `${kind} ${day}` })
  return random.weighted<() => Happening[]>([
    [() => [doneAt(seat, at, 9010, about('alert'))], 20],
    [() => [doneAt(seat, at, 9011, about('alert'))], 3],
    [() => [doneAt(seat, at, 9003, about('rule'))], 4],
    [() => [doneAt(seat, at, 9021, about('key'))], 1],
    [() => [doneAt(seat, at, 9020, about('key'))], 1],
    [() => [doneAt(seat, at, 9031, about('integration'))], 1],
    [() => [doneAt(seat, at, 9044, about('source')), doneAt(seat, at + 40 * minute, 9045, about('source'))], 0.5],
  ])()
}

/** Invited a day or two before, or at the desk; confirmed when both find the time. The identity provider does it by itself. */
function joining(world: Organization, person: Person, day: number): Happening[] {
  const { stay, memberId, index } = person
  if (stay.from <= 0 || day !== Math.max(1, stay.from - 2)) return []
  const random = randomFrom(world.seed, 32, index)
  const helper = administratorOn(world, day, random)
  if (!helper) return []
  const seat = usesScim(world) ? scim : webVaultSeat(world, helper, stay.from)
  const begins = midnight(world, person, stay.from)
  const atDesk = random.chance(0.15)
  const invited = atDesk ? begins + 8 * hour : begins - random.between(8, 40) * hour
  const confirmed = atDesk ? invited + random.between(5, 50) * minute : begins + random.between(7, 11) * hour
  const groups = Array.from({ length: random.between(0, 2) }, (_, each) =>
    doneAt(seat, confirmed + (each + 1) * minute, 1504, { memberId }),
  )
  return [doneAt(seat, invited, 1500, { memberId }), doneAt(seat, confirmed, 1501, { memberId }), ...groups]
}

/** Revoked on the last evening, removed some days later; some leave by themselves. */
function leaving(world: Organization, person: Person, day: number): Happening[] {
  const { stay, memberId, index } = person
  if (stay.to > days || day !== stay.to) return []
  const random = randomFrom(world.seed, 33, index)
  const helper = administratorOn(world, day, random)
  if (!helper) return []
  const seat = usesScim(world) ? scim : webVaultSeat(world, helper, day)
  const evening = midnight(world, person, day) + random.between(0, 10) * hour
  const removed = evening + random.between(1, 9) * dayLength
  return [doneAt(seat, evening, 1511, { memberId }), doneAt(seat, removed, 1503, { memberId })]
}
