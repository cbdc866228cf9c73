// The correlation state of a group key whose matches are counted, and how matches and time change it. Any order of them ends alike. Pure.
import { baselineMs } from '../sigma/rules.ts'
import type { FiringChange } from './alerts.ts'
import { type Baseline, baselineTaught, baselineWith, type HistoryMatch } from './baseline.ts'
import { matchesNeeded } from './chain.ts'
import { type CountingCorrelation, reachMsOf } from './correlation.ts'
import { type Firing, type Span, type Swept, sameFiring, suppressionStart, sweep } from './firing.ts'
import { lateMsMax, layouts } from './limits.ts'
import { matchesMaxOf } from './match-width.ts'
import { canBegin, firstIndex, type Match, mergedMatches, sortedOnce } from './window.ts'

const dayMs = 86_400_000

/**
 * The sorted matches of a group key, and what remains of those that are judged for good; dates in Unix milliseconds.
 * Matches dated up to the `watermark` are refused. Those that were taken stay listed only as far as windows of later dates
 * count them, and `carry` is the firing of the last suppression window in which one of them fired.
 */
export type WindowState = {
  readonly kind: 'window'
  readonly matches: readonly Match[]
  readonly watermark: number
  readonly carry: Firing | undefined
  /** The matches that are not listed, for rates: those dropped, and those that arrived too late; absent while there are none. */
  readonly baseline: Baseline | undefined
  /** The last date at which the rule fired for this group key, and the last such date that was reported as resolved; 0 for none. */
  readonly lastFiredAt: number
  readonly resolvedUpTo: number
  /** The last date at which the rule may have fired without being reported, as it fired otherwise then; 0 for none. */
  readonly unreportedTo: number
}

export const emptyWindowState: WindowState = {
  kind: 'window',
  matches: [],
  watermark: 0,
  carry: undefined,
  baseline: undefined,
  lastFiredAt: 0,
  resolvedUpTo: 0,
  unreportedTo: 0,
}

/**
 * The state of a rule that from now on fires otherwise: what it counted stays, and no firing so far has been reported. Nothing
 * is raised for them, until a further match falls in their suppression window.
 */
export const firingOtherwise = (state: WindowState): WindowState => ({
  ...state,
  carry: undefined,
  lastFiredAt: 0,
  resolvedUpTo: 0,
  unreportedTo: state.matches.at(-1)?.at ?? 0,
})

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

/** What matches did to a state. `behindWatermark`: how many came too late for it; the other numbers are those of `Swept`. */
export type StateStep<State> = {
  readonly state: State
  readonly changes: readonly FiringChange[]
  readonly behindWatermark: number
  readonly learning: number
  readonly unreachable: number
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
  const { fresh, merged: known } = mergedMatches(state.matches, sortedOnce(open))
  const first = fresh[0]
  if (!first) return { state, changes: noChanges, behindWatermark, learning: 0, unreachable: 0 }

  const merged: WindowState = { ...state, matches: known }
  const swept = sweptBeforeAndAfter(correlation, state, merged, first)
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

/** The matches that are not refused; mostly all of them. */
function openMatches({ watermark }: WindowState, matches: readonly Match[]): readonly Match[] {
  for (const { at } of matches) if (at <= watermark) return matches.filter((match) => match.at > watermark)
  return matches
}

const noChanges: readonly FiringChange[] = []

/** How much longer than needed matches stay, in milliseconds, so that they are dropped several at once. */
const slackMs = 2 * dayMs
/** How many matches come before it is looked again for those that are not needed. */
const matchesBetween = 8

/** The next state, trimmed if it is too long or lists matches that have not been needed for a while. */
function kept(correlation: CountingCorrelation, state: WindowState, next: WindowState, nowMs: number): WindowState {
  const [before, after] = [state.matches.length, next.matches.length]
  const { windowMatchesMax } = layouts[correlation.layout]
  if (after > windowMatchesMax && after > matchesMaxOf(correlation)) return trimmed(correlation, next, nowMs)
  if (Math.floor(before / matchesBetween) === Math.floor(after / matchesBetween)) return next
  const oldest = next.matches[0]?.at ?? nowMs
  const isTooOld = oldest <= nowMs - lateMsMax - reachMsOf(correlation) - slackMs
  return isTooOld ? trimmed(correlation, next, nowMs) : next
}

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

/**
 * Drops what is too old or too much: matches that no window of an open date can count, and all but the newest `matchesMaxOf`.
 * Dates that are still to be judged keep the matches before them that their windows count.
 */
function trimmed(correlation: CountingCorrelation, state: WindowState, nowMs: number): WindowState {
  const { matches, lastFiredAt } = state
  const { windowMatchesMax } = layouts[correlation.layout]
  const openFrom = nowMs - lateMsMax
  const beyond = Math.max(0, matches.length - matchesMaxOf(correlation))
  const needless = firstIndex(matches, ({ at }) => at > openFrom - reachMsOf(correlation))
  const cut = Math.max(beyond, needless)
  if (cut === 0) return state
  const watermark = Math.max(
    state.watermark,
    beyond > 0 ? (matches[beyond + windowMatchesMax - 1]?.at ?? 0) : 0,
    needless > beyond ? openFrom - 1 : 0,
  )
  const baseline =
    correlation.kind === 'rate'
      ? baselineWith(correlation, state.baseline, matches.slice(0, cut), watermark)
      : undefined
  // A rule that fired last before these dates did not fire at them.
  const passed = { after: state.watermark, upTo: watermark }
  const fired = lastFiredAt > state.watermark ? sweep(correlation, state, passed).firings : undefined
  const carry = [...(fired?.values() ?? [])].at(-1) ?? state.carry
  return { ...state, matches: matches.slice(cut), baseline, carry, watermark }
}

/** How long a group key must be inactive before its alert resolves. */
const inactivityMsOf = ({ timespanMs, repeatMs }: CountingCorrelation): number => Math.max(timespanMs, repeatMs)

/** What time did to a state; undefined when it expired. */
export type ExpiredState<State> = { readonly state: State | undefined; readonly changes: readonly FiringChange[] }

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
