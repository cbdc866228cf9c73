// How matches and time change the correlation state of a group key whose matches are counted. Any order of them ends alike. Pure.
import { baselineMs } from '../../sigma/rules.ts'
import { matchesNeeded } from '../compiled/chain.ts'
import { type CountingCorrelation, reachMsOf } from '../compiled/correlation.ts'
import { lateMsMax } from '../compiled/limits.ts'
import { couldReach, mattering } from '../compiled/risk.ts'
import { canBegin, type Match, mergedMatches, sortedOnce } from '../compiled/window.ts'
import type { FiringChange } from './alerts.ts'
import { baselineTaught, type HistoryMatch } from './baseline.ts'
import { type Firing, type Span, type Swept, sameFiring, suppressionStart, sweep } from './firing.ts'
import { type ExpiredState, kept, type StateStep, type WindowState } from './window-state.ts'

/** The state of a rate that learnt from late matches; the same state if they teach nothing new, and of any other correlation. */
export function withHistory(
  correlation: CountingCorrelation,
  state: WindowState,
  history: readonly HistoryMatch[],
  nowMs: number,
): WindowState {
  if (correlation.kind !== 'rate' || history.length === 0) return state
  const judgedFrom = Math.max(state.watermark, nowMs - lateMsMax)
  const baseline = baselineTaught(correlation, state.baseline, history, judgedFrom)
  return baseline === state.baseline ? state : { ...state, baseline }
}

/** Takes matches in any order, known ones included; `nowMs` only decides what may be dropped. */
export function advanceWindow(
  correlation: CountingCorrelation,
  state: WindowState,
  matches: readonly Match[],
  nowMs: number,
): StateStep<WindowState> {
  const open = openMatches(state, matches)
  const behindWatermark = matches.length - open.length
  const { first, matches: known, idleSince } = withMatches(correlation, state, open)
  if (!first) return { state, changes: noChanges, behindWatermark, learning: 0, unreachable: 0 }

  const merged: WindowState = { ...state, matches: known }
  // What did not fire since then does not fire now.
  const isIdle = idleSince !== undefined && Math.max(state.lastFiredAt, state.unreportedTo) < idleSince.at
  const swept = isIdle ? undefined : sweptBeforeAndAfter(correlation, state, merged, first)
  if (!swept) {
    const next = kept(correlation, state, merged, nowMs)
    return { state: next, changes: noChanges, behindWatermark, learning: 0, unreachable: 0 }
  }

  const { before, after } = swept
  const firings = [...after.firings.values()]
  const lastFiredAt = Math.max(state.lastFiredAt, firings.at(-1)?.to ?? 0)
  const next = lastFiredAt > state.lastFiredAt ? { ...merged, lastFiredAt } : merged
  return {
    state: kept(correlation, state, next, nowMs),
    changes: firings.flatMap((firing) => {
      const known = before.firings.get(firing.start)
      return changeFrom(correlation, known && known.to > state.unreportedTo ? known : undefined, firing)
    }),
    behindWatermark,
    learning: Math.max(0, after.learning - before.learning),
    unreachable: Math.max(0, after.unreachable - before.unreachable),
  }
}

/** The matches with these, and the earliest of those that were not known before, or are not needed any more; undefined for none. */
function withMatches(correlation: CountingCorrelation, { matches }: WindowState, open: readonly Match[]) {
  const { fresh, merged } = mergedMatches(matches, sortedOnce(open))
  const [first] = fresh
  const risk = correlation.kind === 'window' ? correlation.risk : undefined
  return first && risk ? mattering(risk, matches, merged, first) : { first, matches: merged, idleSince: undefined }
}

/** The matches that are not refused; mostly all of them. */
function openMatches({ watermark }: WindowState, matches: readonly Match[]): readonly Match[] {
  for (const { at } of matches) if (at <= watermark) return matches.filter((match) => match.at > watermark)
  return matches
}

const noChanges: readonly FiringChange[] = []

const nothing: Swept = { firings: new Map(), learning: 0, unreachable: 0 }

/** The firings without and with the fresh matches, in their suppression windows and later ones; undefined if there are none, as mostly. */
function sweptBeforeAndAfter(correlation: CountingCorrelation, state: WindowState, merged: WindowState, first: Match) {
  if (!couldFire(correlation, merged.matches, first.at)) return undefined
  // Windows that end before the first fresh match count the same as before.
  const later: Span = { after: first.at - 1, upTo: Number.POSITIVE_INFINITY }
  const alone = sweep(correlation, merged, later)
  if (alone.firings.size === 0 && alone.learning + alone.unreachable === 0) return undefined

  const carry = earlierFiring(correlation, state, first) ?? state.carry
  const isLast = (state.matches.at(-1)?.at ?? 0) < first.at
  const before = isLast ? nothing : sweep(correlation, { ...state, carry }, later)
  const after = carry === state.carry ? alone : sweep(correlation, { ...merged, carry }, later)
  const firings = new Map(before.firings)
  if (carry && !firings.has(carry.start)) firings.set(carry.start, carry)
  return { before: { ...before, firings }, after }
}

/** A quick look at the matches in windows that end at `from` or later: mostly they are too few, or lack the beginning of the sequence. */
function couldFire(correlation: CountingCorrelation, matches: readonly Match[], from: number): boolean {
  const { countMin, measure, baseRules } = correlation
  const after = from - reachMsOf(correlation)
  if (correlation.kind === 'window' && correlation.steps) {
    const { steps } = correlation
    const needed = countMin === steps.length ? matchesNeeded(steps) : 1
    const enough = matches[matches.length - needed]
    return enough !== undefined && enough.at > after
  }
  if (correlation.kind === 'window' && correlation.risk) {
    return couldReach(correlation.risk, matches, after, countMin)
  }
  const enough = matches[matches.length - countMin]
  if (!enough || enough.at <= after) return false
  return measure !== 'sequence' || canBegin(matches, after, countMin, baseRules.length)
}

/** The firing before a match in its suppression window. */
function earlierFiring(correlation: CountingCorrelation, state: WindowState, { at }: Match): Firing | undefined {
  const start = suppressionStart(correlation, at)
  const span = { after: Math.max(state.watermark, start - 1), upTo: at - 1 }
  return span.after < span.upTo ? sweep(correlation, state, span).firings.get(start) : undefined
}

function changeFrom(correlation: CountingCorrelation, before: Firing | undefined, firing: Firing): FiringChange[] {
  if (before && sameFiring(before, firing)) return []
  return [{ kind: before ? 'updated' : 'raised', firing, endsAt: firing.to + inactivityMsOf(correlation) }]
}

/** How long a group key must be inactive before its alert resolves. */
const inactivityMsOf = ({ timespanMs, repeatMs }: CountingCorrelation): number => Math.max(timespanMs, repeatMs)

/** Resolves, once, the alert of a group key that became inactive, and drops a state for which nothing can arrive any more. */
export function expireWindow(
  correlation: CountingCorrelation,
  state: WindowState,
  nowMs: number,
): ExpiredState<WindowState> {
  const { lastFiredAt } = state
  if (nowMs < windowDueAt(correlation, state)) return { state, changes: [] }
  if (!isUnresolved(state)) return { state: undefined, changes: [] }
  const at = lastFiredAt + inactivityMsOf(correlation)
  const resolved = { ...state, resolvedUpTo: lastFiredAt }
  return {
    state: nowMs >= windowDueAt(correlation, resolved) ? undefined : resolved,
    changes: [{ kind: 'resolved', start: suppressionStart(correlation, lastFiredAt), lastFiredAt, at }],
  }
}

const isUnresolved = ({ lastFiredAt, resolvedUpTo }: WindowState): boolean => lastFiredAt > resolvedUpTo

/** When the alert resolves if nothing matches; or else, when no windows, firing or baseline of the state are needed any more. */
export function windowDueAt(correlation: CountingCorrelation, state: WindowState): number {
  const { matches, baseline, lastFiredAt } = state
  if (isUnresolved(state)) return lastFiredAt + inactivityMsOf(correlation)
  const newest = matches.at(-1)?.at ?? baseline?.to ?? 0
  const neededMs = correlation.kind === 'rate' ? baselineMs : reachMsOf(correlation)
  return lateMsMax + Math.max(newest + neededMs, suppressionStart(correlation, lastFiredAt) + correlation.repeatMs)
}
