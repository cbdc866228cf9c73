// What is remembered of one group whose matches are counted, and how matches change it. Any order of them ends at the same. Pure.
import { baselineMs } from '../sigma/rules.ts'
import type { GroupChange } from './alerts.ts'
import { type Past, pastWith } from './baseline.ts'
import type { CountingWatch } from './correlation.ts'
import { lateMsMax, layouts } from './limits.ts'
import { type Match, mergeMatches, newMatches, sortedOnce } from './matches.ts'
import { type CellRecord, cellStart, type Span, type Swept, sameRecord, sweep } from './suppression.ts'

const dayMs = 86_400_000

/**
 * A group's matches, sorted, and what was said of those that need no judging any more; dates in Unix milliseconds.
 * Dates up to `sealedTo` are settled: no match of theirs is taken. Their matches are kept only as far as windows of later
 * dates still count them, and `carry` is the record of the last cell in which one of them spoke.
 */
export type CountedGroup = {
  readonly kind: 'counted'
  readonly matches: readonly Match[]
  readonly sealedTo: number
  readonly carry: CellRecord | undefined
  /** The matches that are not listed any more, where a rate is held against them; absent while there are none. */
  readonly past: Past | undefined
  /** The last date at which the rule spoke of this group, and the one that was last said to be over; 0 for none. */
  readonly spokeTo: number
  readonly resolvedTo: number
}

export const emptyCounted: CountedGroup = {
  kind: 'counted',
  matches: [],
  sealedTo: 0,
  carry: undefined,
  past: undefined,
  spokeTo: 0,
  resolvedTo: 0,
}

/** What matches did to a group. `behind`: how many came for settled dates; the other numbers are those of `Swept`. */
export type GroupStep<Group> = {
  readonly group: Group
  readonly changes: readonly GroupChange[]
  readonly behind: number
  readonly learning: number
  readonly unreachable: number
}

/** Takes matches in any order, those it knows already among them; `nowMs` only says what may be forgotten. */
export function advanceCounted(
  watch: CountingWatch,
  group: CountedGroup,
  matches: readonly Match[],
  nowMs: number,
): GroupStep<CountedGroup> {
  const isOpen = ({ at }: Match) => at > group.sealedTo
  const open = matches.every(isOpen) ? matches : matches.filter(isOpen)
  const behind = matches.length - open.length
  const fresh = newMatches(group.matches, sortedOnce(open))
  const [first] = fresh
  if (!first) return { group, changes: [], behind, learning: 0, unreachable: 0 }

  const merged = { ...group, matches: mergeMatches(group.matches, fresh) }
  const { before, after } = sweptTwice(watch, group, merged, first)
  const records = [...after.records.values()]
  const spokeTo = Math.max(group.spokeTo, records.at(-1)?.to ?? 0)
  const next = spokeTo > group.spokeTo ? { ...merged, spokeTo } : merged
  // What time leaves behind is looked for once a day: that is often enough, and cheaper.
  const isNewDay = dayOf(group) !== dayOf(next)
  return {
    group: isNewDay || next.matches.length > layouts[watch.layout].matchesMax ? sealed(watch, next, nowMs) : next,
    changes: records.flatMap((record) => changeFrom(watch, before.records.get(record.start), record)),
    behind,
    learning: Math.max(0, after.learning - before.learning),
    unreachable: Math.max(0, after.unreachable - before.unreachable),
  }
}

const dayOf = ({ matches }: CountedGroup): number => Math.floor((matches.at(-1)?.at ?? 0) / dayMs)

const nothing: Swept = { records: new Map(), learning: 0, unreachable: 0 }

/** What is to be said without and with the fresh matches, of their cells and later ones. Most have nothing to say. */
function sweptTwice(watch: CountingWatch, group: CountedGroup, merged: CountedGroup, first: Match) {
  // Windows that end before the first of them count the same as before.
  const later: Span = { after: first.at - 1, upTo: Number.POSITIVE_INFINITY }
  const { matches } = merged
  const enough = matches[matches.length - watch.countMin]
  if (!enough || enough.at <= first.at - watch.timespanMs) return { before: nothing, after: nothing }
  const alone = sweep(watch, merged, later)
  if (alone.records.size === 0 && alone.learning + alone.unreachable === 0) return { before: nothing, after: nothing }

  const carry = earlierIn(watch, group, first) ?? group.carry
  const isLast = (group.matches.at(-1)?.at ?? 0) < first.at
  const before = isLast ? nothing : sweep(watch, { ...group, carry }, later)
  const after = carry === group.carry ? alone : sweep(watch, { ...merged, carry }, later)
  const records = new Map(before.records)
  if (carry && !records.has(carry.start)) records.set(carry.start, carry)
  return { before: { ...before, records }, after }
}

/** What was said in the cell of a match before its date. */
function earlierIn(watch: CountingWatch, group: CountedGroup, { at }: Match): CellRecord | undefined {
  const start = cellStart(watch, at)
  const span = { after: Math.max(group.sealedTo, start - 1), upTo: at - 1 }
  return span.after < span.upTo ? sweep(watch, group, span).records.get(start) : undefined
}

function changeFrom(watch: CountingWatch, before: CellRecord | undefined, record: CellRecord): GroupChange[] {
  if (before && sameRecord(before, record)) return []
  return [{ kind: before ? 'updated' : 'raised', record, endsAt: record.to + quietMsOf(watch) }]
}

/**
 * Forgets what is too old or too much: matches that no window of a date still open can count, and all but the newest
 * `matchesMax`. What is still to be judged keeps the matches before it that its windows count.
 */
function sealed(watch: CountingWatch, group: CountedGroup, nowMs: number): CountedGroup {
  const { matches, sealedTo, spokeTo } = group
  const { matchesMax, windowMatchesMax } = layouts[watch.layout]
  const openFrom = nowMs - lateMsMax
  let cut = Math.max(0, matches.length - matchesMax)
  let sealTo = cut > 0 ? (matches[cut + windowMatchesMax - 1]?.at ?? 0) : 0
  while ((matches[cut]?.at ?? Number.POSITIVE_INFINITY) <= openFrom - watch.timespanMs) {
    cut += 1
    sealTo = Math.max(sealTo, openFrom - 1)
  }
  if (cut === 0) return group
  const settledTo = Math.max(sealTo, sealedTo)
  const past = watch.kind === 'rate' ? pastWith(watch, group.past, matches.slice(0, cut), settledTo) : undefined
  // A rule that spoke last before has nothing to say of these dates.
  const said = spokeTo > sealedTo ? sweep(watch, group, { after: sealedTo, upTo: settledTo }).records : undefined
  const carry = [...(said?.values() ?? [])].at(-1) ?? group.carry
  return { ...group, matches: matches.slice(cut), past, carry, sealedTo: settledTo }
}

/** How long a group must be quiet before it is over. */
const quietMsOf = ({ timespanMs, repeatMs }: CountingWatch): number => Math.max(timespanMs, repeatMs)

/** What a moment of time did to a group; undefined when it was forgotten. */
export type Settling<Group> = { readonly group: Group | undefined; readonly changes: readonly GroupChange[] }

/** Says once that a group which spoke fell quiet, and forgets one for which nothing can arrive any more. */
export function settleCounted(watch: CountingWatch, group: CountedGroup, nowMs: number): Settling<CountedGroup> {
  const { spokeTo } = group
  if (nowMs < countedDueAt(watch, group)) return { group, changes: [] }
  if (!isUnresolved(group)) return { group: undefined, changes: [] }
  const at = spokeTo + quietMsOf(watch)
  const resolved = { ...group, resolvedTo: spokeTo }
  return {
    group: nowMs >= countedDueAt(watch, resolved) ? undefined : resolved,
    changes: [{ kind: 'resolved', start: cellStart(watch, spokeTo), spokeTo, at }],
  }
}

const isUnresolved = ({ spokeTo, resolvedTo }: CountedGroup): boolean => spokeTo > resolvedTo

/** When the group is over if it stays quiet; or else, when neither its windows, its last cell nor its past are asked for. */
export function countedDueAt(watch: CountingWatch, group: CountedGroup): number {
  const { matches, past, spokeTo } = group
  if (isUnresolved(group)) return spokeTo + quietMsOf(watch)
  const newest = matches.at(-1)?.at ?? past?.to ?? 0
  const askedFor = watch.kind === 'rate' ? baselineMs : watch.timespanMs
  return lateMsMax + Math.max(newest + askedFor, cellStart(watch, spokeTo) + watch.repeatMs)
}
