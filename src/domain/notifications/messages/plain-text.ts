// Text for messages: names become one harmless line, and long text is cut between characters. Pure.
import { wellFormedText } from '../../texts.ts'

/**
 * A value as one line of text: what would break or turn the line (control characters, line ends, marks of direction)
 * becomes a space, half a surrogate pair a replacement character.
 */
export const plain = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .trim()

/** A text of at most so many UTF-16 units: a longer one ends with an ellipsis. */
export const cut = (text: string, charsMax: number): string =>
  text.length <= charsMax ? text : `${text.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

/** A JSON value with no text longer, and no array or object larger, than these. */
function shortened(value: unknown, charsMax: number, membersMax: number): unknown {
  if (typeof value === 'string') return cut(value, charsMax)
  if (Array.isArray(value)) return value.slice(0, membersMax).map((each) => shortened(each, charsMax, membersMax))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, membersMax)
      .map(([name, each]) => [name, shortened(each, charsMax, membersMax)]),
  )
}

const lengths = [
  [8_000, 500],
  [1_000, 100],
  [200, 50],
  [60, 20],
] as const

/** The JSON of a value, well-formed, in at most so many bytes: if it is larger, its texts and lists are cut, ever shorter. */
export function jsonWithin(bytesMax: number, value: unknown): string {
  const texts = [() => JSON.stringify(value)]
  for (const [chars, members] of lengths) texts.push(() => JSON.stringify(shortened(value, chars, members)))
  for (const text of texts) {
    const written = wellFormedText(text())
    if (Buffer.byteLength(written) <= bytesMax) return written
  }
  return JSON.stringify(null)
}
