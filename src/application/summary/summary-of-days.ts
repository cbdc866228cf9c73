// An organization's days in numbers: totals, who was busiest, and who has not been seen. Reads days, never events.
import type { Organization } from '../../domain/directory/directory.ts'
import type { Names } from '../../domain/directory/names.ts'
import type { Guid } from '../../domain/guid.ts'
import { formatInstant, instantAt } from '../../domain/instant.ts'
import type { EventRange } from '../../domain/log/query.ts'
import {
  addressesOf,
  busiest,
  type Day,
  type DayCounts,
  emptyDay,
  membersNotSeen,
  notSeenMax,
  totalsOf,
  type UserCounts,
  usersOf,
} from '../../domain/summary/summary.ts'
import type { Summaries } from '../../ports/counts/summaries.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { namesForLog } from '../directory/facts.ts'
import { countedUpTo } from './count-feed.ts'

/** Longest range, and how far back a person's last event is looked for, in days. */
export const summaryDaysMax = 92
const dayMs = 86_400_000

export type SummaryPorts = {
  readonly directory: DirectoryReader
  readonly store: Pick<EventStore, 'feed'>
  readonly summaries: Summaries
  readonly now: () => number
}

/** A range of days, both ends included. */
type Days = { readonly first: Day; readonly last: Day }

/** The days of a range; undefined if they are more than a summary holds. */
export function summaryDaysOf({ from, to }: EventRange): Days | undefined {
  const days = { first: from.slice(0, 10), last: to.slice(0, 10) }
  return daysFrom(days).length > summaryDaysMax ? undefined : days
}

const dayAt = (ms: number): Day => instantAt(ms).slice(0, 10)

/** Every day from the first to the last. */
function daysFrom({ first, last }: Days): Day[] {
  const [from, to] = [Date.parse(first), Date.parse(last)]
  return Array.from({ length: (to - from) / dayMs + 1 }, (_, index) => dayAt(from + index * dayMs))
}

/** The summary of these days, and of the members who have not been seen lately. */
export async function summaryOf(ports: SummaryPorts, organizationId: Guid, asked: Days) {
  const { summaries, directory, now } = ports
  // Up to tomorrow: clients' clocks may be somewhat ahead.
  const recent = { first: dayAt(now() - (summaryDaysMax - 1) * dayMs), last: dayAt(now() + dayMs) }
  const between = ({ first, last }: Days) => summaries.daysBetween(organizationId, first, last)
  const isRecent = asked.first >= recent.first
  const [upTo, inRange, lately, organization, names] = await Promise.all([
    countedTo(ports, organizationId),
    isRecent ? undefined : between(asked),
    between(recent),
    directory.organization(organizationId),
    namesForLog(directory, { kind: 'organization', id: organizationId }),
  ])
  const known = inRange ?? lately
  const days = daysFrom(asked).map((date) => ({ date, counts: known.get(date) ?? emptyDay }))
  const counts = days.map((day) => day.counts)

  return {
    object: 'summary',
    start: asked.first,
    end: asked.last,
    days: days.map((day) => ({ date: day.date, ...totalsOf(day.counts) })),
    users: busiest(usersOf(counts), ({ events }) => events).map(([id, user]) => userView(id, user, names)),
    addresses: busiest(addressesOf(counts), (events) => events).map(([ipAddress, events]) => ({ ipAddress, events })),
    ...notSeenView(organization, lately, now()),
    upTo: timeView(upTo),
  }
}

function userView(userId: Guid, { lastAt, ...counts }: UserCounts, names: Names) {
  return { userId, ...names.person(userId), ...counts, lastSeen: timeView(lastAt) }
}

function notSeenView(organization: Organization | undefined, lately: ReadonlyMap<Day, DayCounts>, nowMs: number) {
  const all = membersNotSeen(organization?.members ?? [], usersOf(lately.values()), nowMs)
  const membersNotSeenView = all.slice(0, notSeenMax).map(({ member: { id, userId, name, email }, lastAt }) => {
    return { memberId: id, userId, name, email, lastSeen: timeView(lastAt) }
  })
  return { membersNotSeen: membersNotSeenView, membersNotSeenTotal: all.length }
}

const countedTo = async ({ summaries, store, now }: SummaryPorts, organizationId: Guid): Promise<number | null> =>
  countedUpTo(store, organizationId, await summaries.progressOf(organizationId), now)

const timeView = (ms: number | null) => (ms === null ? null : formatInstant(instantAt(ms)))
