// Hands pulled events over to the queue of events: each under the id of its content, less those that the log has.
import type { AcceptedEvent } from '../../domain/events/event.ts'
import { guidOfContent } from '../../domain/guid.ts'
import { clockAheadMaxMs } from '../../domain/ingest/event-date.ts'
import { instantAt } from '../../domain/instant.ts'
import { daysAt } from '../../domain/sources/plan.ts'
import type { ListName, Progress } from '../../domain/sources/progress.ts'
import { type IdentifiedEvent, identified, type PulledEvent } from '../../domain/sources/pulled-events.ts'
import { unlessUnavailable } from '../../ports/errors.ts'
import type { EventPage } from '../../ports/events.ts'
import { queueEvents } from '../ingest/accept-events.ts'
import type { PullRun, Purpose } from './pull-run.ts'

/** Most ids that are tracked: of events on their way to the log, and of those that the log has under another date. */
const recentMax = 1_000
/** Most events of the log that are compared with a page at once, and how often more are read. */
const [listedMax, listsMax] = [500, 4]

/** The part of an id that is tracked. */
const briefOf = (id: string) => id.replaceAll('-', '').slice(0, 16)

/**
 * Resolves once every new event of these is safely queued, to their content; the progress that says so is not saved yet. What
 * is new is decided by the log itself, so that a repeated read of the same days queues nothing. An event too many does no
 * harm: the log stores an id once.
 */
export async function handOver(
  run: PullRun,
  pulled: readonly PulledEvent[],
  purpose: Purpose,
): Promise<readonly IdentifiedEvent[]> {
  const now = run.now()
  const events = identified(pulled, run.ids.organizationId, instantAt(now))
  const recent = new Set(run.progress().recent)
  const maybe = events.filter(({ event }) => !recent.has(briefOf(event.id)))
  const known = maybe.length > 0 ? await knownOf(run, maybe, now) : new Set<string>()
  const fresh = maybe.filter(({ event }) => !known.has(event.id))
  if (fresh.length === 0) return fresh

  await queueEvents(
    run.queue,
    fresh.map(({ event }) => event),
  )
  // A history's events lie in dates that are not read again for long; those of a date of ours would be each time.
  const tracked = fresh.filter(({ event }) => purpose !== 'history' || event.clientDate !== undefined)
  run.change({
    ...counted(run.progress(), fresh.length, purpose, now),
    recent: withIds(run.progress().recent, tracked),
    directory: withChanged(run.progress().directory, fresh),
  })
  return fresh
}

/** Whether the events of a millisecond (Unix ms) were counted by themselves lately. */
export const isCounted = (run: PullRun, ms: number): boolean => run.progress().recent.includes(countedId(ms))

/** Notes that the events of a millisecond (Unix ms) were counted by themselves. */
export const noteCounted = (run: PullRun, ms: number): void =>
  run.change({ recent: [...run.progress().recent, countedId(ms)].slice(-recentMax) })

const countedId = (ms: number): string => briefOf(guidOfContent('counted', ms))

const withIds = (recent: readonly string[], events: readonly IdentifiedEvent[]): string[] =>
  [...recent, ...events.map(({ event }) => briefOf(event.id))].slice(-recentMax)

/** The lists that events are about, by the hundreds of their types. Members are asked for often, no matter what happens. */
const listsByHundred: Readonly<Record<number, readonly ListName[]>> = {
  13: ['collections'],
  14: ['groups', 'group-members'],
  17: ['policies'],
}
/** Types of events that change the groups of a member: invited, groups updated. */
const groupsOfMember: readonly number[] = [1_500, 1_504]

const listsOf = ({ type }: AcceptedEvent): readonly ListName[] =>
  groupsOfMember.includes(type) ? ['group-members'] : (listsByHundred[Math.floor(type / 100)] ?? [])

function withChanged(directory: Progress['directory'], events: readonly IdentifiedEvent[]): Progress['directory'] {
  const added = events.flatMap(({ event }) => listsOf(event))
  return added.length === 0 ? directory : { ...directory, changed: [...new Set([...directory.changed, ...added])] }
}

function counted(progress: Progress, added: number, purpose: Purpose, now: number): Partial<Progress> {
  const events = progress.events + added
  if (purpose === 'history') return { events, historyEvents: progress.historyEvents + added }
  const [today, ...before] = daysAt(progress.days, now)
  if (!today) return { events }
  const days = [{ ...today, events: today.events + added }, ...before]
  return { events, days, lastEventAt: now, silenceReported: false }
}

/** The ids of these events that the log has. If the log cannot be read, none: it is asked to store them again. */
async function knownOf(run: PullRun, events: readonly IdentifiedEvent[], now: number): Promise<ReadonlySet<string>> {
  const times = events.flatMap(({ ms }) => ms ?? []).filter((ms) => ms <= now + clockAheadMaxMs)
  const known = new Set<string>()
  if (times.length === 0) return known
  const log = { kind: 'organization', id: run.ids.organizationId } as const
  const from = instantAt(Math.min(...times))
  const to = instantAt(Math.max(...times) + 1)
  let after: string | null = null
  for (let lists = 0; lists < listsMax; lists += 1) {
    const query = { log, from, to, filters: [], traits: {} }
    const page: EventPage | undefined = await unlessUnavailable(run.store.list(query, listedMax, after))
    for (const { id } of page?.events ?? []) known.add(id)
    after = page?.next ?? null
    if (after === null) break
  }
  return known
}

/** Counts what cannot be read, each once as far as it is tracked: entries that are no events, or dates that are shown in part. */
export function countMissing(run: PullRun, kind: 'unreadable' | 'crowded', missing: readonly unknown[]): void {
  const { recent, [kind]: known } = run.progress()
  const ids = missing.map((each) => briefOf(guidOfContent(kind, JSON.stringify(each))))
  const added = [...new Set(ids)].filter((id) => !recent.includes(id))
  if (added.length === 0) return
  const reason = kind === 'crowded' ? 'dates-crowded' : 'entries-unreadable'
  run.change({
    [kind]: known + added.length,
    recent: [...recent, ...added].slice(-recentMax),
    lastError: { at: run.now(), reason },
  })
}
