// Texts from outside: each is well-formed Unicode; a name is one line that reads in one direction. Pure.
import * as v from 'valibot'
import { Shallow } from './nesting.ts'

// C0, DEL, C1, and the line and paragraph separators.
const control = /[\p{Cc}\u2028\u2029]/u
/**
 * Embeddings, overrides and isolates (UAX 9): they change the direction of the text that follows, even after the name. The
 * marks U+200E, U+200F and U+061C are allowed: names in Arabic or Hebrew need them beside digits, and they affect only
 * their neighbours.
 */
const direction = /[\u202a-\u202e\u2066-\u2069]/
const hidden = new RegExp(`${control.source}|${direction.source}`, 'gu')

/** A text with U+FFFD for each lone surrogate, so that every receiver can read it. */
export const wellFormed = v.pipe(
  v.string(),
  v.transform((text) => text.toWellFormed()),
)

/** Refuses control characters, line ends included. */
export const withoutControls = v.check((text: string) => !control.test(text), 'holds control characters')

/** Refuses characters that change the direction of text. */
export const withoutDirections = v.check(
  (text: string) => !direction.test(text),
  'holds characters that turn the direction of text',
)

/**
 * A name that a person enters: well-formed, trimmed, then of 1 to `charsMax` UTF-16 units. Refuses control characters, line
 * ends and characters that change the direction of text, also at its ends.
 */
export const nameOf = (charsMax: number) =>
  v.pipe(wellFormed, withoutControls, withoutDirections, v.trim(), v.minLength(1), v.maxLength(charsMax))

/**
 * A text of one or several lines that a person enters: well-formed, with `\n` as the line end, trimmed, then of `charsMin` to
 * `charsMax` UTF-16 units. Refuses other control characters, and characters that change the direction of text.
 */
export const linesOf = (charsMin: number, charsMax: number) =>
  v.pipe(
    wellFormed,
    v.transform((text) => text.replaceAll('\r\n', '\n')),
    v.check((text) => !control.test(text.replaceAll('\n', '')), 'holds control characters'),
    withoutDirections,
    v.trim(),
    v.minLength(charsMin),
    v.maxLength(charsMax),
  )

/**
 * A text of another system, such as a name in a vault: at most `charsMax` UTF-16 units, and never refused for its content.
 * Each control character, line end and change of direction becomes a blank, each lone surrogate U+FFFD; the length stays.
 */
export const foreignText = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax), v.transform(cleaned))

/** Cleans a text as `foreignText` does. */
export const cleaned = (text: string): string => text.toWellFormed().replace(hidden, ' ')

/** Makes every text and property name of a JSON value well-formed; returns the same value if they are. Not for deeply nested values. */
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

// A surrogate pair, a lone surrogate, any other escape: in this order, so that no match begins inside an escape.
const escapes = /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(\\ud[89a-f][0-9a-f]{2})|\\./gi

/**
 * Replaces lone surrogates, which `JSON.stringify` escapes, by U+FFFD in its output: rows of earlier releases may hold
 * them, and many receivers refuse such a text.
 */
export const wellFormedText = (json: string): string =>
  json.includes('\\ud')
    ? json.replace(escapes, (found, lone?: string) => (lone === undefined ? found : '\ufffd'))
    : json
