// The correlation state of a group key whose matches are counted: what it holds, and what is dropped from it. Pure.

import { type CountingCorrelation, reachMsOf } from '../compiled/correlation.ts'
import { lateMsMax, layouts } from '../compiled/limits.ts'
import { matchesMaxOf } from '../compiled/match-width.ts'
import { firstIndex, type Match } from '../compiled/window.ts'
import type { FiringChange } from './alerts.ts'
import { type Baseline, baselineWith } from './baseline.ts'
import { type Firing, sweep } from './firing.ts'

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

/** What matches did to a state. `behindWatermark`: how many came too late for it; the other numbers are those of `Swept`. */
export type StateStep<State> = {
  readonly state: State
  readonly changes: readonly FiringChange[]
  readonly behindWatermark: number
  readonly learning: number
  readonly unreachable: number
}

/** What time did to a state; undefined when it expired. */
export type ExpiredState<State> = { readonly state: State | undefined; readonly changes: readonly FiringChange[] }

/** How much longer than needed matches stay, in milliseconds, so that they are dropped several at once. */
const slackMs = 2 * dayMs
/** How many matches come before it is looked again for those that are not needed. */
const matchesBetween = 8

/** The next state, trimmed if it is too long or lists matches that have not been needed for a while. */
export function kept(
  correlation: CountingCorrelation,
  state: WindowState,
  next: WindowState,
  nowMs: number,
): WindowState {
  const [before, after] = [state.matches.length, next.matches.length]
  const { windowMatchesMax } = layouts[correlation.layout]
  if (after > windowMatchesMax && after > matchesMaxOf(correlation)) return trimmed(correlation, next, nowMs)
  if (Math.floor(before / matchesBetween) === Math.floor(after / matchesBetween)) return next
  const oldest = next.matches[0]?.at ?? nowMs
  const isTooOld = oldest <= nowMs - lateMsMax - reachMsOf(correlation) - slackMs
  return isTooOld ? trimmed(correlation, next, nowMs) : next
}

/** From which date (Unix ms) on matches are taken. Points change by the day: what matters of one is known once it is over. */
const openFromOf = ({ measure }: CountingCorrelation, nowMs: number): number =>
  measure === 'risk' ? Math.floor((nowMs - lateMsMax) / dayMs) * dayMs : nowMs - lateMsMax

/**
 * Drops what is too old or too much: matches that no window of an open date can count, and all but the newest `matchesMaxOf`.
 * Dates that are still to be judged keep the matches before them that their windows count.
 */
function trimmed(correlation: CountingCorrelation, state: WindowState, nowMs: number): WindowState {
  const { matches, lastFiredAt } = state
  const { windowMatchesMax } = layouts[correlation.layout]
  const openFrom = openFromOf(correlation, nowMs)
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
