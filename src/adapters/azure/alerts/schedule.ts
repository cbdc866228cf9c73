// EvaluationSchedule on Azure Table storage: a row each, in order of time.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import type { HealthCheck } from '../../../ports/health-check.ts'
import type { EvaluationSchedule, ScheduledEvaluation, ScheduleEntry } from '../../../ports/schedule.ts'
import { timeKey, timeKeyAfter } from '../../ordering/alerts.ts'
import { type RowCheck, readable } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, isNotFound, isOutdated, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'

// PartitionKey  RowKey          holds
// ScheduledEvaluation          <time>__<guid>  nothing: the time (15 digits, Unix ms) and the organization are in the key

export const scheduleTableName = 'schedule'

const partitionKey = 'Schedule'
const deletesAtOnce = 20
/** Most rows the service gives in one answer. */
const answerRowsMax = 1_000
const what = 'schedule'

/** The schedule entries in a storage account; the table is created at first use. */
export function tableSchedule(storage: Storage): EvaluationSchedule & HealthCheck {
  const opened = openedTable(storage, scheduleTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    add: (entry) =>
      using(async (table) => {
        const { etag } = await table.upsertEntity({ partitionKey, rowKey: keyOf(entry) }, 'Replace', bounded())
        return { ...entry, version: v.parse(v.string(), etag) }
      }),
    due: (at, limit) => using((table) => due(table, at, limit)),
    cancel: (entries) =>
      using(async (table) => {
        await inParallel(entries, deletesAtOnce, (entry) => cancel(table, entry))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, partitionKey, timeKey(0))
      }),
  }
}

const keyOf = ({ at, organizationId }: ScheduledEvaluation): string => `${timeKey(at)}__${organizationId}`

// A key of another form than ours would never be forgotten: it would be due for ever.
const ScheduleRow = v.pipe(
  v.object({
    partitionKey: v.literal(partitionKey),
    rowKey: v.pipe(v.string(), v.regex(/^\d{15}__/)),
    etag: v.string(),
  }),
  v.transform(({ rowKey, etag }) => {
    return { at: Number(rowKey.slice(0, 15)), organizationId: rowKey.slice(17), version: etag, rowKey }
  }),
  v.object({ at: v.number(), organizationId: Guid, version: v.string(), rowKey: v.string() }),
  v.check((entry) => keyOf(entry) === entry.rowKey, 'another key'),
)

function wakeIn(row: unknown): ScheduleEntry {
  const { organizationId, at, version } = v.parse(ScheduleRow, row)
  return { organizationId, at, version }
}

/** Throws for a row of this table that cannot be read. */
export const checkScheduleRow: RowCheck = (row) => {
  wakeIn(row)
}

/** Rows that cannot be read are passed over, and stay: the organization of one is due by its other schedule entries alone. */
async function due(table: Table, at: number, limit: number): Promise<ScheduleEntry[]> {
  const schedule: ScheduleEntry[] = []
  if (at < 0 || limit < 1) return schedule
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey lt ${timeKeyAfter(at)}`
  const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] }
  const rows = table.listEntities({ queryOptions, ...bounded() })
  for await (const page of rows.byPage({ maxPageSize: Math.min(limit, answerRowsMax) })) {
    for (const row of page) {
      const keys = { partitionKey, rowKey: v.parse(v.string(), row.rowKey) }
      const entry = await readable(table, keys, () => wakeIn(row))
      if (entry) schedule.push(entry)
    }
    if (schedule.length >= limit) break
  }
  return schedule.slice(0, limit)
}

async function cancel(table: Table, entry: ScheduleEntry): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, keyOf(entry), { etag: entry.version, ...bounded() })
  } catch (error) {
    if (!isNotFound(error) && !isOutdated(error)) throw error
  }
}
