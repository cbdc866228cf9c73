// EvaluationSchedule on Azure Table storage: a row for each entry, in order of time.
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import type { EvaluationSchedule, ScheduledEvaluation, ScheduleEntry } from '../../../ports/alerts/schedule.ts'
import type { HealthCheck } from '../../../ports/health-check.ts'
import { type RowChecks, readableRows } from '../damaged-rows.ts'
import type { Row } from '../rows.ts'
import type { Storage } from '../storage.ts'
import { openTable } from '../table.ts'
import { timeKey, timeKeyAfter } from '../time-keys.ts'

// PartitionKey  RowKey                  holds
// Schedule      <time>__<organization>  nothing: the time (15 digits, Unix ms) and the organization are in the key

export const scheduleTableName = 'schedule'

const partitionKey = 'Schedule'
const deletesAtOnce = 20

/** The schedule in a storage account; the table is created at first use. */
export function tableSchedule(storage: Storage): EvaluationSchedule & HealthCheck {
  const table = openTable(storage, scheduleTableName, 'schedule')

  return {
    add: async (entry) => ({ ...entry, version: await table.upsert({ partitionKey, rowKey: keyOf(entry) }) }),
    // A row that cannot be read is skipped, and stays: its organization is due by its other entries alone.
    due: async (at, limit) => {
      if (at < 0) return []
      const range = { partitionKey, from: '', before: timeKeyAfter(at), columns: [] }
      return (await readableRows(table, range, limit, entryIn)).map(({ value }) => value)
    },
    cancel: async (entries) => {
      await inParallel(entries, deletesAtOnce, (entry) =>
        table.remove({ partitionKey, rowKey: keyOf(entry) }, entry.version),
      )
    },
    check: table.check,
  }
}

const keyOf = ({ at, organizationId }: ScheduledEvaluation): string => `${timeKey(at)}__${organizationId}`

// With a key of another form, cancel would never find the row: the entry would be due for ever.
const ScheduleRow = v.pipe(
  v.object({ rowKey: v.pipe(v.string(), v.regex(/^\d{15}__/)), etag: v.string() }),
  v.transform(({ rowKey, etag }) => {
    return { at: Number(rowKey.slice(0, 15)), organizationId: rowKey.slice(17), version: etag, rowKey }
  }),
  v.object({ at: v.number(), organizationId: Guid, version: v.string(), rowKey: v.string() }),
  v.check((entry) => keyOf(entry) === entry.rowKey, 'another key'),
)

function entryIn(row: Row): ScheduleEntry {
  const { organizationId, at, version } = v.parse(ScheduleRow, row)
  return { organizationId, at, version }
}

const InPartition = v.object({ partitionKey: v.literal(partitionKey) })

/** How rows of this table are checked, and what to do about damaged ones. */
export const scheduleRows: RowChecks = {
  check: (row) => [v.parse(InPartition, row), entryIn(row)],
  repairOf: () => ({
    kind: 'delete',
    advice: 'It says when an organization is evaluated next. Instead, each organization is evaluated once.',
  }),
}
