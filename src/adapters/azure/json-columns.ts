// Values as JSON in columns of a table row: over several columns when one does not hold them.
import * as v from 'valibot'
import { EntryTooLarge } from '../../ports/errors.ts'
import type { Row } from './rows.ts'

/** Longest piece of JSON in one column, in UTF-16 units: a property holds 64 KiB, which is 32,768 of them. */
const columnCharsMax = 30_000
/** Most columns of one value: with them a row is just below the 1 MiB that it may have. */
const columnsMax = 16

/**
 * The columns of a value as JSON: `<name>0`, `<name>1` and so on, and their number as `<name>Parts`, since
 * a merge leaves the columns of an earlier, longer value behind. Line ends are escaped: the emulator misreads a transaction that has U+2028.
 * Throws `EntryTooLarge` beyond 480,000 UTF-16 units of JSON.
 */
export function jsonColumns(name: string, value: unknown): Record<string, string | number> {
  const parts = partsOf(JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'))
  if (parts.length > columnsMax) throw new EntryTooLarge()
  return Object.fromEntries([[`${name}Parts`, parts.length], ...parts.map((part, index) => [`${name}${index}`, part])])
}

/** Splits a text, never between the two halves of a character. JSON itself has no halves: it escapes them. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    const piece = text.slice(start, start + columnCharsMax)
    const end = start + piece.length - (piece.isWellFormed() ? 0 : 1)
    parts.push(text.slice(start, end))
    start = end
  }
  return parts
}

/** Reads a value back from its columns; throws when the row does not hold such a value. */
export function jsonIn<T>(row: Row, name: string, schema: v.GenericSchema<unknown, T>): T {
  const count = v.parse(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(columnsMax)), row[`${name}Parts`])
  const parts = Array.from({ length: count }, (_, index) => v.parse(v.string(), row[`${name}${index}`]))
  return v.parse(schema, JSON.parse(parts.join('')))
}
