// Wakes on Azure Table storage: a row each, in order of time.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import type { Checked } from '../../../ports/health-check.ts'
import type { NotedWake, Wake, Wakes } from '../../../ports/schedule.ts'
import { timeKey, timeKeyAfter } from '../../ordering/alerts.ts'
import { type RowCheck, readable } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, isNotFound, isOutdated, openedTable, reach, type Storage, type Table } from '../storage.ts'

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
  const using = <T>(work: (table: Table) => Promise<T>) => reach(what, async () => work(await opened()))

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

// A key of another form than ours would never be forgotten: it would be due for ever.
const WakeRow = v.pipe(
  v.object({
    partitionKey: v.literal(partitionKey),
    rowKey: v.pipe(v.string(), v.regex(/^\d{15}__/)),
    etag: v.string(),
  }),
  v.transform(({ rowKey, etag }) => {
    return { at: Number(rowKey.slice(0, 15)), organizationId: rowKey.slice(17), version: etag, rowKey }
  }),
  v.object({ at: v.number(), organizationId: Guid, version: v.string(), rowKey: v.string() }),
  v.check((wake) => keyOf(wake) === wake.rowKey, 'another key'),
)

function wakeIn(row: unknown): NotedWake {
  const { organizationId, at, version } = v.parse(WakeRow, row)
  return { organizationId, at, version }
}

/** Throws for a row of this table that cannot be read. */
export const checkWakeRow: RowCheck = (row) => {
  wakeIn(row)
}

/** Rows that cannot be read are passed over, and stay: the organization of one is due by its other wakes alone. */
async function due(table: Table, at: number, limit: number): Promise<NotedWake[]> {
  const wakes: NotedWake[] = []
  if (at < 0 || limit < 1) return wakes
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey lt ${timeKeyAfter(at)}`
  const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] }
  const rows = table.listEntities({ queryOptions, ...bounded() })
  for await (const page of rows.byPage({ maxPageSize: Math.min(limit, answerRowsMax) })) {
    for (const row of page) {
      const keys = { partitionKey, rowKey: v.parse(v.string(), row.rowKey) }
      const wake = await readable(table, keys, () => wakeIn(row))
      if (wake) wakes.push(wake)
    }
    if (wakes.length >= limit) break
  }
  return wakes.slice(0, limit)
}

async function forget(table: Table, wake: NotedWake): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, keyOf(wake), { etag: wake.version, ...bounded() })
  } catch (error) {
    if (!isNotFound(error) && !isOutdated(error)) throw error
  }
}
