// How far a source has been read: one row a source, written with compare-and-swap by the run that pulls it. Pure.
import * as v from 'valibot'
import { Guid } from '../guid.ts'
import { Instant, instantAt } from '../instant.ts'
import { SourceProblem } from './problems.ts'
import { connectionOf, type Source } from './source.ts'

const unixMs = v.pipe(v.number(), v.safeInteger())
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** A span of dates that is to be read, newest first: from `to`, which moves back as it is read, to `from`; both included. */
const Span = v.object({ from: Instant, to: Instant })
export type Span = Readonly<v.InferOutput<typeof Span>>

/** The ages at which days are read again, in hours: for events that arrive long after their date. */
export const rereadHours = [1, 6, 24, 72, 168, 336, 840] as const

/** A re-read of the past at one age: every date before `doneTo` (Unix ms) is read; `span` is what is being read now. */
const Reread = v.object({ hours: v.picklist(rereadHours), doneTo: unixMs, span: v.nullable(Span) })
export type Reread = Readonly<v.InferOutput<typeof Reread>>

/** What of the directory is asked for again when an event was about it. */
const ListName = v.picklist(['groups', 'collections', 'policies', 'group-members'])
export type ListName = v.InferOutput<typeof ListName>

/** When the lists were last asked for (Unix ms), and how much the directory got. */
const DirectoryProgress = v.object({
  membersAt: unixMs,
  structureAt: unixMs,
  groupMembersAt: unixMs,
  /** An event about these was pulled since they were asked for. */
  changed: v.array(ListName),
  /** The first group whose members are yet to be asked for; null: all were. */
  groupNext: v.nullable(Guid),
  pulledAt: v.nullable(unixMs),
  members: count,
  groups: count,
  collections: count,
  policies: count,
})

/** An outage of a source: since when (Unix ms), how often in a row, and whether it was reported to the log. */
const Failing = v.object({ since: unixMs, times: count, reported: v.boolean() })

/** A day's requests, those among them that read the history, and its new events without the history's; UTC. */
const DayUse = v.object({ day: v.string(), requests: count, historyRequests: count, events: count })
export type DayUse = Readonly<v.InferOutput<typeof DayUse>>

/** How far a source has been read. Times are Unix ms. */
export const Progress = v.object({
  /** The run that pulls, and when its right ends. */
  run: v.nullable(v.object({ id: v.string(), until: unixMs })),
  /** The API that was read: of another one, nothing is read yet. */
  apiUrl: v.string(),
  /** The connection that `token` and `failing` belong to. */
  connection: Guid,
  /** The access token, sealed, and when it must not be used any more. */
  token: v.nullable(v.object({ sealed: v.string(), until: unixMs })),
  startedAt: unixMs,
  /** Everything dated before is read, but for `gaps` and `history`. */
  readTo: unixMs,
  gaps: v.array(Span),
  /** What is left of the history; null: it is read. */
  history: v.nullable(Span),
  historyEvents: count,
  /** The date of the oldest event that was read, but for those of clocks that were never set. */
  oldest: v.optional(v.nullable(Instant), null),
  rereads: v.array(Reread),
  /** When the last 15 minutes were last read in full. */
  deepAt: unixMs,
  /** Events ahead of the clock: when they were last looked for, and whether there were any. */
  aheadAt: unixMs,
  ahead: v.boolean(),
  /** When the dates of clocks that were never set were last read. */
  unsetAt: unixMs,
  /** The first 16 digits of the ids of events handed over lately. */
  recent: v.array(v.string()),
  events: count,
  /** Entries that cannot be read as events, as far as counted. */
  unreadable: count,
  /** Dates of which the server shows a part only, as far as counted. */
  crowded: count,
  /** Today and up to 20 days before, newest first. */
  days: v.array(DayUse),
  /** When the last new event came; and whether the silence since was reported. */
  lastEventAt: v.nullable(unixMs),
  silenceReported: v.boolean(),
  directory: DirectoryProgress,
  lastPullAt: v.nullable(unixMs),
  nextPullAt: unixMs,
  failing: v.nullable(Failing),
  lastError: v.nullable(v.object({ at: unixMs, reason: SourceProblem })),
})
export type Progress = Readonly<v.InferOutput<typeof Progress>>

/** Around the dates that a clock gives which was never set. */
export const unsetDates: Span = { from: instantAt(Date.UTC(1969, 11, 31)), to: instantAt(Date.UTC(1970, 1, 1)) }

/** The progress of a source that has not been read, at `now` (Unix ms): everything before is its history. */
export const newProgress = (source: Source, now: number): Progress => ({
  run: null,
  apiUrl: source.apiUrl,
  connection: connectionOf(source),
  token: null,
  startedAt: now,
  readTo: now,
  gaps: [],
  history: { from: unsetDates.from, to: instantAt(now) },
  historyEvents: 0,
  oldest: null,
  rereads: rereadHours.map((hours) => ({ hours, doneTo: now - hours * hourMs, span: null })),
  deepAt: 0,
  aheadAt: 0,
  ahead: false,
  unsetAt: now,
  recent: [],
  events: 0,
  unreadable: 0,
  crowded: 0,
  days: [],
  lastEventAt: null,
  silenceReported: false,
  directory: {
    membersAt: 0,
    structureAt: 0,
    groupMembersAt: 0,
    changed: [],
    groupNext: null,
    pulledAt: null,
    members: 0,
    groups: 0,
    collections: 0,
    policies: 0,
  },
  lastPullAt: null,
  nextPullAt: now,
  failing: null,
  lastError: null,
})

const hourMs = 3_600_000

/**
 * The progress with which a pull of a source begins at `now` (Unix ms). With another key or address, the token and the error of
 * before are gone; with another API, all is to be read.
 */
export function progressFor(source: Source, known: Progress | undefined, now: number): Progress {
  if (!known || known.apiUrl !== source.apiUrl) return newProgress(source, now)
  const connection = connectionOf(source)
  if (known.connection === connection) return known
  return { ...known, connection, token: null, failing: null, nextPullAt: now }
}
