// Keys in one row of a table, replaced as a whole and only as it was read: the most keys there may be hold however many are made at once.
import * as v from 'valibot'
import type { ApiKey, KeysChange } from '../../../domain/keys/api-keys.ts'
import { Damaged } from '../../../ports/errors.ts'
import { fenced, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { readable } from '../damaged-rows.ts'
import type { Row, RowKeys } from '../rows.ts'
import type { Table } from '../table.ts'

// PartitionKey          RowKey      holds
// Organization=<guid>   Keys        every key of the organization with its secrets' hashes, as JSON: apiKeysMax of them fit into
//                                   the 32 Ki characters of a property
// Servers               ServerKeys  every server key, likewise, as JSON in several columns

export const apiKeyTableName = 'apikey'

/** How keys of one kind are stored: `listIn` throws when a row has no list of them. */
export type KeyFormat<K extends ApiKey> = {
  readonly schema: v.GenericSchema<unknown, K>
  readonly keysMax: number
  readonly listIn: (row: Row) => readonly unknown[]
  readonly columnsOf: (keys: readonly unknown[]) => Row
}

type Known<K> = {
  readonly keys: readonly K[]
  /** Keys that cannot be read, as they are stored: they give no token, and a change leaves them as they are. */
  readonly unreadable: readonly unknown[]
  readonly etag?: string
}

/** Throws `Damaged` when the list of keys cannot be read: "no keys" would be a wrong result. */
export async function readKeys<K extends ApiKey>(table: Table, row: RowKeys, format: KeyFormat<K>): Promise<Known<K>> {
  const found = await table.row(row)
  if (!found) return { keys: [], unreadable: [] }
  const list = await readable(table, row, () => format.listIn(found))
  if (!list) throw new Damaged(table.store, new Error('a row is damaged'))
  const each = await Promise.all(
    list.map(async (data) => ({ data, key: await readable(table, row, () => v.parse(format.schema, data)) })),
  )
  return {
    keys: each.flatMap(({ key }) => key ?? []),
    unreadable: each.flatMap(({ key, data }) => (key ? [] : [data])),
    etag: found.etag,
  }
}

/** Changes the keys of a row; damaged ones count towards the most there may be, and stay as they are. */
export const changeKeys = <K extends ApiKey>(
  table: Table,
  row: RowKeys,
  format: KeyFormat<K>,
  change: (keys: readonly K[]) => KeysChange<K>,
): Promise<KeysChange<K>> =>
  untilNotOvertaken<KeysChange<K>>(table, async () => {
    const known = await readKeys(table, row, format)
    const changed = change(known.keys)
    if (changed.kind === 'refused') return changed
    const keys = [...changed.keys, ...known.unreadable]
    const adds = changed.keys.length > known.keys.length
    if (adds && keys.length > format.keysMax) return { kind: 'refused', reason: 'too-many-keys' }
    return (await write(table, { ...row, ...format.columnsOf(keys) }, known.etag)) ? changed : overtaken
  })

/** Writes the row over the one with this ETag, or as a new one; false when another write was faster. */
async function write(table: Table, row: RowKeys & Row, etag?: string): Promise<boolean> {
  const written = await fenced(table, row, (mark) =>
    etag === undefined ? table.insert({ ...row, ...mark }) : table.replace({ ...row, ...mark }, etag),
  )
  return written !== undefined
}
