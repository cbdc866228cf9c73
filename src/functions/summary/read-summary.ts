// GET /organizations/{id}/summary: a range of days in numbers, who was busiest, and who has not been seen. Reads days, never events.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { namesForLog } from '../../application/directory/facts.ts'
import type { Organization } from '../../domain/directory/directory.ts'
import type { Names } from '../../domain/directory/names.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { formatInstant, instantAt } from '../../domain/instant.ts'
import { type EventRange, rangeOf } from '../../domain/log/query.ts'
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
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import type { Summaries } from '../../ports/summaries.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { parametersOf, unknownParameter, wrongParameter } from '../http/parameters.ts'
import { badRequest, notFound, ok } from '../http/responses.ts'
import { rangeProblems } from '../log/event-list.ts'
import { organizationLog } from '../log/read-events.ts'

/** Longest range, and how far back somebody's last event is looked for, in days. */
export const summaryDaysMax = 92
const dayMs = 86_400_000

export type ReadSummaryPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
  readonly store: Pick<EventStore, 'feed'>
  readonly summaries: Summaries
  readonly now: () => number
}

/** For whoever reads the organization's log; 404 for anybody else. */
export const readSummary = (ports: ReadSummaryPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const organizationId = parseGuid(request.params.id)
    if (!organizationId || !(await organizationLog(caller, organizationId, ports.directory))) return notFound()

    const unknown = unknownParameter(request, ['start', 'end'])
    if (unknown) return wrongParameter(unknown)
    const range = daysAskedFor(request, ports.now())
    if ('answer' in range) return range.answer

    return ok(await summaryOf(ports, organizationId, range))
  })

type Days = { readonly first: Day; readonly last: Day }

/** The days of the range asked for, as lists read it; both ends included. */
function daysAskedFor(request: HttpRequest, nowMs: number): Days | { readonly answer: HttpResponseInit } {
  const parameters = parametersOf(request)
  const asked = rangeOf(parameters('start'), parameters('end'), instantAt(nowMs))
  if (asked.kind === 'refused') return { answer: badRequest(rangeProblems[asked.reason]) }
  const days = daysOf(asked.range)
  const tooLong = daysFrom(days).length > summaryDaysMax
  return tooLong ? { answer: badRequest({ end: [`is more than ${summaryDaysMax} days from start`] }) } : days
}

const dayAt = (ms: number): Day => instantAt(ms).slice(0, 10)
const daysOf = ({ from, to }: EventRange): Days => ({ first: from.slice(0, 10), last: to.slice(0, 10) })

/** Every day from the first to the last. */
function daysFrom({ first, last }: Days): Day[] {
  const [from, to] = [Date.parse(first), Date.parse(last)]
  return Array.from({ length: (to - from) / dayMs + 1 }, (_, index) => dayAt(from + index * dayMs))
}

async function summaryOf(ports: ReadSummaryPorts, organizationId: Guid, asked: Days) {
  const { summaries, directory, now } = ports
  // Up to tomorrow: clients' clocks may be somewhat ahead.
  const recent = { first: dayAt(now() - (summaryDaysMax - 1) * dayMs), last: dayAt(now() + dayMs) }
  const between = ({ first, last }: Days) => summaries.daysBetween(organizationId, first, last)
  const isRecent = asked.first >= recent.first
  const [upTo, inRange, lately, organization, names] = await Promise.all([
    countedUpTo(ports, organizationId),
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
    upTo,
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

/** Until when everything that was stored is counted; null while nothing is. */
async function countedUpTo({ summaries, store, now }: ReadSummaryPorts, organizationId: Guid): Promise<string | null> {
  const { checkpoint, countedTo } = await summaries.progressOf(organizationId)
  if (checkpoint === null) return null
  const notOlderThan = now()
  const rest = await store.feed({ kind: 'organization', id: organizationId }, 1, checkpoint)
  return timeView(rest?.events.length === 0 ? notOlderThan : countedTo)
}

const timeView = (ms: number | null) => (ms === null ? null : formatInstant(instantAt(ms)))
