// The organizations of the corpus: sites, people, vault, machine accounts, and what the directory knows of them. Follows from a seed alone.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { directoryContext, type FieldContext } from '../../../src/domain/alerts/sigma/fields.ts'
import { type Member, memberType } from '../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { facts, item, member, organization } from '../../support/directory.ts'
import { days, localMidnight, type Zone, zones } from '../months.ts'
import { type Habits, habitsOf, type Third } from '../parameters.ts'
import { address, type Carrier, network } from './addresses.ts'
import { isThere, type Person, personOf } from './person.ts'

/** An office: its clock, its addresses, and the days (of the corpus) on which nobody works there. */
type Site = {
  readonly zone: Zone
  readonly ip: string
  readonly networks: readonly string[]
  readonly holidays: ReadonlySet<number>
}

/** An organization with its people and its vault. */
export type Organization = {
  readonly name: string
  readonly seed: number
  readonly third: Third
  readonly habits: Habits
  readonly organizationId: Guid
  readonly people: readonly Person[]
  readonly sites: readonly Site[]
  readonly carriers: readonly Carrier[]
  readonly vpnPool: readonly string[]
  readonly items: readonly Guid[]
  readonly criticalItems: readonly Guid[]
  readonly groups: readonly Guid[]
  readonly collections: readonly Guid[]
  readonly policies: readonly Guid[]
  readonly secrets: readonly Guid[]
  readonly projects: readonly Guid[]
  readonly machines: readonly Guid[]
}

/** Someone's role from a time on (Unix ms). */
export type RoleChange = {
  readonly at: number
  readonly userId: Guid
  readonly memberId: Guid
  readonly type: Member['type']
}

const idsOf = (organizationId: Guid, kind: string, count: number): readonly Guid[] =>
  Array.from({ length: count }, (_, index) => guidOfContent(organizationId, kind, index))

/** Makes an organization of so many people; other numbers, another one. */
export function organizationOf(third: Third, number: number, size: number): Organization {
  const seed = third.seed + number
  const random = randomFrom(seed, 3)
  const name = `${third.name} ${number}, ${size} people`
  const organizationId = guidOfContent('corpus', third.name, number)
  const habits = habitsOf(third, seed)
  const items = idsOf(organizationId, 'item', size * 5 + 150)
  const vault = { items, criticalItems: items.slice(0, 6 + Math.min(30, Math.floor(size / 20))) }
  const sites = Array.from({ length: size < 40 ? 1 : random.between(1, size < 300 ? 3 : 6) }, (_, index) =>
    siteOf(seed, index, random),
  )
  const carriers = [0, 1, 2].map((index) => ({
    seed: seed * 10 + index,
    ipv6: random.chance(habits.ipv6),
    pool: Math.round(habits.carrierPool),
  }))
  const company = { organizationId, seed, size, sites: sites.length, carriers: carriers.length, habits, ...vault }
  return {
    name,
    seed,
    third,
    habits,
    organizationId,
    ...vault,
    sites,
    carriers,
    vpnPool: Array.from({ length: random.between(2, 12) }, (_, index) => address(seed, 4, index)),
    people: Array.from({ length: size }, (_, index) => personOf(company, index)),
    groups: idsOf(organizationId, 'group', 3 + Math.ceil(size / 15)),
    collections: idsOf(organizationId, 'collection', 5 + Math.ceil(size / 8)),
    policies: idsOf(organizationId, 'policy', 6),
    secrets: idsOf(organizationId, 'secret', 40 + Math.ceil(size / 2)),
    projects: idsOf(organizationId, 'project', 3 + Math.ceil(size / 40)),
    machines: random.chance(0.6) ? idsOf(organizationId, 'machine', 2 + Math.ceil(size / 40)) : [],
  }
}

function siteOf(seed: number, index: number, random: Random): Site {
  const networks = random.chance(0.5) ? [0, 1, 2].map((part) => network(seed, 5, index, part)) : []
  return {
    zone: random.pick(zones),
    ip: address(seed, 6, index),
    networks,
    holidays: new Set([random.between(1, days - 1), random.between(1, days - 1), random.between(1, days - 1)]),
  }
}

/** Local midnight of a day where a person works, in Unix ms. */
export function midnight({ sites, third }: Organization, { site }: Pick<Person, 'site'>, day: number): number {
  const { zone } = sites[site] ?? sites[0] ?? { zone: { minutes: 0, summer: 'none' as const } }
  return localMidnight(zone, third.startMs + day * 86_400_000)
}

/** Those who may do everything, owners first. */
export const administrators = ({ people }: Organization): readonly Person[] =>
  people.filter(({ type }) => type === memberType.owner || type === memberType.admin)

/** An owner or admin with all rights who is at work; mostly one of the first few. */
export function administratorOn(world: Organization, day: number, random: Random): Person | undefined {
  const there = administrators(world).filter((person) => isThere(person, day))
  return there.length === 0 ? undefined : (there[Math.floor(random.next() ** 2 * there.length)] ?? there[0])
}

/** What the directory knows, after these changes of roles. */
export function contextOf(
  { name, organizationId, people, items, criticalItems, groups, collections, policies }: Organization,
  changes: readonly RoleChange[],
): FieldContext {
  const changed = new Map(changes.map((change) => [change.userId, change]))
  const known = new Set(people.map(({ userId }) => userId))
  const members = [
    ...people.map(({ userId, memberId, type, index }) => ({ userId, memberId, type, label: `Person ${index}` })),
    ...[...changed.values()].filter(({ userId }) => !known.has(userId)).map((each) => ({ ...each, label: 'Guest' })),
  ]
  return directoryContext(
    facts({
      organizations: [
        organization(organizationId, {
          name,
          members: members.map(({ userId, memberId, type, label }) =>
            member(userId, {
              id: memberId,
              type: changed.get(userId)?.type ?? type,
              name: label,
              email: `${label.replace(' ', '.').toLowerCase()}@example.com`,
            }),
          ),
          groups: groups.map((id, index) => ({ id, name: `Group ${index}` })),
          collections: collections.map((id, index) => ({ id, name: `Collection ${index}` })),
          policies: policies.map((id, index) => ({ id, name: `Policy ${index}`, type: index, enabled: true })),
        }),
      ],
      items: items.map((id, index) =>
        item(id, { organizationId, name: `Item ${index}`, critical: index < criticalItems.length }),
      ),
    }),
  )
}
