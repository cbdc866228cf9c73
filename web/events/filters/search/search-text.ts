// A search as text: its times, the place that is being written, and a suggestion put there. Pure.
import { formatInstant, type Instant } from '../../../../src/domain/instant.ts'
import { parseSearch } from '../../../../src/domain/log/search/parse.ts'
import { problemLine, tokensOf } from '../../../../src/domain/log/search/tokens.ts'

/** What is wrong with a search, a line each, as far as the page can say: the API knows the names. */
export function problemsIn(text: string): readonly string[] {
  const parsed = parseSearch(text)
  return parsed.kind === 'invalid' ? parsed.problems.map(problemLine) : []
}

/** The range that the times of a search ask for, as the API's `start` and `end`. */
type SearchRange = { readonly start: string | null; readonly end: string | null }

/** The range of a search; null without times, or while it has problems. */
export function rangeOfSearch(text: string): SearchRange | null {
  const parsed = parseSearch(text)
  const terms = parsed.kind === 'search' ? parsed.terms : []
  const bound = (kind: 'from' | 'to'): Instant | undefined =>
    terms
      .flatMap((term) => (term.kind === 'from' || term.kind === 'to' ? [term] : []))
      .find((term) => term.kind === kind)?.at
  const [from, to] = [bound('from'), bound('to')]
  if (from === undefined && to === undefined) return null
  return { start: from === undefined ? null : formatInstant(from), end: to === undefined ? null : formatInstant(to) }
}

/** The search without its times; blanks take their places, so that the places of problems stay the same. */
export const withoutTimes = (text: string): string =>
  tokensOf(text).tokens.reduce(
    (rest, { key, from, to }) =>
      key === 'after' || key === 'before' ? rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to) : rest,
    text,
  )

/** What is being written at a place of a search: after which key (null: none yet), what, and from where to where. */
export type Writing = {
  readonly key: string | null
  readonly typed: string
  readonly from: number
  readonly to: number
}

/** What is being written at the caret. */
export function writingAt(text: string, caret: number): Writing {
  const token = tokensOf(text).tokens.find(({ from, to }) => from <= caret && caret <= to)
  const value = token?.values.find(({ from, to }) => from <= caret && caret <= to)
  return { key: token?.key ?? null, typed: value?.text ?? '', from: value?.from ?? caret, to: value?.to ?? caret }
}

/** The search with this text put where one writes, and the caret after it; a key is followed by its value at once. */
export function completed(text: string, { from, to }: Writing, insert: string): { text: string; caret: number } {
  const added = insert.endsWith(':') ? insert : `${insert} `
  return { text: text.slice(0, from) + added + text.slice(to).trimStart(), caret: from + added.length }
}

/** A value as a search has it: in quotation marks where it needs them. */
export const quoted = (value: string): string =>
  /^[^\s,:"“”„\\-][^\s,:"“”„\\]*$/.test(value) ? value : `"${value.replace(/["“”„\\]/g, '\\$&')}"`
