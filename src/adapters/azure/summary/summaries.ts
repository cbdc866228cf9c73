// Summaries on Azure Table storage: a row a day, and the progress with which each step is stored in one transaction.
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import type { Day, DayCounts } from '../../../domain/summary/summary.ts'
import {
  daysPerStepMax,
  type Summaries,
  type SummaryProgress,
  type SummaryStep,
} from '../../../ports/counts/summaries.ts'
import { EntryTooLarge } from '../../../ports/errors.ts'
import { replacing, transactionsOf, writing } from '../batches.ts'
import { fenced } from '../compare-and-swap.ts'
import {
  checkCountedProgress,
  countAnew,
  countedProgressColumns,
  countedProgressKey,
  countedProgressOf,
  refuseDamaged,
} from '../counted-progress.ts'
import { checksByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Row, RowRange, StoredRow } from '../rows.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey         RowKey            holds
// Organization=<guid>  Progress          the cursor in the feed and when the last counted event was stored; or 'anew':
//                                        a row could not be read, so every day is deleted and counted anew
// Organization=<guid>  Day=<YYYY-MM-DD>  the day's counts

export const summaryTableName = 'summary'

const dayKey = (day: Day) => `Day=${day}`
const readsAtOnce = 20

/** The summaries in a storage account; the table is created at first use. */
export function tableSummaries(storage: Storage): Summaries {
  const table = openTable(storage, summaryTableName, 'summary store')

  return {
    progressOf: (id) => countedProgressOf(table, partitionOf(id), allDays(partitionOf(id))),
    daysOf: async (id, days) => {
      const partitionKey = partitionOf(id)
      const rows = await inParallel(days, readsAtOnce, (day) => table.row({ partitionKey, rowKey: dayKey(day) }))
      const found = rows.filter((row) => row !== undefined)
      return daysIn(table, partitionKey, found)
    },
    daysBetween: async (id, from, to) => {
      const partitionKey = partitionOf(id)
      const rows = await table.rows({ partitionKey, from: dayKey(from), before: `${dayKey(to)}~` })
      return daysIn(table, partitionKey, rows)
    },
    commit: (id, progress, step) => commit(table, partitionOf(id), progress, step),
    startAnew: (id) => countAnew(table, partitionOf(id), allDays(partitionOf(id))),
    check: table.check,
  }
}

const allDays = (partitionKey: string): RowRange => ({ partitionKey, from: dayKey(''), before: `${dayKey('')}~` })

/** The days of these rows. When one cannot be read, the progress says from then on that all is to be counted anew. */
async function daysIn(table: Table, partitionKey: string, rows: readonly StoredRow[]): Promise<Map<Day, DayCounts>> {
  const days = new Map<Day, DayCounts>()
  let unread = 0
  for (const row of rows) {
    const keys = { partitionKey, rowKey: row.rowKey }
    const read = await readable(table, keys, () => [dayIn(row), countsIn(row)] as const)
    if (read) days.set(...read)
    else unread += 1
  }
  if (unread === 0) return days
  return refuseDamaged(table, partitionKey)
}

async function commit(
  table: Table,
  partitionKey: string,
  { version }: SummaryProgress,
  { checkpoint, countedTo, days }: SummaryStep,
): Promise<SummaryProgress | undefined> {
  if (days.size > daysPerStepMax) throw new RangeError('a step has too many days')
  const fence = { partitionKey, rowKey: countedProgressKey, ...countedProgressColumns({ checkpoint, countedTo }) }
  const dayRows = [...days].map(([day, counts]) =>
    writing({ partitionKey, rowKey: dayKey(day), ...jsonColumns('Data', packed(counts)) }),
  )
  const etag = await fenced(table, fence, async (mark) => {
    const actions = [replacing({ ...fence, ...mark }, version), ...dayRows]
    if (transactionsOf(actions.map((action) => [action])).length > 1) throw new EntryTooLarge()
    return table.submit(actions)
  })
  return etag === undefined ? undefined : { checkpoint, countedTo, version: etag }
}

const count = v.number()
/** As few characters as possible: a day of many people is long. */
const Packed = v.object({
  types: v.array(v.tuple([count, count])),
  unknownTypes: count,
  users: v.array(v.tuple([Guid, count, count, count, count, v.nullable(count)])),
  addresses: v.array(v.tuple([v.string(), count])),
})

function packed({ types, unknownTypes, users, addresses }: DayCounts): v.InferOutput<typeof Packed> {
  return {
    types: [...types],
    unknownTypes,
    users: [...users].map(([id, { events, failedLogins, views, copies, lastAt }]) => {
      return [id, events, failedLogins, views, copies, lastAt]
    }),
    addresses: [...addresses],
  }
}

function countsIn(row: Row): DayCounts {
  const { types, unknownTypes, users, addresses } = jsonIn(row, 'Data', Packed)
  return {
    types: new Map(types),
    unknownTypes,
    users: new Map(
      users.map(([id, events, failedLogins, views, copies, lastAt]) => {
        return [id, { events, failedLogins, views, copies, lastAt }] as const
      }),
    ),
    addresses: new Map(addresses),
  }
}

const DayKey = v.object({ rowKey: v.pipe(v.string(), v.regex(/^Day=\d{4}-\d\d-\d\d$/)) })
const dayIn = (row: Row): Day => v.parse(DayKey, row).rowKey.slice(dayKey('').length)

const repair = { kind: 'evaluate', advice: 'The next evaluation of the organization counts its events anew.' } as const

/** How rows of this table are checked, and what to do about damaged ones. */
export const summaryRows = checksByKind({
  [countedProgressKey]: { check: checkCountedProgress, repair },
  Day: { check: (row) => [dayIn(row), countsIn(row)], repair },
})
