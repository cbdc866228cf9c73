// Texts at the edge: every one is well-formed Unicode; a name is one line that reads in one direction. Pure.
import * as v from 'valibot'
import { Shallow } from './nesting.ts'

// C0, DEL, C1, and the separators of lines and paragraphs.
const control = /[\p{Cc}\u2028\u2029]/u
/**
 * Embeddings, overrides and isolates (UAX 9): they turn the text that follows, also beyond the name. The marks U+200E,
 * U+200F and U+061C stay: names in Arabic or Hebrew need them beside digits, and they turn nothing but themselves.
 */
const direction = /[\u202a-\u202e\u2066-\u2069]/
const hidden = new RegExp(`${control.source}|${direction.source}`, 'gu')

/** A text whose half surrogate pairs are U+FFFD: what every receiver can read. */
export const wellFormed = v.pipe(
  v.string(),
  v.transform((text) => text.toWellFormed()),
)

/** Refuses control characters, line ends included. */
export const withoutControls = v.check((text: string) => !control.test(text), 'holds control characters')

/** Refuses what turns the direction of text. */
export const withoutDirections = v.check(
  (text: string) => !direction.test(text),
  'holds characters that turn the direction of text',
)

/**
 * A name that a person gives: well-formed, blanks around it cut, then of 1 to `charsMax` UTF-16 units. Refuses control
 * characters, line ends and what turns the direction of text, also at its ends.
 */
export const nameOf = (charsMax: number) =>
  v.pipe(wellFormed, withoutControls, withoutDirections, v.trim(), v.minLength(1), v.maxLength(charsMax))

/**
 * A text that comes from elsewhere with much else, such as a vault's names: of `charsMax` UTF-16 units at most, and never
 * refused for what it holds. Each control character, line end and turn of direction is a blank, each half surrogate pair
 * is U+FFFD; so its length stays.
 */
export const foreignText = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax), v.transform(cleaned))

/** A text as `foreignText` keeps it. */
export const cleaned = (text: string): string => text.toWellFormed().replace(hidden, ' ')

/** A JSON value with every text and every property's name well-formed; the same value when they are. Not for what is nested deep. */
export function wellFormedJson(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) {
    const items = value.map(wellFormedJson)
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const whole = entries.map(([name, each]) => [name.toWellFormed(), wellFormedJson(each)] as const)
  const changed = whole.some(([name, each], index) => name !== entries[index]?.[0] || each !== entries[index]?.[1])
  return changed ? Object.fromEntries(whole) : value
}

/** Any JSON value that does not nest too deep, with well-formed texts. */
export const foreignJson = v.pipe(Shallow, v.transform(wellFormedJson))

// Two halves that belong together, one that stands alone, any other escape: in this order, so that none is read from its middle.
const escapes = /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(\\ud[89a-f][0-9a-f]{2})|\\./gi

/**
 * A JSON text as `JSON.stringify` writes it, with half surrogate pairs (which it escapes) as U+FFFD: for what leaves, since
 * rows stored earlier may hold them and many receivers read no such text.
 */
export const wellFormedText = (json: string): string =>
  json.includes('\\ud')
    ? json.replace(escapes, (found, half?: string) => (half === undefined ? found : '\ufffd'))
    : json
