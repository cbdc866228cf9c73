// A source as the API and the page show it: never its secret. Pure.
import type { Guid } from '../guid.ts'
import { formatInstant, instantAt } from '../instant.ts'
import { problemText, type SourceProblem } from './problems.ts'
import type { DayUse, Progress } from './progress.ts'
import type { Source } from './source.ts'

/** new: never pulled. history: current, and the past is being read. current: all is read. */
export type SourceStatus = 'new' | 'history' | 'current' | 'failing' | 'paused'

/** A source and its state; instants as text. */
export type SourceView = {
  readonly object: 'source'
  readonly id: Guid
  readonly kind: Source['kind']
  readonly name: string
  readonly region: Source['region']
  readonly apiUrl: string
  readonly identityUrl: string
  readonly clientId: string
  readonly paused: boolean
  readonly createdAt: string
  readonly status: SourceStatus
  readonly message: string
  readonly lastPullAt: string | null
  readonly nextPullAt: string | null
  readonly lagSeconds: number | null
  readonly eventsPulled: number
  readonly requestsToday: number
  readonly requestsYesterday: number
  readonly history: { readonly done: boolean; readonly reachedBack: string | null; readonly events: number }
  readonly directory: {
    readonly pulledAt: string
    readonly members: number
    readonly groups: number
    readonly collections: number
    readonly policies: number
  } | null
  readonly lastError: { readonly at: string; readonly reason: SourceProblem; readonly message: string } | null
}

/** The view of a source at `now` (Unix ms); `progress` is absent before the first pull. */
export function sourceView(source: Source, progress: Progress | undefined, now: number): SourceView {
  const { secret: _secret, createdAt, ...shown } = source
  const status = statusOf(source, progress)
  return {
    object: 'source',
    ...shown,
    createdAt: formatInstant(createdAt),
    status,
    message: messageOf(status, progress),
    lastPullAt: time(progress?.lastPullAt),
    nextPullAt: source.paused ? null : time(progress?.nextPullAt ?? now),
    lagSeconds: progress?.lastPullAt ? Math.max(0, Math.round((now - completeTo(progress)) / 1_000)) : null,
    eventsPulled: progress?.events ?? 0,
    requestsToday: requestsOn(progress?.days, dayOf(now)),
    requestsYesterday: requestsOn(progress?.days, dayOf(now - dayMs)),
    history: historyOf(progress),
    directory: directoryOf(progress),
    lastError: errorOf(progress),
  }
}

const dayMs = 86_400_000

/** The day of a time (Unix ms), as YYYY-MM-DD in UTC. */
export const dayOf = (ms: number): string => instantAt(ms).slice(0, 10)

/** Everything dated before this time (Unix ms) was read once, but for the history. */
export const completeTo = ({ readTo, gaps }: Progress): number =>
  Math.min(readTo, ...gaps.map(({ from }) => Date.parse(from)))

function statusOf({ paused }: Source, progress: Progress | undefined): SourceStatus {
  if (paused) return 'paused'
  if (progress?.failing) return 'failing'
  if (!progress?.lastPullAt) return 'new'
  return progress.history ? 'history' : 'current'
}

function messageOf(status: SourceStatus, progress: Progress | undefined): string {
  const { lastError } = progress ?? {}
  if (status === 'paused') return 'Paused. Events since then are pulled when it is resumed.'
  if (status === 'new') return 'The first pull begins within a minute.'
  if (status === 'failing') return lastError ? problemText(lastError.reason) : 'The last pull failed.'
  const past = status === 'history' ? `The past is being read, back to ${reached(progress)} so far.` : ''
  const missing = missingIn(progress).map(problemText)
  return ['New events are pulled each minute.', past, ...missing].filter((sentence) => sentence !== '').join(' ')
}

/** What a source that is pulled does not bring: no event at all, or not each. */
function missingIn(progress: Progress | undefined): readonly SourceProblem[] {
  if (!progress) return []
  const { history, events, crowded, unreadable } = progress
  return [
    ...(history === null && events === 0 ? ['no-events' as const] : []),
    ...(crowded > 0 ? ['dates-crowded' as const] : []),
    ...(unreadable > 0 ? ['entries-unreadable' as const] : []),
  ]
}

const reached = (progress: Progress | undefined) => progress?.history?.to.slice(0, 10) ?? 'the beginning'

const time = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : formatInstant(instantAt(ms)))

const requestsOn = (days: readonly DayUse[] = [], wanted: string) =>
  days.find(({ day }) => day === wanted)?.requests ?? 0

function historyOf(progress: Progress | undefined): SourceView['history'] {
  const { history, oldest = null, historyEvents = 0 } = progress ?? {}
  const reachedBack = history ? history.to : oldest
  return { done: history === null, reachedBack: reachedBack && formatInstant(reachedBack), events: historyEvents }
}

function directoryOf(progress: Progress | undefined): SourceView['directory'] {
  if (!progress || progress.directory.pulledAt === null) return null
  const { pulledAt, members, groups, collections, policies } = progress.directory
  return { pulledAt: formatInstant(instantAt(pulledAt)), members, groups, collections, policies }
}

function errorOf(progress: Progress | undefined): SourceView['lastError'] {
  if (!progress?.lastError) return null
  const { at, reason } = progress.lastError
  return { at: formatInstant(instantAt(at)), reason, message: problemText(reason) }
}
