// ApiKeys on Azure Table storage: an organization's keys are one row, replaced as a whole and only as it was read.
import * as v from 'valibot'
import type { Guid } from '../../../domain/guid.ts'
import { ApiKey, apiKeysMax } from '../../../domain/keys/api-keys.ts'
import { Damaged, Unavailable } from '../../../ports/errors.ts'
import type { ApiKeys } from '../../../ports/keys.ts'
import { fenced } from '../compare-and-swap.ts'
import { type RowCheck, readable } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'

// PartitionKey          RowKey  holds
// Organization=<guid>   Keys    every key of the organization with its secrets' hashes, as JSON (the most there may be fit well
//                               into the 32 Ki characters of a property); so the limit on keys holds however many are made at once

export const apiKeyTableName = 'apikey'

/** How often a change is made again because another was faster. */
const triesMax = 10
const rowKey = 'Keys'
const what = 'key store'

/** The API keys in a storage account; the table is created at first use. */
export function tableApiKeys(storage: Storage): ApiKeys {
  const opened = openedTable(storage, apiKeyTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    keysOf: (organizationId) => using(async (table) => (await read(table, organizationId)).keys),
    hasDamaged: (organizationId) => using(async (table) => (await read(table, organizationId)).unreadable.length > 0),
    change: (organizationId, change) =>
      using(async (table) => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const known = await read(table, organizationId)
          const changed = change(known.keys)
          if (changed.kind === 'refused') return changed
          const keys = [...changed.keys, ...known.unreadable]
          const adds = changed.keys.length > known.keys.length
          if (adds && keys.length > apiKeysMax) return { kind: 'refused', reason: 'too-many-keys' }
          if (await write(table, organizationId, keys, known.etag)) return changed
        }
        throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
      }),
  }
}

type Known = {
  readonly keys: readonly ApiKey[]
  /** Keys that cannot be read, as they are: they are good for nothing, and stay where others change. */
  readonly unreadable: readonly unknown[]
  readonly etag?: string
}

const Row = v.object({ Data: v.pipe(v.string(), v.parseJson(), v.array(v.unknown())), etag: v.string() })

/** Throws for a row of this table that cannot be read, or in which a key cannot. */
export const checkApiKeysRow: RowCheck = (row) => {
  v.parse(v.object({ rowKey: v.literal(rowKey), Data: v.pipe(v.string(), v.parseJson(), v.array(ApiKey)) }), row)
}

/** Throws `Damaged` when no key can be told from another: no keys would be another answer. */
async function read(table: Table, organizationId: Guid): Promise<Known> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey }
  const found = await rowOf(table, keys.partitionKey, rowKey)
  if (!found) return { keys: [], unreadable: [] }
  const row = await readable(table, keys, () => v.parse(Row, found))
  if (!row) throw new Damaged(what, new Error('a row is damaged'))
  const each = await Promise.all(
    row.Data.map(async (data) => ({ data, key: await readable(table, keys, () => v.parse(ApiKey, data)) })),
  )
  return {
    keys: each.flatMap(({ key }) => key ?? []),
    unreadable: each.flatMap(({ key, data }) => (key ? [] : [data])),
    etag: row.etag,
  }
}

/** Writes the row over the one with this etag, or as a new one; false when it is no longer so. */
async function write(table: Table, organizationId: Guid, keys: readonly unknown[], etag?: string) {
  const fence = { partitionKey: partitionOf(organizationId), rowKey, store: what }
  const written = await fenced(table, fence, async (mark) => {
    const row = { partitionKey: fence.partitionKey, rowKey, Data: JSON.stringify(keys), ...mark }
    const answer =
      etag === undefined
        ? await table.createEntity(row, bounded())
        : await table.updateEntity(row, 'Replace', { etag, ...bounded() })
    return answer.etag
  })
  return written !== undefined
}

const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`
