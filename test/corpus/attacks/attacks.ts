// The labelled attacks of a third: each kind loud, medium and stealthy, dealt out to organizations of many sizes.
import { randomFrom } from '../../../local/demo/random.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import type { Happening } from '../happenings.ts'
import { days, learningDays, weekdayOf } from '../months.ts'
import { administrators, type Organization, type RoleChange } from '../organization/organization.ts'
import { isSettled, isThere, type Person } from '../organization/person.ts'
import { administratorAttacks } from './administrators.ts'
import { insiders } from './insiders.ts'
import { type Kind, type Loudness, loudnesses, type Stage } from './stage.ts'
import { takeovers } from './takeovers.ts'

/** Every kind of attack. */
export const kinds: readonly Kind[] = [...takeovers, ...insiders, ...administratorAttacks]

/** An attack that is planned for an organization. */
type Planned = { readonly kind: Kind; readonly loudness: Loudness }

/** An attack with its label: its events, and who acts in it from which addresses, most often first. Times in Unix ms. */
export type Attack = {
  readonly organization: string
  readonly kind: string
  readonly loudness: Loudness
  readonly from: number
  readonly to: number
  readonly happenings: ReadonlyMap<Guid, Happening>
  readonly account: Guid | undefined
  readonly address: string | undefined
  readonly roleChanges: readonly RoleChange[]
}

/** All attacks, dealt out to so many organizations: each gets different kinds. */
export const dealt = (organizations: number): readonly (readonly Planned[])[] => {
  const all = loudnesses.flatMap((loudness, turn) =>
    kinds.map((kind, index) => ({ kind, loudness, organization: (index + turn * 3) % organizations })),
  )
  return Array.from({ length: organizations }, (_, number) => all.filter(({ organization }) => organization === number))
}

/** The attacks as they happen in an organization: spread over the measured month, to people of their own where there are enough. */
export const attacksOn = (world: Organization, planned: readonly Planned[]): readonly Attack[] =>
  planned.map(({ kind, loudness }, number) => {
    const stage = stageOf(world, loudness, number, planned.length)
    const { happenings, roleChanges = [] } = kind.stage(stage)
    const labelled = happenings.map((happening, index) => ({
      ...happening,
      id: guidOfContent(world.organizationId, 'attack', number, index),
    }))
    const times = labelled.map(({ at }) => at)
    return {
      organization: world.name,
      kind: kind.name,
      loudness,
      from: Math.min(...times),
      to: Math.max(...times),
      happenings: new Map(labelled.map((happening) => [happening.id, happening])),
      account: mostFrequent(labelled.flatMap(({ userId, machineId }) => userId ?? machineId ?? [])),
      address: mostFrequent(labelled.flatMap(({ ip }) => ip ?? [])),
      roleChanges,
    }
  })

function stageOf(world: Organization, loudness: Loudness, number: number, count: number): Stage {
  const random = randomFrom(world.seed, 70, number)
  const span = (days - learningDays - 3) / count
  const day = workingDay(learningDays + 1 + Math.floor(number * span))
  const members = world.people.filter((person) => isSettled(person) && isThere(person, day))
  const users = members.filter(({ type }) => type === memberType.user)
  const admins = administrators(world).filter((person) => isThere(person, day))
  const turn = (people: readonly Person[], offset = 0) => {
    const person = people[(number * 5 + world.seed + offset) % people.length]
    if (!person) throw new Error(`nobody to attack in ${world.name}`)
    return person
  }
  const victim = turn(users)
  return {
    world,
    number,
    day,
    loudness,
    random,
    victim,
    administrator: turn(admins),
    colleague: turn(admins, 1),
    others: members.filter((person) => person !== victim),
  }
}

/** This day, or the Monday after it. */
const workingDay = (day: number): number => (weekdayOf(day) % 6 === 0 ? workingDay(day + 1) : day)

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = Map.groupBy(values, (value) => value)
  return [...counts].toSorted(([, one], [, other]) => other.length - one.length)[0]?.[0]
}
