// ApiKeys on Azure Table storage: an organization's keys are one row, replaced as a whole and only as it was read.
import type { TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { ApiKey } from '../domain/api-keys.ts'
import type { Guid } from '../domain/guid.ts'
import { type ApiKeys, Unavailable } from '../ports.ts'
import { bounded, isNotFound, openedTable, reach, type Storage } from './azure-storage.ts'
import { fenced } from './fenced-writes.ts'

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
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    keysOf: (organizationId) => using(async (table) => (await read(table, organizationId)).keys),
    change: (organizationId, change) =>
      using(async (table) => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const known = await read(table, organizationId)
          const changed = change(known.keys)
          if (changed.kind === 'refused' || (await write(table, organizationId, changed.keys, known.etag))) {
            return changed
          }
        }
        throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
      }),
  }
}

type Known = { readonly keys: readonly ApiKey[]; readonly etag?: string }

const Row = v.object({ Data: v.pipe(v.string(), v.parseJson(), v.array(ApiKey)), etag: v.string() })

async function read(table: TableClient, organizationId: Guid): Promise<Known> {
  try {
    const row = v.parse(Row, await table.getEntity(partitionOf(organizationId), rowKey, bounded()))
    return { keys: row.Data, etag: row.etag }
  } catch (error) {
    if (isNotFound(error)) return { keys: [] }
    throw error
  }
}

/** Writes the row over the one with this etag, or as a new one; false when it is no longer so. */
async function write(table: TableClient, organizationId: Guid, keys: readonly ApiKey[], etag?: string) {
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
