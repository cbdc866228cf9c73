// The organizations of the corpus: who works there, when and from where, and what is in their vault. Follows from a seed alone.

import { type Random, randomFrom } from '../../local/demo/random.ts'
import { directoryContext, type FieldContext } from '../../src/domain/alerts/sigma/fields.ts'
import { type Member, memberType } from '../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { facts, item, member, organization } from '../support/directory.ts'
import { dayMs, days, learningDays } from './calendar.ts'

/** What an organization is made from. `offsetMinutes` is its clock against UTC; `backups`: an owner exports the vault monthly. */
export type OrganizationSpec = {
  readonly name: string
  readonly seed: number
  readonly people: number
  readonly offsetMinutes: number
  readonly backups: boolean
  readonly provider: boolean
}

/** A person of an organization, with lasting habits. */
export type Person = {
  readonly index: number
  readonly userId: Guid
  readonly memberId: Guid
  readonly type: Member['type']
  /** Operates systems: uses critical items, is on call in turn, rotates passwords. */
  readonly operator: boolean
  /** Days of the week (0 is Sunday) on which this person works. */
  readonly workdays: ReadonlySet<number>
  /** Milliseconds after local midnight. */
  readonly startsAt: number
  /** How much of the vault this person uses, 1 being average. */
  readonly pace: number
  readonly officeShare: number
  readonly computer: number
  readonly phone: number
  /** Items this person reaches, those used most first. */
  readonly items: readonly Guid[]
  /** Days (of the corpus) of the first and, excluded, the last day; and of the vacation. */
  readonly from: number
  readonly to: number
  readonly away: { readonly from: number; readonly to: number } | undefined
  readonly leaseDays: number
}

/** An organization with its people, its vault and what the directory knows of it. */
export type World = {
  readonly spec: OrganizationSpec
  readonly organizationId: Guid
  readonly people: readonly Person[]
  readonly items: readonly Guid[]
  readonly criticalItems: readonly Guid[]
  readonly policies: readonly Guid[]
  readonly officeIp: string
  readonly context: Pick<FieldContext, 'names' | 'roleIn' | 'isCritical'>
}

/** An address that stands for a place; other seeds, another place. */
export function address(...seeds: readonly number[]): string {
  const random = randomFrom(77, ...seeds)
  return [random.between(11, 198), random.between(0, 255), random.between(0, 255), random.between(1, 254)].join('.')
}

/** Where a person is at home on a day: the provider gives another address from time to time. */
export const homeIp = ({ spec }: World, { index, leaseDays }: Person, day: number): string =>
  address(spec.seed, 1, index, Math.floor((day + index) / leaseDays))

/** Local midnight of a day of the corpus, in Unix ms. */
export const midnight = ({ spec }: World, day: number): number => dayMs(day) - spec.offsetMinutes * 60_000

/** Makes an organization. */
export function worldOf(spec: OrganizationSpec): World {
  const random = randomFrom(spec.seed)
  const organizationId = guidOfContent('corpus organization', spec.name)
  const items = Array.from({ length: spec.people * 6 + 120 }, (_, index) =>
    guidOfContent(organizationId, 'item', index),
  )
  const criticalItems = items.slice(0, 6 + Math.floor(spec.people / 25))
  const vault = { spec, organizationId, items, criticalItems }
  const people = Array.from({ length: spec.people }, (_, index) => personOf(vault, random, index))
  const directory = facts({
    organizations: [
      organization(organizationId, {
        name: spec.name,
        members: people.map(({ userId, memberId, type, index }) =>
          member(userId, { id: memberId, type, name: `Person ${index}` }),
        ),
      }),
    ],
    items: items.map((id, index) => item(id, { organizationId, critical: index < criticalItems.length })),
  })
  return {
    ...vault,
    people,
    policies: Array.from({ length: 6 }, (_, index) => guidOfContent(organizationId, 'policy', index)),
    officeIp: address(spec.seed, 0),
    context: directoryContext(directory),
  }
}

/** The first people are owners, then come admins, then those with a custom role; who comes after is a user. */
function roleOf({ people }: OrganizationSpec, index: number): Pick<Person, 'type' | 'operator'> {
  const owners = people < 30 ? 1 : 2
  const admins = owners + Math.ceil(people / 25)
  const customs = admins + Math.floor(people / 50)
  const operator = index > 0 && index < admins + Math.ceil(people / 12)
  if (index < owners) return { type: memberType.owner, operator }
  if (index < admins) return { type: memberType.admin, operator }
  return { type: index < customs ? memberType.custom : memberType.user, operator }
}

const fullWeek = [1, 2, 3, 4, 5]
const shortWeeks = [
  [1, 2, 3],
  [2, 3, 4],
  [1, 3, 5],
]

type Vault = Pick<World, 'spec' | 'organizationId' | 'items' | 'criticalItems'>

function personOf({ spec, organizationId, items, criticalItems }: Vault, random: Random, index: number): Person {
  const { type, operator } = roleOf(spec, index)
  const special = type !== memberType.user
  const workdays = new Set(!special && random.chance(0.12) ? random.pick(shortWeeks) : fullWeek)
  const first = random.between(criticalItems.length, items.length - 100)
  return {
    index,
    type,
    operator,
    workdays,
    userId: guidOfContent(organizationId, 'user', index),
    memberId: guidOfContent(organizationId, 'member', index),
    startsAt: Math.round((8 + 2 * random.next()) * 3_600_000),
    pace: 0.5 + random.next() + (random.chance(0.1) ? 1 : 0),
    officeShare: random.pick([0, 0.4, 0.6, 0.6, 1]),
    computer: random.pick([2, 2, 2, 3, 5, 6, 7]),
    phone: random.pick([0, 1]),
    items: [...items.slice(first, first + 100), ...(operator ? criticalItems : [])],
    ...stayOf(random, special),
    away: random.chance(0.2) ? vacation(random) : undefined,
    leaseDays: random.between(6, 60),
  }
}

/** Most people stay; one in twenty joins within the two months, as many leave. */
function stayOf(random: Random, stays: boolean): { readonly from: number; readonly to: number } {
  const [joins, leaves] = [random.chance(1 / 20), random.chance(1 / 20)]
  if (stays) return { from: 0, to: days }
  if (joins) return { from: random.between(6, days - 8), to: days }
  return { from: 0, to: leaves ? random.between(8, days - 4) : days }
}

function vacation(random: Random) {
  const from = random.between(0, days - 10)
  return { from, to: from + 14 }
}

/** Those who may do everything, owners first. */
export const administrators = ({ people }: World): readonly Person[] =>
  people.filter(({ type }) => type === memberType.owner || type === memberType.admin)

/** Whether a person belongs to the organization on a day and is not on vacation. */
export const isThere = ({ from, to, away }: Person, day: number): boolean =>
  day >= from && day < to && !(away && day >= away.from && day < away.to)

/** Those of whom there is a past to learn from when the measured month begins, and who stay. */
export const settledPeople = ({ people }: World): readonly Person[] =>
  people.filter(({ from, to }) => from < learningDays - 20 && to === days)
