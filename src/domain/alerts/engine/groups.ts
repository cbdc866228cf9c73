// What is remembered of one group of one rule, and how matches change it. Any order of matches ends at the same. Pure.
import { type CellRecord, sameRecord, sweep } from './cells.ts'
import { lateMsMax, layouts } from './limits.ts'
import { type Match, mergeMatches, newMatches, sortedOnce } from './matches.ts'
import type { Watch } from './watches.ts'

/**
 * A group's matches, sorted, and what was said of those that need no judging any more; dates in Unix milliseconds.
 * Dates up to `sealedTo` are settled: no match of theirs is taken. Their matches are kept only as far as windows of later
 * dates still count them, and `carry` is the record of the last cell in which one of them spoke.
 */
export type GroupState = {
  readonly matches: readonly Match[]
  readonly sealedTo: number
  readonly carry: CellRecord | undefined
  /** The last date at which the rule spoke of this group, and the one that was last said to be over; 0 for none. */
  readonly spokeTo: number
  readonly resolvedTo: number
}

export const emptyGroup: GroupState = { matches: [], sealedTo: 0, carry: undefined, spokeTo: 0, resolvedTo: 0 }

/** A record that is new, or says something else than before. */
export type RecordChange = { readonly kind: 'raised' | 'updated'; readonly record: CellRecord }

export type GroupStep = {
  readonly group: GroupState
  readonly changes: readonly RecordChange[]
  /** How many matches came for dates that are settled already. */
  readonly behind: number
}

/** Takes matches in any order, those it knows already among them; `nowMs` only says what may be forgotten. */
export function advanceGroup(watch: Watch, group: GroupState, matches: readonly Match[], nowMs: number): GroupStep {
  const open = matches.filter(({ at }) => at > group.sealedTo)
  const behind = matches.length - open.length
  const fresh = newMatches(group.matches, sortedOnce(open))
  const [first] = fresh
  if (!first) return { group, changes: [], behind }

  const merged = mergeMatches(group.matches, fresh)
  const cellStart = Math.floor(first.at / watch.repeatMs) * watch.repeatMs
  const span = { after: Math.max(group.sealedTo, cellStart - 1), upTo: Number.POSITIVE_INFINITY }
  const before = sweep(watch, group.matches, span, group.carry)
  const after = [...sweep(watch, merged, span, group.carry).values()]
  const spokeTo = Math.max(group.spokeTo, after.at(-1)?.to ?? 0)
  const changes = after.flatMap((record) => changeFrom(before.get(record.cell) ?? carried(group, record), record))
  return { group: sealed(watch, { ...group, matches: merged, spokeTo }, nowMs), changes, behind }
}

const carried = ({ carry }: GroupState, { cell }: CellRecord) => (carry?.cell === cell ? carry : undefined)

function changeFrom(before: CellRecord | undefined, record: CellRecord): RecordChange[] {
  if (!before) return [{ kind: 'raised', record }]
  return sameRecord(before, record) ? [] : [{ kind: 'updated', record }]
}

/**
 * Forgets what is too old or too much: matches that no window of a date still open can count, and all but the newest
 * `matchesMax`. What is still to be judged keeps the matches before it that its windows count.
 */
function sealed(watch: Watch, group: GroupState, nowMs: number): GroupState {
  const { matches, sealedTo, carry } = group
  const { matchesMax, windowMatchesMax } = layouts[watch.layout]
  const openFrom = nowMs - lateMsMax
  let cut = Math.max(0, matches.length - matchesMax)
  let sealTo = cut > 0 ? (matches[cut + windowMatchesMax - 1]?.at ?? 0) : 0
  while ((matches[cut]?.at ?? Number.POSITIVE_INFINITY) <= openFrom - watch.timespanMs) {
    cut += 1
    sealTo = Math.max(sealTo, openFrom - 1)
  }
  if (cut === 0) return group
  if (sealTo <= sealedTo) return { ...group, matches: matches.slice(cut) }
  const last = [...sweep(watch, matches, { after: sealedTo, upTo: sealTo }, carry).values()].at(-1)
  return { ...group, matches: matches.slice(cut), sealedTo: sealTo, carry: last ?? carry }
}

/** How long a group must be quiet before it is over. */
export const quietMsOf = ({ timespanMs, repeatMs }: Watch): number => Math.max(timespanMs, repeatMs)

/** Whether the group spoke, fell quiet, and nobody was told yet. */
export const isOver = (watch: Watch, { spokeTo, resolvedTo }: GroupState, nowMs: number): boolean =>
  spokeTo > resolvedTo && nowMs >= spokeTo + quietMsOf(watch)

/** Whether nothing that may still arrive could need what is remembered: neither its windows nor its last cell. */
export function isForgettable(watch: Watch, { matches, spokeTo, resolvedTo }: GroupState, nowMs: number): boolean {
  const openFrom = nowMs - lateMsMax
  const cellEnd = (Math.floor(spokeTo / watch.repeatMs) + 1) * watch.repeatMs
  const newest = matches.at(-1)?.at ?? 0
  return newest <= openFrom - watch.timespanMs && cellEnd <= openFrom && spokeTo <= resolvedTo
}
