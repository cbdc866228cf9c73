// ApiKeys on Azure Table storage: an organization's keys are one row, replaced as a whole and only as it was read.
import * as v from 'valibot'
import type { Guid } from '../../../domain/guid.ts'
import { ApiKey, apiKeysMax } from '../../../domain/keys/api-keys.ts'
import { Damaged } from '../../../ports/errors.ts'
import type { ApiKeys } from '../../../ports/keys.ts'
import { fenced, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { checksByKind, readable } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey          RowKey  holds
// Organization=<guid>   Keys    every key of the organization with its secrets' hashes, as JSON: apiKeysMax of them fit into the
//                               32 Ki characters of a property. With one row, the limit holds however many keys are made at once

export const apiKeyTableName = 'apikey'

const rowKey = 'Keys'

/** The API keys in a storage account; the table is created at first use. */
export function tableApiKeys(storage: Storage): ApiKeys {
  const table = openTable(storage, apiKeyTableName, 'key store')

  return {
    keysOf: async (organizationId) => (await read(table, organizationId)).keys,
    hasDamaged: async (organizationId) => (await read(table, organizationId)).unreadable.length > 0,
    change: (organizationId, change) =>
      untilNotOvertaken(table, async () => {
        const known = await read(table, organizationId)
        const changed = change(known.keys)
        if (changed.kind === 'refused') return changed
        const keys = [...changed.keys, ...known.unreadable]
        const adds = changed.keys.length > known.keys.length
        if (adds && keys.length > apiKeysMax) return { kind: 'refused', reason: 'too-many-keys' }
        return (await write(table, organizationId, keys, known.etag)) ? changed : overtaken
      }),
  }
}

type Known = {
  readonly keys: readonly ApiKey[]
  /** Keys that cannot be read, as they are stored: they give no token, and a change leaves them as they are. */
  readonly unreadable: readonly unknown[]
  readonly etag?: string
}

const KeysRow = v.object({ Data: v.pipe(v.string(), v.parseJson(), v.array(v.unknown())) })

/** Throws `Damaged` when the list of keys cannot be read: "no keys" would be a wrong result. */
async function read(table: Table, organizationId: Guid): Promise<Known> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey }
  const found = await table.row(keys)
  if (!found) return { keys: [], unreadable: [] }
  const row = await readable(table, keys, () => v.parse(KeysRow, found))
  if (!row) throw new Damaged(table.store, new Error('a row is damaged'))
  const each = await Promise.all(
    row.Data.map(async (data) => ({ data, key: await readable(table, keys, () => v.parse(ApiKey, data)) })),
  )
  return {
    keys: each.flatMap(({ key }) => key ?? []),
    unreadable: each.flatMap(({ key, data }) => (key ? [] : [data])),
    etag: found.etag,
  }
}

/** Writes the row over the one with this ETag, or as a new one; false when another write was faster. */
async function write(table: Table, organizationId: Guid, keys: readonly unknown[], etag?: string): Promise<boolean> {
  const row = { partitionKey: partitionOf(organizationId), rowKey, Data: JSON.stringify(keys) }
  const written = await fenced(table, row, (mark) =>
    etag === undefined ? table.insert({ ...row, ...mark }) : table.replace({ ...row, ...mark }, etag),
  )
  return written !== undefined
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const apiKeyRows = checksByKind({
  [rowKey]: {
    check: (row) => {
      v.parse(v.object({ rowKey: v.literal(rowKey), Data: v.pipe(v.string(), v.parseJson(), v.array(ApiKey)) }), row)
    },
    repair: {
      kind: 'leave',
      advice: 'Mend its JSON by hand, or delete the row and make the organization’s API keys anew.',
    },
  },
})
