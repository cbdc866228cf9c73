// Pulls an organization's people, groups, collections and policies into the directory. Unchanged lists write nothing.
import { inParallel } from '../../concurrency/parallel.ts'
import type { OrganizationEntry } from '../../domain/directory/directory.ts'
import type { Guid } from '../../domain/guid.ts'
import { hasSpare } from '../../domain/sources/plan.ts'
import type { ListName, Progress } from '../../domain/sources/progress.ts'
import {
  entryWith,
  idsOf,
  isSameEntry,
  type PublicStructure,
  readIds,
  readList,
} from '../../domain/sources/public-directory.ts'
import { Damaged, EntryTooLarge } from '../../ports/errors.ts'
import { failed, type PullRun, RunEnded } from './pull-run.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** How often members are asked for, and with them, if the day's requests allow it, each list that an event was about. */
const membersEveryMs = 15 * minuteMs
/** How often the lists of groups, collections and policies are asked for without an event. */
const structureEveryMs = hourMs
/** How often the members of groups are, of which each group is a request; and how often at most after an event. */
const groupMembersEveryMs = 24 * hourMs
const changedMembersEveryMs = hourMs
/** Most groups whose members are asked for in one run; the next goes on. */
const groupsPerRunMax = 50
/** How far before its time a list is asked for: pulls are not exactly a minute apart. */
const earlyMs = 20_000
const groupsAtOnce = 4

/** Pulls what is due. A list of members that is empty or unreadable changes nothing, and is shown in the status. */
export async function pullDirectory(run: PullRun): Promise<void> {
  const now = run.now()
  const before = run.progress().directory
  if (!isPast(before.membersAt, membersEveryMs, now)) return

  const due = dueLists(run.progress(), now)
  const members = await listOf(run, 'public/members')
  const structure = await structureOf(run, due)
  const groups = due.has('group-members') ? await groupMembersOf(run, structure, before.groupNext) : noGroups
  const entry = members && (await written(run, { ...structure, members }, groups.members))
  run.change({
    directory: {
      ...run.progress().directory,
      membersAt: now,
      ...(isPast(before.structureAt, structureEveryMs, now) && { structureAt: now }),
      ...(due.has('group-members') && { groupMembersAt: now, groupNext: groups.next }),
      changed: before.changed.filter((list) => !due.has(list)),
      ...(entry && counts(entry, now)),
    },
    ...(!entry && { lastError: { at: now, reason: 'members-missing' as const } }),
  })
}

const isPast = (at: number, everyMs: number, now: number): boolean => now - at >= everyMs - earlyMs

/** The lists that are due beside that of members. The members of groups are asked for with the groups. */
function dueLists(progress: Progress, now: number): ReadonlySet<ListName> {
  const { structureAt, groupMembersAt, groupNext, changed: all } = progress.directory
  const changed = hasSpare(progress, now) ? all : []
  const everyMs = all.includes('group-members') ? changedMembersEveryMs : groupMembersEveryMs
  if (groupNext !== null || isPast(groupMembersAt, everyMs, now)) {
    return new Set([...dueStructure(structureAt, changed, now), 'groups', 'group-members'])
  }
  return new Set(dueStructure(structureAt, changed, now))
}

const dueStructure = (structureAt: number, changed: readonly ListName[], now: number): readonly ListName[] =>
  isPast(structureAt, structureEveryMs, now)
    ? ['groups', 'collections', 'policies']
    : changed.filter((list) => list !== 'group-members')

const counts = (entry: OrganizationEntry, pulledAt: number) => ({
  pulledAt,
  members: entry.members.length,
  groups: entry.groups.length,
  collections: entry.collections.length,
  policies: entry.policies.length,
})

const listOf = async (run: PullRun, path: string) => readList(await run.ask(path, 'other'))

/** A list that a plan may lack: undefined when the server refuses it or has none. */
async function listIfAny(run: PullRun, path: string): Promise<readonly unknown[] | undefined> {
  try {
    return await listOf(run, path)
  } catch (error) {
    if (error instanceof RunEnded && error.ending.kind === 'failed' && isLacking(error.ending.reason)) return undefined
    throw error
  }
}

const isLacking = (reason: string) => reason === 'not-found' || reason === 'access-refused' || reason === 'refused'

async function structureOf(run: PullRun, due: ReadonlySet<ListName>): Promise<PublicStructure> {
  const groups = due.has('groups') && (await listIfAny(run, 'public/groups'))
  const collections = due.has('collections') && (await listIfAny(run, 'public/collections'))
  const policies = due.has('policies') && (await listIfAny(run, 'public/policies'))
  return { ...(groups && { groups }), ...(collections && { collections }), ...(policies && { policies }) }
}

/** The members of groups, and the first group that is left for the next run; null: none. */
type GroupMembers = { readonly members: ReadonlyMap<Guid, readonly Guid[]>; readonly next: Guid | null }
const noGroups: GroupMembers = { members: new Map(), next: null }

/** The members of the groups from this one on, in the order of their ids; of those that cannot be read, none are given. */
async function groupMembersOf(
  run: PullRun,
  { groups = [] }: PublicStructure,
  first: Guid | null,
): Promise<GroupMembers> {
  const left = idsOf(groups)
    .filter((id) => first === null || id >= first)
    .toSorted()
  const found = await inParallel(left.slice(0, groupsPerRunMax), groupsAtOnce, async (id) => {
    const ids = readIds(await run.ask(`public/groups/${id}/member-ids`, 'other'))
    return ids ? [[id, ids] as const] : []
  })
  return { members: new Map(found.flat()), next: left[groupsPerRunMax] ?? null }
}

/** Writes the entry if the directory has another one; undefined when the lists give none. */
async function written(
  run: PullRun,
  lists: PublicStructure & { readonly members: readonly unknown[] },
  groupMembers: ReadonlyMap<Guid, readonly Guid[]>,
): Promise<OrganizationEntry | undefined> {
  const { directory, ids, source } = run
  try {
    const known = await directory.organization(ids.organizationId, run.now())
    const entry = entryWith(known, source.name, lists, groupMembers)
    if (entry && !isSameEntry(known, entry)) await directory.putOrganization(ids.organizationId, entry)
    return entry
  } catch (error) {
    if (error instanceof EntryTooLarge) throw failed('too-large')
    // A damaged entry waits for its repair; the events go on.
    if (error instanceof Damaged) return undefined
    throw error
  }
}
