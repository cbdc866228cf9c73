// A correlation state as text of at most `stateBytesMax` bytes, and back. The format has a version. Pure.
import * as v from 'valibot'
import type { CompiledCorrelation } from '../compiled/correlation.ts'
import { matchesMaxOf, offsetWidth, packedGuidWidth, widthsOf } from '../compiled/match-width.ts'
import { compareMatches, type Match } from '../compiled/window.ts'
import type { AbsenceState, Run } from './absence.ts'
import { packGuid, readHours, readNumber, unpackGuid, writeHours, writeNumber } from './packed-text.ts'
import type { CorrelationState } from './state.ts'
import { firingOtherwise, type WindowState } from './window-state.ts'

const version = 4
const whole = v.pipe(v.number(), v.safeInteger())

const Carry = v.object({
  start: whole,
  from: whole,
  to: whole,
  firedCount: whole,
  count: whole,
  threshold: whole,
  first: whole,
  last: v.string(),
  samples: v.array(v.object({ id: v.string(), at: whole })),
  parts: v.exactOptional(v.array(v.object({ step: whole, points: whole, times: whole }))),
})

/**
 * `counting` and `revision` are the correlation's: one that counts otherwise cannot read it. The dates of matches are
 * distances from `base`.
 */
const WindowText = v.object({
  version: v.literal(version),
  kind: v.literal('window'),
  counting: v.string(),
  revision: v.string(),
  base: whole,
  matches: v.string(),
  watermark: whole,
  lastFiredAt: whole,
  resolvedUpTo: whole,
  unreportedTo: whole,
  carry: v.optional(Carry),
  baseline: v.optional(v.object({ hours: v.string(), since: whole, to: whole, learntTo: v.optional(whole, 0) })),
})
const AbsenceText = v.object({
  version: v.literal(version),
  kind: v.literal('absence'),
  counting: v.string(),
  revision: v.string(),
  runs: v.string(),
  watermark: whole,
  lastFiredAt: whole,
})
const StateText = v.pipe(v.string(), v.parseJson(), v.variant('kind', [WindowText, AbsenceText]))

/** The state as JSON. Throws a RangeError when its matches lie over 795 days apart, which no step leaves behind. */
export function serializeState(correlation: CompiledCorrelation, state: CorrelationState): string {
  const head = { version, kind: state.kind, counting: correlation.counting, revision: correlation.revision }
  if (state.kind === 'absence') {
    const { runs, watermark, lastFiredAt } = state
    return JSON.stringify({ ...head, runs: runs.map(writeRun).join(''), watermark, lastFiredAt })
  }
  const { matches, baseline, watermark, lastFiredAt, resolvedUpTo, unreportedTo, carry } = state
  const base = matches[0]?.at ?? 0
  const written = matches.map(({ at, id, tag }) => writeNumber(at - base, offsetWidth) + writeId(correlation, id) + tag)
  return JSON.stringify({
    ...head,
    base,
    matches: written.join(''),
    watermark,
    lastFiredAt,
    resolvedUpTo,
    unreportedTo,
    carry,
    baseline: baseline && { ...baseline, hours: writeHours(baseline.hours) },
  })
}

/**
 * Reads what `serializeState` wrote; undefined for any other text, and for the state of a rule that counts otherwise since: its
 * group key then starts anew. What a rule counted that fires otherwise since goes on: see `firingOtherwise`.
 */
export function parseState(correlation: CompiledCorrelation, text: string): CorrelationState | undefined {
  const parsed = v.safeParse(StateText, text)
  if (!parsed.success || parsed.output.counting !== correlation.counting) return undefined
  if (parsed.output.kind === 'absence') return readAbsence(parsed.output)
  const read = readWindow(correlation, parsed.output)
  return read && parsed.output.revision !== correlation.revision ? firingOtherwise(read) : read
}

function readWindow(
  correlation: CompiledCorrelation,
  written: v.InferOutput<typeof WindowText>,
): WindowState | undefined {
  const { base, watermark, lastFiredAt, resolvedUpTo, unreportedTo, carry } = written
  const { id, tag } = widthsOf(correlation)
  const texts = piecesOf(written.matches, offsetWidth + id + tag, matchesMaxOf(correlation))
  const matches = texts?.map(
    (text): Match => ({
      at: base + readNumber(text.slice(0, offsetWidth)),
      id: readId(correlation, text.slice(offsetWidth, offsetWidth + id)),
      tag: text.slice(offsetWidth + id),
    }),
  )
  const hours = written.baseline && readHours(written.baseline.hours)
  if (!matches || !inOrder(matches, compareMatches) || (written.baseline && !hours)) return undefined
  const baseline = written.baseline && hours && { ...written.baseline, hours }
  return { kind: 'window', matches, watermark, carry, baseline, lastFiredAt, resolvedUpTo, unreportedTo }
}

function readAbsence(written: v.InferOutput<typeof AbsenceText>): AbsenceState | undefined {
  const { watermark, lastFiredAt } = written
  const runs = piecesOf(written.runs, 2 * dateWidth + packedGuidWidth, Number.POSITIVE_INFINITY)?.map(readRun)
  return runs && inOrder(runs, (one, other) => one.to - other.from)
    ? { kind: 'absence', runs, watermark, lastFiredAt }
    : undefined
}

/** A text cut into pieces of this width; undefined if its length is no multiple of it, or there are more than `most`. */
function piecesOf(text: string, width: number, most: number): string[] | undefined {
  if (text.length % width !== 0 || text.length / width > most) return undefined
  return Array.from({ length: text.length / width }, (_, index) => text.slice(index * width, (index + 1) * width))
}

const inOrder = <T>(items: readonly T[], compare: (one: T, other: T) => number): boolean =>
  items.every((item, index) => {
    const last = items[index - 1]
    return last === undefined || compare(last, item) < 0
  })

/** Characters of a date (48 bits). */
const dateWidth = 8

const writeId = ({ layout }: CompiledCorrelation, id: string): string => (layout === 'compact' ? id : packGuid(id))
const readId = ({ layout }: CompiledCorrelation, text: string): string =>
  layout === 'compact' ? text : unpackGuid(text)

const writeRun = ({ from, to, id }: Run): string =>
  writeNumber(from, dateWidth) + writeNumber(to, dateWidth) + packGuid(id)

const readRun = (text: string): Run => ({
  from: readNumber(text.slice(0, dateWidth)),
  to: readNumber(text.slice(dateWidth, 2 * dateWidth)),
  id: unpackGuid(text.slice(2 * dateWidth)),
})
