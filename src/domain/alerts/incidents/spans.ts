// When the alerts about one entity were, and to which incidents they belong: its spans, as a state entry. Pure.
import * as v from 'valibot'
import { Guid } from '../../guid.ts'

/** Most time between two alerts about one entity that belong to one incident, in milliseconds. */
export const incidentGapMs = 24 * 3_600_000
/** How long before its last one an entity's spans are known: the longest suppression window (31 days), and what may arrive late. */
const spansRetainedMs = 40 * 24 * 3_600_000

const at = v.pipe(v.number(), v.safeInteger())

/** From the first to the last of alerts about an entity that are at most `incidentGapMs` apart (Unix ms), and their incident. */
export type Span = { readonly from: number; readonly to: number; readonly incidentId: Guid }

const StoredSpans = v.object({ entity: v.string(), spans: v.array(v.tuple([at, at, Guid])) })

/** Whether a span is near enough to another to be of the same incident. */
export const isNear = (one: Pick<Span, 'from' | 'to'>, other: Pick<Span, 'from' | 'to'>): boolean =>
  one.from <= other.to + incidentGapMs && other.from <= one.to + incidentGapMs

/** The spans with one more, in order; those near it become one with it. Those long before the last are dropped. */
export function withSpan(spans: readonly Span[], added: Span): readonly Span[] {
  const near = spans.filter((span) => isNear(span, added))
  const whole = {
    from: Math.min(added.from, ...near.map(({ from }) => from)),
    to: Math.max(added.to, ...near.map(({ to }) => to)),
    incidentId: added.incidentId,
  }
  const all = [...spans.filter((span) => !near.includes(span)), whole].sort((one, other) => one.from - other.from)
  const last = all.at(-1)?.to ?? 0
  return all.filter(({ to }) => to > last - spansRetainedMs)
}

/** The state entry of an entity's spans; it is due when they are not needed any more. */
export const writeSpans = (
  entity: string,
  spans: readonly Span[],
): { readonly text: string; readonly dueAt: number } => ({
  text: JSON.stringify({ entity, spans: spans.map(({ from, to, incidentId }) => [from, to, incidentId]) }),
  dueAt: (spans.at(-1)?.to ?? 0) + spansRetainedMs,
})

/** Reads what `writeSpans` wrote; none where that cannot be read, or is of another entity. */
export function readSpans(entity: string, text: string): readonly Span[] {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), StoredSpans), text)
  if (!read.success || read.output.entity !== entity) return []
  return read.output.spans.map(([from, to, incidentId]) => ({ from, to, incidentId }))
}
