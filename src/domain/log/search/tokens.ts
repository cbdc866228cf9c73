// A search as it is written, in tokens with their places: `who:alice`, `-device:cli`, `"cloud root"`. Pure and total.
import { parseNetwork } from '../../addresses.ts'

/** A place in a text: from `from` to before `to`, in UTF-16 units. */
type Place = { readonly from: number; readonly to: number }

/** What is wrong with a search, where, and what to write. */
export type SearchProblem = Place & { readonly message: string }

/** A problem in one line, with its place counted from 1. */
export const problemLine = ({ from, message }: SearchProblem): string => `character ${from + 1}: ${message}`

/** A value without its quotation marks. */
export type Value = Place & { readonly text: string }

/** One condition as it is written; the key is in lower case, null for values alone. */
export type Token = Place & {
  readonly negated: boolean
  readonly key: string | null
  readonly values: readonly Value[]
}

type Tokens = { readonly tokens: readonly Token[]; readonly problems: readonly SearchProblem[] }

const keyForm = /([a-z]+):/iy
const blanks = /\s*/y
const plainForm = /[^\s,"“”„]*/y
/** Word processors write other quotation marks than keyboards. */
const quotedForm = /["“”„]((?:[^"“”„\\]|\\[\s\S])*)(["“”„]?)/y

/** Splits a text into tokens at blanks outside quotation marks. A backslash in quotation marks takes the next character as it is. */
export function tokensOf(text: string): Tokens {
  const problems: SearchProblem[] = []
  const tokens: Token[] = []
  let at = lengthOf(blanks, text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at, problems)
    tokens.push(token)
    at = token.to + lengthOf(blanks, text, token.to)
  }
  return { tokens, problems }
}

const lengthOf = (form: RegExp, text: string, at: number): number => matchAt(form, text, at)?.[0].length ?? 0

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at
  return form.exec(text)
}

function tokenAt(text: string, from: number, problems: SearchProblem[]): Token {
  const negated = text[from] === '-'
  const begin = negated ? from + 1 : from
  // An IPv6 address may begin like a key: `fe:…`.
  const [word = ''] = /^\S*/.exec(text.slice(begin)) ?? []
  const key = parseNetwork(word) ? null : (matchAt(keyForm, text, begin)?.[1] ?? null)
  const values: Value[] = []
  let at = key === null ? begin : begin + key.length + 1
  for (let more = true; more; ) {
    const value = valueAt(text, at, problems)
    if (value.from === value.to) problems.push(missing(text, { from, to: Math.max(at, from + 1) }))
    else values.push(value)
    at = value.to
    more = text[at] === ','
    if (more) at += 1
  }
  return { negated, key: key?.toLowerCase() ?? null, values, from, to: Math.max(at, from + 1) }
}

function valueAt(text: string, from: number, problems: SearchProblem[]): Value {
  const quoted = matchAt(quotedForm, text, from)
  if (!quoted) {
    const to = from + lengthOf(plainForm, text, from)
    return { text: text.slice(from, to), from, to }
  }
  const [all, inner = '', end] = quoted
  const to = from + all.length
  if (!end) problems.push({ from, to, message: 'the quotation mark has no second one; write " at the end of the name' })
  return { text: inner.replace(/\\([\s\S])/g, '$1'), from, to }
}

const missing = (text: string, place: Place): SearchProblem => ({
  ...place,
  message: `a value is missing after "${text.slice(place.from, place.to)}"; write it there, without a blank between`,
})
