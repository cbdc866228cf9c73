// What is remembered of one group of one rule, whatever the rule looks for: how matches and time change it. Pure.

import { advanceSilences, emptySilences, type SilenceGroup, settleSilences, silencesDueAt } from './absence.ts'
import type { Watch } from './correlation.ts'
import { groupsPerRuleMax } from './limits.ts'
import type { Match } from './matches.ts'
import {
  advanceCounted,
  type CountedGroup,
  countedDueAt,
  emptyCounted,
  type GroupStep,
  type Settling,
  settleCounted,
} from './window-state.ts'

/** What is remembered of one group. Each is stored by itself: see `serializeGroup`. */
export type GroupState = CountedGroup | SilenceGroup

/**
 * Takes matches in any order, those it knows already among them; a group without a state is new. `nowMs` only says what
 * may be forgotten.
 */
export function advanceGroup(
  watch: Watch,
  group: GroupState | undefined,
  matches: readonly Match[],
  nowMs: number,
): GroupStep<GroupState> {
  if (watch.kind !== 'absence') {
    return advanceCounted(watch, group?.kind === 'counted' ? group : emptyCounted, matches, nowMs)
  }
  return advanceSilences(watch, group?.kind === 'silences' ? group : emptySilences, matches, nowMs)
}

/** What this moment, in Unix ms, did to a group; the same group where it is not due. A state of another kind is forgotten. */
export function settleGroup(watch: Watch, group: GroupState, nowMs: number): Settling<GroupState> {
  if (watch.kind !== 'absence' && group.kind === 'counted') return settleCounted(watch, group, nowMs)
  if (watch.kind === 'absence' && group.kind === 'silences') return settleSilences(watch, group, nowMs)
  return { group: undefined, changes: [] }
}

/** The earliest time, in Unix ms, at which `settle` has something to do with the group, if no match comes before. */
export function lookAgainAt(watch: Watch, group: GroupState): number {
  if (watch.kind !== 'absence' && group.kind === 'counted') return countedDueAt(watch, group)
  if (watch.kind === 'absence' && group.kind === 'silences') return silencesDueAt(watch, group)
  return 0
}

/** A group of a rule, with the time that tells how recent it is: of its newest match, or when it must be looked at. */
export type AgedGroup = { readonly key: string; readonly at: number }

/** Which groups of one rule to forget: those beyond `groupsPerRuleMax`, the least recent first, ties by key. */
export function groupsBeyond(groups: readonly AgedGroup[]): readonly string[] {
  return groups
    .toSorted((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1))
    .slice(0, Math.max(0, groups.length - groupsPerRuleMax))
    .map(({ key }) => key)
}
