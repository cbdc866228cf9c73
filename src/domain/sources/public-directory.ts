// The lists of the public API as an entry of the directory: what a source knows of its people and structure. Pure.
import * as v from 'valibot'
import { type Member, memberType, type Organization, OrganizationEntry } from '../directory/directory.ts'
import { Guid } from '../guid.ts'

/** The groups, collections and policies of an organization; what the plan lacks is absent. */
export type PublicStructure = {
  readonly groups?: readonly unknown[]
  readonly collections?: readonly unknown[]
  readonly policies?: readonly unknown[]
}

const List = v.looseObject({ data: v.pipe(v.array(v.unknown()), v.maxLength(100_000)) })
const GuidList = v.pipe(v.array(Guid), v.maxLength(100_000))
const WithId = v.looseObject({ id: Guid })

/** The entries of a list; undefined for a body that is none. */
export function readList(body: unknown): readonly unknown[] | undefined {
  const read = v.safeParse(List, body)
  return read.success ? read.output.data : undefined
}

/** The ids of a bare list; undefined for a body that is none. */
export function readIds(body: unknown): readonly Guid[] | undefined {
  const read = v.safeParse(GuidList, body)
  return read.success ? read.output : undefined
}

/** The ids of the entries that have one. */
export const idsOf = (entries: readonly unknown[]): readonly Guid[] => entries.flatMap((entry) => idOf(entry) ?? [])

function idOf(entry: unknown): Guid | undefined {
  const read = v.safeParse(WithId, entry)
  return read.success ? read.output.id : undefined
}

/** The type of members that older servers call manager: a custom member today. */
const managerType = 3

/** The members of a list, without their groups; undefined for one that is empty, or has an entry without an id. */
function membersIn(entries: readonly unknown[], known: readonly Member[]): Member[] | undefined {
  const byId = new Map(known.map((member) => [member.id, member]))
  const members: Member[] = []
  for (const entry of entries) {
    const id = idOf(entry)
    if (id === undefined) return undefined
    const before = byId.get(id)
    // A member whose entry cannot be read stays as it was.
    const member = memberIn(entry, before) ?? before
    if (member) members.push(member)
  }
  return members.length > 0 ? members : undefined
}

const Manager = v.looseObject({ type: v.literal(managerType) })

function memberIn(entry: unknown, known: Member | undefined): Member | undefined {
  const manager = v.safeParse(Manager, entry)
  const read = v.safeParse(MemberEntry, manager.success ? { ...manager.output, type: memberType.custom } : entry)
  if (!read.success) return undefined
  const { groups: _groups, collections, ...member } = read.output
  // The list of members has neither groups nor collections.
  return { ...member, collections: collections ?? known?.collections ?? null, groups: known?.groups ?? [] }
}

const { members: _members, groups: _groups, collections: _collections, policies: _policies } = OrganizationEntry.entries
const MemberEntry = _members.wrapped.item
const kinds = {
  groups: _groups.wrapped.item,
  collections: _collections.wrapped.item,
  policies: _policies.wrapped.item,
} as const

/**
 * The entry of an organization with what the API says now; undefined if its list of members is empty or unreadable. `known`
 * is the entry of before: what the API does not say stays, such as names of collections. `groupMembers` are the members of
 * each group by its id; of a group that is not among them, the members stay.
 */
export function entryWith(
  known: Organization | undefined,
  name: string,
  lists: PublicStructure & { readonly members: readonly unknown[] },
  groupMembers: ReadonlyMap<Guid, readonly Guid[]>,
): OrganizationEntry | undefined {
  const members = membersIn(lists.members, known?.members ?? [])
  if (!members) return undefined
  const entry = {
    ...(known ?? { name }),
    members: members.map((member) => ({ ...member, groups: groupsOf(member, groupMembers) })).sort(byId),
    groups: merged(kinds.groups, lists.groups, known?.groups),
    collections: merged(kinds.collections, lists.collections, known?.collections),
    policies: merged(kinds.policies, lists.policies, known?.policies),
  }
  return v.parse(OrganizationEntry, entry)
}

/** Whether the directory has this entry already, in any order. */
export const isSameEntry = (known: Organization | undefined, entry: OrganizationEntry): boolean =>
  known !== undefined && JSON.stringify(inOrder(v.parse(OrganizationEntry, known))) === JSON.stringify(inOrder(entry))

const inOrder = ({ members, groups, collections, policies, ...rest }: OrganizationEntry) => ({
  ...rest,
  members: members.map((member) => ({ ...member, groups: member.groups.toSorted() })).toSorted(byId),
  groups: groups.toSorted(byId),
  collections: collections.toSorted(byId),
  policies: policies.toSorted(byId),
})

const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1)

function groupsOf({ id, groups }: Member, groupMembers: ReadonlyMap<Guid, readonly Guid[]>): Guid[] {
  const stay = groups.filter((group) => !groupMembers.has(group))
  const now = [...groupMembers].flatMap(([group, ids]) => (ids.includes(id) ? [group] : []))
  return [...stay, ...now].sort()
}

type Named = { readonly id: Guid; readonly name: string | null }

/** The readable entries of a list, with the names of before where the API gives none; without a list, what there was. */
function merged<T extends Named>(
  schema: v.GenericSchema<unknown, T>,
  entries: readonly unknown[] | undefined,
  known: readonly T[] = [],
): T[] {
  if (!entries) return [...known]
  const before = new Map(known.map((each) => [each.id, each]))
  const read = entries.flatMap((entry) => {
    const parsed = v.safeParse(schema, entry)
    const id = idOf(entry)
    if (!parsed.success) return (id && before.get(id)) ?? []
    return { ...parsed.output, name: parsed.output.name ?? before.get(parsed.output.id)?.name ?? null }
  })
  return read.toSorted(byId)
}
