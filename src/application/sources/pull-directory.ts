// Pulls an organization's people, groups, collections and policies into the directory. Unchanged lists write nothing.
import { inParallel } from '../../concurrency/parallel.ts'
import type { OrganizationEntry } from '../../domain/directory/directory.ts'
import type { Guid } from '../../domain/guid.ts'
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
/** How often members are asked for; how often all else is, and how often at most when an event was about it. */
const membersEveryMs = 15 * minuteMs
const changedEveryMs = 60 * minuteMs
const structureEveryMs = 4 * 60 * minuteMs
const groupMembersEveryMs = 24 * 60 * minuteMs
/** How far before its time a list is asked for: pulls are not exactly a minute apart. */
const earlyMs = 20_000
const groupsAtOnce = 4

/** What is due of an organization's lists. */
type Due = { readonly members: boolean; readonly structure: boolean; readonly groupMembers: boolean }

/** Pulls what is due. A list of members that is empty or unreadable changes nothing, and is shown in the status. */
export async function pullDirectory(run: PullRun): Promise<void> {
  const now = run.now()
  const due = dueAt(run, now)
  if (!due.members && !due.structure) return

  const members = await listOf(run, 'public/members')
  const structure = due.structure ? await structureOf(run) : {}
  const groupMembers = due.groupMembers ? await groupMembersOf(run, structure) : new Map<Guid, readonly Guid[]>()
  const entry = members && (await written(run, { ...structure, members }, groupMembers))
  run.change({
    directory: {
      ...run.progress().directory,
      membersAt: now,
      ...(due.structure && { structureAt: now, changed: false }),
      ...(due.groupMembers && { groupMembersAt: now }),
      ...(entry && counts(entry, now)),
    },
    ...(!entry && { lastError: { at: now, reason: 'members-missing' as const } }),
  })
}

function dueAt(run: PullRun, now: number): Due {
  const { membersAt, structureAt, groupMembersAt, changed } = run.progress().directory
  const isPast = (at: number, everyMs: number) => now - at >= everyMs - earlyMs
  const members = isPast(membersAt, membersEveryMs)
  const structure = isPast(structureAt, structureEveryMs) || (changed && isPast(structureAt, changedEveryMs))
  return { members, structure, groupMembers: structure && (changed || isPast(groupMembersAt, groupMembersEveryMs)) }
}

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

async function structureOf(run: PullRun): Promise<PublicStructure> {
  const groups = await listIfAny(run, 'public/groups')
  const collections = await listIfAny(run, 'public/collections')
  const policies = await listIfAny(run, 'public/policies')
  return { ...(groups && { groups }), ...(collections && { collections }), ...(policies && { policies }) }
}

/** The members of each group; of those that cannot be read, none are given. */
async function groupMembersOf(run: PullRun, { groups = [] }: PublicStructure): Promise<Map<Guid, readonly Guid[]>> {
  const found = await inParallel(idsOf(groups), groupsAtOnce, async (id) => {
    const ids = run.isOver() ? undefined : readIds(await run.ask(`public/groups/${id}/member-ids`, 'other'))
    return ids ? [[id, ids] as const] : []
  })
  return new Map(found.flat())
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
