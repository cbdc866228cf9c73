// What is remembered of one group whose absence is looked for, and when its silences are said. Pure.
import type { GroupChange } from './alerts.ts'
import type { AbsenceWatch } from './correlation.ts'
import { absenceFollowedMs, lateMsMax, runsMax } from './limits.ts'
import { type Match, sortedOnce } from './matches.ts'
import type { GroupStep, Settling } from './window-state.ts'

/** Matches that follow each other without a silence: the first date, the last, and the last event; dates in Unix ms. */
export type Run = { readonly from: number; readonly to: number; readonly id: string }

/**
 * A group's runs, earliest first, each more than the timespan behind the one before. Dates up to `sealedTo` are settled: no
 * match of theirs is taken. `saidTo` is the end of the last run of which it was said that nothing followed; 0 for none.
 */
export type SilenceGroup = {
  readonly kind: 'silences'
  readonly runs: readonly Run[]
  readonly sealedTo: number
  readonly saidTo: number
}

export const emptySilences: SilenceGroup = { kind: 'silences', runs: [], sealedTo: 0, saidTo: 0 }

/**
 * Takes matches in any order. A silence of more than the timespan between two of them is said when it is found, with its
 * end at the next match, if that comes within `absenceFollowedMs` after the absence was due; later, it is left open.
 * What was said is not taken back: a late match that fills a silence ends it at its own date.
 */
export function advanceSilences(
  watch: AbsenceWatch,
  group: SilenceGroup,
  matches: readonly Match[],
  nowMs: number,
): GroupStep<SilenceGroup> {
  const fresh = sortedOnce(matches.filter(({ at }) => at > group.sealedTo))
  const behind = matches.length - fresh.length
  const runs = joined(watch, [...group.runs, ...fresh.map(({ at, id }) => ({ from: at, to: at, id }))])
  const counted = { behind, learning: 0, unreachable: 0 }
  if (sameRuns(runs, group.runs)) return { group, changes: [], ...counted }

  const before = silencesOf(watch, group.runs, group.saidTo)
  const after = silencesOf(watch, runs, group.saidTo)
  for (const [since, silence] of before) {
    // The run before it goes on: a late match filled the silence.
    const filled = fresh.find(({ at }) => at > since)
    if (!after.has(since) && filled) after.set(since, { ...silence, endsAt: filled.at })
  }
  const changes = [...after]
    .sort(([one], [other]) => one - other)
    .flatMap(([since, silence]) => changesFrom(watch, since, before.get(since), silence))
  return { group: trimmed({ ...group, runs }, nowMs), changes, ...counted }
}

/** The runs that these make together. */
function joined({ timespanMs }: AbsenceWatch, runs: readonly Run[]): readonly Run[] {
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

/** A silence that was said: after which event, and when it ended, if it is told. */
type Silence = { readonly id: string; readonly endsAt: number | null }

/** The silences that were said, by the date since when nothing matched. */
function silencesOf({ timespanMs }: AbsenceWatch, runs: readonly Run[], saidTo: number): Map<number, Silence> {
  const silences = new Map<number, Silence>()
  runs.forEach(({ to, id }, index) => {
    const next = runs[index + 1]?.from
    const isTold = next !== undefined && next <= to + timespanMs + absenceFollowedMs
    if (next !== undefined || to === saidTo) silences.set(to, { id, endsAt: isTold ? next : null })
  })
  return silences
}

function changesFrom(
  watch: AbsenceWatch,
  since: number,
  before: Silence | undefined,
  { id, endsAt }: Silence,
): GroupChange[] {
  if (before && before.id === id && before.endsAt === endsAt) return []
  const said = changeOf(watch, before ? 'updated' : 'raised', { to: since, id }, endsAt)
  const ended = endsAt !== null && (before?.endsAt ?? null) === null
  const start = since + watch.timespanMs
  return ended ? [said, { kind: 'resolved', start, spokeTo: start, at: endsAt }] : [said]
}

/** What is said of the silence after a run. */
function changeOf(
  { timespanMs }: AbsenceWatch,
  kind: 'raised' | 'updated',
  { to, id }: Pick<Run, 'to' | 'id'>,
  endsAt: number | null,
): GroupChange {
  const start = to + timespanMs
  const counted = { spoke: 1, peak: 0, threshold: 1 }
  const events = { first: to, last: id, samples: [{ id, at: to }] }
  return { kind, record: { start, from: start, to: start, ...counted, ...events }, endsAt }
}

/** Forgets runs that nothing can be late for any more, and all but the newest `runsMax`. */
function trimmed(group: SilenceGroup, nowMs: number): SilenceGroup {
  const { runs } = group
  let cut = Math.max(0, runs.length - runsMax)
  while ((runs[cut + 1]?.from ?? Number.POSITIVE_INFINITY) <= nowMs - lateMsMax) cut += 1
  const first = runs[cut]
  return cut > 0 && first ? { ...group, runs: runs.slice(cut), sealedTo: first.from - 1 } : group
}

/** Says once that a group is absent; forgets it when nothing could still be told of that. */
export function settleSilences(watch: AbsenceWatch, group: SilenceGroup, nowMs: number): Settling<SilenceGroup> {
  const last = group.runs.at(-1)
  if (nowMs < silencesDueAt(watch, group)) return { group, changes: [] }
  if (!last || isSaid(group)) return { group: undefined, changes: [] }
  const said = { ...group, saidTo: last.to }
  return {
    group: nowMs >= silencesDueAt(watch, said) ? undefined : said,
    changes: [changeOf(watch, 'raised', last, null)],
  }
}

const isSaid = ({ runs, saidTo }: SilenceGroup): boolean => runs.at(-1)?.to === saidTo

/** When the group is absent unless it matches; or else, when its silence is not followed any more. */
export function silencesDueAt({ timespanMs }: AbsenceWatch, group: SilenceGroup): number {
  const due = (group.runs.at(-1)?.to ?? 0) + timespanMs + 1
  return isSaid(group) ? due + absenceFollowedMs + lateMsMax : due
}
