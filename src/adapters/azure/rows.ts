// Values as JSON in columns of a table row: over several columns when one does not hold them, whatever text is in them.
import type { TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { EntryTooLarge } from '../../ports/errors.ts'
import { bounded, isNotFound } from './storage.ts'

/** Longest piece of JSON in one column, in UTF-16 units: a property holds 64 KiB, which is 32,768 of them. */
const columnCharsMax = 30_000
/** Most columns of one value: with them a row is just below the 1 MiB that it may have. */
const columnsMax = 16

/** A row as it was read. */
export type Row = Readonly<Record<string, unknown>>

/**
 * The columns of a value as JSON: `<name>0`, `<name>1` and so on, and their number as `<name>Parts`, by which columns that
 * an earlier, longer value left behind are told. Line ends are escaped: the emulator misreads a transaction that has U+2028.
 * Throws `EntryTooLarge` beyond 480,000 UTF-16 units of JSON.
 */
export function jsonColumns(name: string, value: unknown): Record<string, string | number> {
  const parts = partsOf(JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'))
  if (parts.length > columnsMax) throw new EntryTooLarge()
  return Object.fromEntries([[`${name}Parts`, parts.length], ...parts.map((part, index) => [`${name}${index}`, part])])
}

/** Splits a text, never between the two halves of a character. JSON has no half ones of its own: it escapes them. */
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

/** Deletes a row; one that is gone already is as good. */
export async function deleteRow(table: TableClient, partitionKey: string, rowKey: string): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, rowKey, bounded())
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Reads a row by its key; undefined when there is none. `columns` names those wanted, all when absent. */
export async function rowOf(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
  columns?: readonly string[],
): Promise<Row | undefined> {
  const options = columns ? { queryOptions: { select: [...columns] }, ...bounded() } : bounded()
  try {
    return await table.getEntity<Record<string, unknown>>(partitionKey, rowKey, options)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
