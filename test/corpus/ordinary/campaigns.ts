// What comes once in a while and is a lot at once: access reviews, migrations, onboarding batches, clean-ups, rotations, contractors who leave.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { days, hour, minute, second, weekdayOf } from '../months.ts'
import { administratorOn, midnight, type Organization } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'
import { newId, scim, usesScim } from './machines.ts'
import { webVaultSeat } from './places.ts'

/** Who carries a campaign out, from when on (Unix ms). */
type Task = {
  readonly world: Organization
  readonly by: Person
  readonly seat: Seat
  readonly at: number
  readonly random: Random
}
type Campaign = (task: Task) => Happening[]

/** One thing after the other, with more or less so much time between. */
const inTurn = (
  { at, random }: Task,
  count: number,
  everyMs: number,
  make: (at: number, index: number) => Happening[],
) => Array.from({ length: count }, (_, index) => make(at + (index + random.next() * 0.7) * everyMs, index)).flat()

/** So many of all people, from one of them on. */
function somePeople({ world: { people }, random }: Task, count: number): readonly Person[] {
  const first = random.between(0, people.length - 1)
  return Array.from(
    { length: Math.min(count, people.length) },
    (_, index) => people[(first + index) % people.length],
  ).flatMap((person) => person ?? [])
}

/** An administrator goes through members' groups and roles, or collections, over one or two days. */
const accessReview: Campaign = (task) => {
  const people = somePeople(task, Math.min(400, Math.ceil(task.world.people.length * (0.2 + task.random.next() * 0.6))))
  const every = Math.max(30 * second, (6 * hour) / people.length)
  return people.flatMap(({ memberId, type }, index) => {
    const at = task.at + index * every
    const type2 = task.random.chance(0.06) && type === 2 ? 1511 : task.random.pick([1502, 1504, 1504])
    return [doneAt(task.seat, at, type2, { memberId })]
  })
}

/** Items move between collections, by the hundred; collections are made for them. */
const migration: Campaign = (task) => {
  const { world, seat, random } = task
  const first = random.between(0, Math.max(0, world.items.length - 300))
  const made = inTurn(task, random.between(2, 8), 3 * minute, (at, index) => [
    doneAt(seat, at, 1300, { collectionId: newId(world, 'collection', first + index) }),
  ])
  const moved = inTurn({ ...task, at: task.at + hour }, random.between(40, 250), 20 * second, (at, index) => [
    doneAt(seat, at, random.chance(0.8) ? 1106 : 1105, { itemId: world.items[(first + index) % world.items.length] }),
  ])
  const exported = random.chance(0.25) && task.by.type === 0 ? [doneAt(seat, task.at - 20 * minute, 1602)] : []
  return [...exported, ...made, ...moved]
}

/** Items from another tool, within minutes. */
const imported: Campaign = (task) =>
  inTurn(task, task.random.between(30, 400), 900, (at, index) => [
    doneAt(task.seat, at, 1100, { itemId: newId(task.world, 'item', index) }),
  ])

/** A class of new people is invited within an hour, and confirmed on the first morning. */
const onboarding: Campaign = (task) => {
  const { world, random } = task
  const seat = usesScim(world) ? scim : task.seat
  const count = random.between(4, Math.max(5, Math.min(45, Math.ceil(world.people.length / 8))))
  const members = Array.from({ length: count }, (_, index) => newId(world, 'member', index, Math.round(task.at / hour)))
  return members.flatMap((memberId, index) => [
    doneAt(seat, task.at + index * 40 * second, 1500, { memberId }),
    doneAt(seat, task.at + 22 * hour + index * 25 * second, 1501, { memberId }),
    doneAt(seat, task.at + 22.6 * hour + index * 30 * second, 1504, { memberId }),
  ])
}

/** Contracts end: a few accounts are revoked, and removed a week later. */
const contractorsLeave: Campaign = (task) => {
  const seat = usesScim(task.world) ? scim : task.seat
  const count = task.random.between(2, Math.max(3, Math.min(14, Math.ceil(task.world.people.length / 20))))
  return Array.from({ length: count }, (_, index) => newId(task.world, 'contractor', index)).flatMap(
    (memberId, index) => [
      doneAt(seat, task.at + index * minute, 1511, { memberId }),
      doneAt(seat, task.at + 7 * 24 * hour + index * minute, 1503, { memberId }),
    ],
  )
}

/** Old items go: some dozens over an afternoon. */
const cleanUp: Campaign = (task) =>
  inTurn(task, task.random.between(12, 90), task.random.between(20, 200) * second, (at, index) => [
    doneAt(task.seat, at, 1115, { itemId: task.world.items[task.world.items.length - 1 - index] }),
  ])

/** Operators change the passwords of systems: looked up, copied, edited, one after the other. */
const rotation: Campaign = (task) => {
  const { world, random } = task
  const operators = world.people.filter(({ operator }) => operator).slice(0, random.between(1, 4))
  return operators.flatMap((person) => {
    const seat = { ...webVaultSeat(world, person, dayAt(task)), device: person.devices[0] ?? 2 }
    return inTurn(task, random.between(8, 30), random.between(4, 12) * minute, (at) => {
      const itemId = random.pick(person.items)
      return [1107, 1111, 1101].map((type, step) => doneAt(seat, at + step * 40 * second, type, { itemId }))
    })
  })
}

/** Collections and groups get other names and other people. */
const reorganization: Campaign = (task) =>
  inTurn(task, task.random.between(4, 25), 4 * minute, (at) => [
    doneAt(task.seat, at, task.random.pick([1301, 1301, 1401, 1302, 1400, 1402]), {
      collectionId: task.random.pick(task.world.collections),
    }),
  ])

/** Policies are put in place, each changed once or twice until it is right. */
const newPolicies: Campaign = (task) =>
  inTurn(task, task.random.between(1, 4), 25 * minute, (at, index) => [
    doneAt(task.seat, at, 1700, { policyId: task.world.policies[index % task.world.policies.length] }),
  ])

/** An internal page is taken for phishing; several people go on nevertheless. */
const falseWarning: Campaign = (task) =>
  somePeople(task, task.random.between(2, 8)).flatMap(({ userId, site, devices }, index) => {
    const seat = { userId, ip: task.world.sites[site]?.ip ?? '', device: devices[0] ?? 2 }
    const at = task.at + index * 11 * minute
    return [doneAt(seat, at, 2400), doneAt(seat, at + 9 * second, 2402)]
  })

const campaigns: readonly Campaign[] = [
  accessReview,
  migration,
  imported,
  onboarding,
  contractorsLeave,
  cleanUp,
  rotation,
  reorganization,
  newPolicies,
  falseWarning,
]

/** All campaigns of the two months; larger organizations have more. */
export function campaignsOf(world: Organization): readonly Happening[] {
  const random = randomFrom(world.seed, 40)
  const likely = world.habits.campaigns * Math.min(2, 0.5 + world.people.length / 150)
  return campaigns.flatMap((campaign) => {
    const times = Math.floor(likely + random.next())
    return Array.from({ length: times }, () => {
      const day = workingDay(random.between(1, days - 10))
      const by = administratorOn(world, day, random)
      if (!by) return []
      const at = midnight(world, by, day) + random.between(9 * 60, 14 * 60) * minute
      return campaign({ world, by, seat: webVaultSeat(world, by, day), at, random })
    }).flat()
  })
}

const dayAt = ({ world, at }: Task): number => Math.floor((at - world.third.startMs) / (24 * hour))

/** This day, or the Monday after it. */
const workingDay = (day: number): number => (weekdayOf(day) % 6 === 0 ? workingDay(day + 1) : day)
