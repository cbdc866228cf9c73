// The correlation state of a group key whose absence is looked for, and how matches and time change it. Pure.

import type { AbsenceCorrelation } from '../compiled/correlation.ts'
import { absenceFollowedMs, lateMsMax, runsMax } from '../compiled/limits.ts'
import { type Match, sortedOnce } from '../compiled/window.ts'
import type { FiringChange } from './alerts.ts'
import type { ExpiredState, StateStep } from './window-state.ts'

/** Matches without an absence between them: the first date, the last, and the last event; dates in Unix ms. */
export type Run = { readonly from: number; readonly to: number; readonly id: string }

/**
 * A group key's runs, earliest first, each more than the timespan behind the one before. Matches dated up to the `watermark`
 * are refused. `lastFiredAt` is the end of the last run after which an absence was reported; 0 for none.
 */
export type AbsenceState = {
  readonly kind: 'absence'
  readonly runs: readonly Run[]
  readonly watermark: number
  readonly lastFiredAt: number
}

export const emptyAbsenceState: AbsenceState = { kind: 'absence', runs: [], watermark: 0, lastFiredAt: 0 }

/**
 * Takes matches in any order. An absence between two of them is reported when it is found, with its end at the next match if
 * that comes within `absenceFollowedMs` after the absence was due; later, its end stays open. A reported absence is never
 * withdrawn: a late match that fills it ends it at its own date.
 */
export function advanceAbsence(
  correlation: AbsenceCorrelation,
  state: AbsenceState,
  matches: readonly Match[],
  nowMs: number,
): StateStep<AbsenceState> {
  const fresh = sortedOnce(matches.filter(({ at }) => at > state.watermark))
  const behindWatermark = matches.length - fresh.length
  const counters = { behindWatermark, learning: 0, unreachable: 0 }
  const longer = lastRunWith(correlation, state, fresh)
  if (longer) {
    return { state: trimmed({ ...state, runs: state.runs.with(-1, longer) }, nowMs), changes: [], ...counters }
  }
  const runs = joined(correlation, [...state.runs, ...fresh.map(({ at, id }) => ({ from: at, to: at, id }))])
  if (sameRuns(runs, state.runs)) return { state, changes: [], ...counters }

  const before = absencesOf(correlation, state.runs, state.lastFiredAt)
  const after = absencesOf(correlation, runs, state.lastFiredAt)
  for (const [since, absence] of before) {
    // The run before it goes on: a late match filled the absence.
    const filled = fresh.find(({ at }) => at > since)
    if (!after.has(since) && filled) after.set(since, { ...absence, endsAt: filled.at })
  }
  const changes = [...after]
    .sort(([one], [other]) => one - other)
    .flatMap(([since, absence]) => changesFrom(correlation, since, before.get(since), absence))
  return { state: trimmed({ ...state, runs }, nowMs), changes, ...counters }
}

/** The last run as these matches go on with it, as they mostly do; undefined if they change more than its end. */
function lastRunWith(
  { timespanMs }: AbsenceCorrelation,
  { runs, lastFiredAt }: AbsenceState,
  fresh: readonly Match[],
): Run | undefined {
  const [last, first, newest] = [runs.at(-1), fresh[0], fresh.at(-1)]
  if (!last || !first || !newest || last.to === lastFiredAt || newest.at === lastFiredAt) return undefined
  const goesOn = first.at >= last.from && newest.at > last.to && newest.at - last.to <= timespanMs
  return goesOn ? { from: last.from, to: newest.at, id: newest.id } : undefined
}

/** The runs that these make together. */
function joined({ timespanMs }: AbsenceCorrelation, runs: readonly Run[]): readonly Run[] {
  const found: Run[] = []
  for (const run of runs.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1)
    if (!last || run.from - last.to > timespanMs) found.push(run)
    else if (run.to > last.to || (run.to === last.to && run.id > last.id))
      found.splice(-1, 1, { ...run, from: last.from })
  }
  return found
}

const sameRuns = (some: readonly Run[], others: readonly Run[]): boolean =>
  some.length === others.length &&
  some.every(({ from, to, id }, index) => {
    const other = others[index]
    return from === other?.from && to === other.to && id === other.id
  })

/** A reported absence: after which event, and when it ended, if that is reported. */
type Absence = { readonly id: string; readonly endsAt: number | null }

/** The reported absences by the date since when nothing matched. */
function absencesOf(
  { timespanMs }: AbsenceCorrelation,
  runs: readonly Run[],
  lastFiredAt: number,
): Map<number, Absence> {
  const absences = new Map<number, Absence>()
  runs.forEach(({ to, id }, index) => {
    const next = runs[index + 1]?.from
    const isFollowed = next !== undefined && next <= to + timespanMs + absenceFollowedMs
    if (next !== undefined || to === lastFiredAt) absences.set(to, { id, endsAt: isFollowed ? next : null })
  })
  return absences
}

function changesFrom(
  correlation: AbsenceCorrelation,
  since: number,
  before: Absence | undefined,
  { id, endsAt }: Absence,
): FiringChange[] {
  if (before && before.id === id && before.endsAt === endsAt) return []
  const fired = firingOf(correlation, before ? 'updated' : 'raised', { to: since, id }, endsAt)
  const ended = endsAt !== null && (before?.endsAt ?? null) === null
  const start = since + correlation.timespanMs
  return ended ? [fired, { kind: 'resolved', start, lastFiredAt: start, at: endsAt }] : [fired]
}

/** The firing for the absence after a run. */
function firingOf(
  { timespanMs }: AbsenceCorrelation,
  kind: 'raised' | 'updated',
  { to, id }: Pick<Run, 'to' | 'id'>,
  endsAt: number | null,
): FiringChange {
  const start = to + timespanMs
  const counted = { firedCount: 1, count: 0, threshold: 1 }
  const events = { first: to, last: id, samples: [{ id, at: to }] }
  return { kind, firing: { start, from: start, to: start, ...counted, ...events }, endsAt }
}

/** Drops runs that no match can be late for any more, and all but the newest `runsMax`. */
function trimmed(state: AbsenceState, nowMs: number): AbsenceState {
  const { runs } = state
  let cut = Math.max(0, runs.length - runsMax)
  while ((runs[cut + 1]?.from ?? Number.POSITIVE_INFINITY) <= nowMs - lateMsMax) cut += 1
  const first = runs[cut]
  return cut > 0 && first ? { ...state, runs: runs.slice(cut), watermark: first.from - 1 } : state
}

/** Reports an absence once, and drops a state of which nothing could still be reported. */
export function expireAbsence(
  correlation: AbsenceCorrelation,
  state: AbsenceState,
  nowMs: number,
): ExpiredState<AbsenceState> {
  const last = state.runs.at(-1)
  if (nowMs < absenceDueAt(correlation, state)) return { state, changes: [] }
  if (!last || isReported(state)) return { state: undefined, changes: [] }
  const reported = { ...state, lastFiredAt: last.to }
  return {
    state: nowMs >= absenceDueAt(correlation, reported) ? undefined : reported,
    changes: [firingOf(correlation, 'raised', last, null)],
  }
}

const isReported = ({ runs, lastFiredAt }: AbsenceState): boolean => runs.at(-1)?.to === lastFiredAt

/** When the group key is absent unless it matches; or else, when the end of its absence is not reported any more. */
export function absenceDueAt({ timespanMs }: AbsenceCorrelation, state: AbsenceState): number {
  const due = (state.runs.at(-1)?.to ?? 0) + timespanMs + 1
  return isReported(state) ? due + absenceFollowedMs + lateMsMax : due
}
