// Where a page of a list begins: at the top of the range asked for, or after the cursor of a continuation token. Pure.
import { type Instant, instantAt, parseInstant } from '../instant.ts'
import type { Continuation } from './continuation.ts'
import type { Cursor } from './cursor.ts'
import { type EventRange, parseEnd, type RangeRefusal, rangeOf } from './query.ts'

/** What a caller asks for: a range, a continuation token, or both. */
export type PageAsked = {
  readonly start?: string | undefined
  readonly end?: string | undefined
  readonly continuationToken?: string | undefined
}

type PageStart = { readonly kind: 'page'; readonly range: EventRange; readonly cursor: Cursor | null }
export type PageRefusal = RangeRefusal | { readonly kind: 'refused'; readonly reason: 'token-unusable' }

/** The refusal of a token that is damaged, or belongs to another query. */
export const tokenUnusable: PageRefusal = { kind: 'refused', reason: 'token-unusable' }

/**
 * The page after the cursor of the token that `read` reads, in the token's range, else the first page of the range asked
 * for. A range beside a token must repeat the token's.
 */
export function pageStartOf(
  { start, end, continuationToken }: PageAsked,
  nowMs: number,
  read: (token: string) => Continuation | undefined,
): PageStart | PageRefusal {
  const asked = rangeOf(start ?? null, end ?? null, instantAt(nowMs))
  if (asked.kind === 'refused') return asked
  if (continuationToken === undefined) return { kind: 'page', range: asked.range, cursor: null }

  const continued = read(continuationToken)
  if (!continued) return tokenUnusable
  const bounds = [continued.range.from, continued.range.to]
  const repeats = (text: string | undefined, readBound: (text: string) => Instant | undefined) =>
    text === undefined || bounds.some((bound) => bound === readBound(text))
  return repeats(start, parseInstant) && repeats(end, parseEnd) ? { kind: 'page', ...continued } : tokenUnusable
}
