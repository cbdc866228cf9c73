// Wakes on Azure Table storage: a row each, in order of time.
import { odata, type TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../domain/guid.ts'
import { inParallel } from '../parallel.ts'
import type { Checked, NotedWake, Wake, Wakes } from '../ports.ts'
import { timeKey, timeKeyAfter } from './alert-keys.ts'
import { bounded, isNotFound, isOutdated, openedTable, reach, type Storage } from './azure-storage.ts'
import { rowOf } from './table-json.ts'

// PartitionKey  RowKey          holds
// Wake          <time>__<guid>  nothing: the time (15 digits, Unix ms) and the organization are in the key

export const checkpointTableName = 'checkpoint'

const partitionKey = 'Wake'
const deletesAtOnce = 20
/** Most rows the service gives in one answer. */
const answerRowsMax = 1_000
const what = 'wakes'

/** The wakes in a storage account; the table is created at first use. */
export function tableWakes(storage: Storage): Wakes & Checked {
  const opened = openedTable(storage, checkpointTableName)
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    note: (wake) =>
      using(async (table) => {
        const { etag } = await table.upsertEntity({ partitionKey, rowKey: keyOf(wake) }, 'Replace', bounded())
        return { ...wake, version: v.parse(v.string(), etag) }
      }),
    due: (at, limit) => using((table) => due(table, at, limit)),
    forget: (wakes) =>
      using(async (table) => {
        await inParallel(wakes, deletesAtOnce, (wake) => forget(table, wake))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, partitionKey, timeKey(0))
      }),
  }
}

const keyOf = ({ at, organizationId }: Wake): string => `${timeKey(at)}__${organizationId}`

const Row = v.pipe(
  v.object({ rowKey: v.pipe(v.string(), v.regex(/^\d{15}__/)), etag: v.string() }),
  v.transform(({ rowKey, etag }) => ({
    at: Number(rowKey.slice(0, 15)),
    organizationId: rowKey.slice(17),
    version: etag,
  })),
  v.object({ at: v.number(), organizationId: Guid, version: v.string() }),
)

async function due(table: TableClient, at: number, limit: number): Promise<NotedWake[]> {
  const wakes: NotedWake[] = []
  if (at < 0 || limit < 1) return wakes
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey lt ${timeKeyAfter(at)}`
  const rows = table.listEntities({ queryOptions: { filter, select: ['RowKey'] }, ...bounded() })
  for await (const page of rows.byPage({ maxPageSize: Math.min(limit, answerRowsMax) })) {
    wakes.push(...v.parse(v.array(Row), page))
    if (wakes.length >= limit) break
  }
  return wakes.slice(0, limit)
}

async function forget(table: TableClient, wake: NotedWake): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, keyOf(wake), { etag: wake.version, ...bounded() })
  } catch (error) {
    if (!isNotFound(error) && !isOutdated(error)) throw error
  }
}
