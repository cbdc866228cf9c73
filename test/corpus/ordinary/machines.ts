// Programs: a nightly job that copies with the command line, machine accounts that read secrets, the identity provider, strangers who guess.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { dayLength, hour, minute, second, weekdayOf } from '../months.ts'
import { address } from '../organization/addresses.ts'
import type { Organization } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'

const cli = 25
const sdk = 21
const copiesOfJob = 45

/** Whose account the nightly job uses, from which server; undefined where there is no such job. */
export function jobOf(world: Organization): { readonly person: Person; readonly seat: Seat } | undefined {
  const random = randomFrom(world.seed, 20)
  const person = world.people.findLast(({ type, stay }) => type === memberType.user && stay.from < 0 && stay.to > 60)
  if (!person || !random.chance(0.5)) return undefined
  return { person, seat: { userId: person.userId, ip: address(world.seed, 21), device: cli } }
}

/** Everything programs do on a day. */
export function programs(world: Organization, day: number): readonly Happening[] {
  const random = randomFrom(world.seed, 22, day)
  return [
    ...nightlyJob(world, day, random),
    ...world.machines.flatMap((machine, index) => machineDay(world, machine, index, day)),
    ...strangers(world, day, random),
  ]
}

/** At the same minute each night: a login with the API key, then copies. Now and then it fails half-way and runs again. */
function nightlyJob(world: Organization, day: number, random: Random): Happening[] {
  const job = jobOf(world)
  if (!job) return []
  const start = world.third.startMs + day * dayLength + (world.seed % 6) * hour + 17 * minute
  const run = (at: number, count: number) => [
    doneAt(job.seat, at, 1000),
    ...Array.from({ length: count }, (_, index) =>
      doneAt(job.seat, at + (index + 1) * 2 * second + random.between(0, 900), 1111, {
        itemId: world.items[(world.items.length - 1 - index) % world.items.length],
      }),
    ),
  ]
  if (random.chance(0.03)) return [...run(start, 20), ...run(start + 30 * minute, copiesOfJob)]
  return run(start, copiesOfJob)
}

/** A machine account reads the same secrets each time, mostly few: on a schedule, or at a deployment, from a runner's new address. */
function machineDay(world: Organization, machine: Guid, index: number, day: number): Happening[] {
  const random = randomFrom(world.seed, 23, index, day)
  const own = world.secrets.slice(index * 5, index * 5 + (index % 6 === 5 ? 30 : 3 + (index % 9)))
  const projectId = world.projects[index % world.projects.length]
  const scheduled = index % 2 === 0
  const isFree = weekdayOf(day) % 6 === 0
  const runs = scheduled ? 6 : isFree ? 0 : random.between(0, 9)
  const start = world.third.startMs + day * dayLength
  return Array.from({ length: runs }, (_, run) => {
    const ip = scheduled ? address(world.seed, 24, index) : address(world.seed, 25, random.between(1, 400))
    const at = start + (scheduled ? run * 4 * hour : (8 + random.next() * 10) * hour)
    const seat = { machineId: machine, ip, device: sdk }
    return own.map((secretId, each) => doneAt(seat, at + each * 150, 2100, { secretId, projectId }))
  }).flat()
}

/** Strangers guess at accounts whose addresses are in old leaks; a program gives up after a few. */
function strangers(world: Organization, day: number, random: Random): Happening[] {
  const perDay = (world.habits.noise * Math.max(0.2, world.people.length / 100)) / 7
  if (!random.chance(Math.min(1, perDay))) return []
  const victims = Array.from({ length: random.chance(0.15) ? 3 : 1 }, () => random.pick(world.people))
  const ip = address(world.seed, 26, day)
  const at = world.third.startMs + day * dayLength + random.next() * dayLength
  return victims.flatMap(({ userId }, index) =>
    Array.from({ length: random.between(1, 4) }, (_, time) =>
      doneAt({ userId, ip, device: 14 }, at + index * minute + time * 20 * second, 1005),
    ),
  )
}

/** A seat of the identity provider's, which adds and revokes members. */
export const scim: Seat = { systemUser: 1 }

/** Whether the identity provider manages the members of an organization. */
export const usesScim = ({ seed, people }: Organization): boolean => people.length >= 100 && seed % 2 === 0

/** An id for something new of an organization. */
export const newId = ({ organizationId }: Organization, kind: string, ...numbers: readonly number[]): Guid =>
  guidOfContent(organizationId, `new ${kind}`, ...numbers)
