// Summaries on Azure Table storage: a row a day, and the progress with which each step is stored in one transaction.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import type { Day, DayCounts } from '../../../domain/summary/summary.ts'
import { Damaged, EntryTooLarge } from '../../../ports/errors.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress, type SummaryStep } from '../../../ports/summaries.ts'
import { rowsIn, transactionRowsMax, transactionsOf } from '../batches.ts'
import { fenced, type WriteMark } from '../compare-and-swap.ts'
import { checkByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn, type Row, rowOf } from '../rows.ts'
import { bounded, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'

// PartitionKey         RowKey            holds
// Organization=<guid>  Progress          the place in the feed and when the last counted event was stored; or 'anew':
//                                        a row could not be read, so that all is forgotten and counted anew
// Organization=<guid>  Day=<YYYY-MM-DD>  the day's counts

export const summaryTableName = 'summary'

const progressKey = 'Progress'
const dayKey = (day: Day) => `Day=${day}`
const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`
const readsAtOnce = 20
const what = 'summary store'

/** The summaries in a storage account; the table is created at first use. */
export function tableSummaries(storage: Storage): Summaries {
  const opened = openedTable(storage, summaryTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    progressOf: (id) => using((table) => progressOf(table, id)),
    daysOf: (id, days) =>
      using(async (table) => {
        const rows = await inParallel(days, readsAtOnce, (day) => rowOf(table, partitionOf(id), dayKey(day)))
        return daysIn(
          table,
          id,
          rows.flatMap((row) => (row ? [row] : [])),
        )
      }),
    daysBetween: (id, from, to) =>
      using(async (table) => {
        const range = { partitionKey: partitionOf(id), from: dayKey(from), before: `${dayKey(to)}~` }
        return daysIn(table, id, await rowsIn(table, range))
      }),
    commit: (id, progress, step) => using((table) => commit(table, id, progress, step)),
    startAnew: (id) => using((table) => startAnew(table, id)),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', progressKey)
      }),
  }
}

const anew = 'anew'
const StoredProgress = v.union([
  v.literal(anew),
  v.object({ place: v.nullable(v.string()), countedTo: v.nullable(v.pipe(v.number(), v.safeInteger())) }),
])

const progressRow = (partitionKey: string, stored: v.InferOutput<typeof StoredProgress>) => {
  return { partitionKey, rowKey: progressKey, ...jsonColumns('Data', stored) }
}
const damaged = () => new Damaged(what, new Error('a row cannot be read'))

async function progressOf(table: Table, id: Guid): Promise<SummaryProgress> {
  const partitionKey = partitionOf(id)
  const row = await rowOf(table, partitionKey, progressKey)
  if (!row) {
    // Days without a progress are of one that somebody deleted: counted on, they would be counted twice.
    if ((await daysLeft(table, partitionKey, 1)).length > 0) throw damaged()
    return { checkpoint: null, countedTo: null, version: null }
  }
  const stored = await readable(table, { partitionKey, rowKey: progressKey }, () => jsonIn(row, 'Data', StoredProgress))
  if (stored === undefined || stored === anew) throw damaged()
  return { checkpoint: stored.place, countedTo: stored.countedTo, version: v.parse(v.string(), row.etag) }
}

/** The days of these rows. When one cannot be read, the progress says from then on that all is to be counted anew. */
async function daysIn(table: Table, id: Guid, rows: readonly Row[]): Promise<Map<Day, DayCounts>> {
  const partitionKey = partitionOf(id)
  const days = new Map<Day, DayCounts>()
  let unread = 0
  for (const row of rows) {
    const keys = { partitionKey, rowKey: v.parse(v.string(), row.rowKey) }
    const read = await readable(table, keys, () => [dayIn(row), countsIn(row)] as const)
    if (read) days.set(...read)
    else unread += 1
  }
  if (unread === 0) return days
  await table.upsertEntity(progressRow(partitionKey, anew), 'Replace', bounded())
  throw damaged()
}

/**
 * Deletes every day, each time with the progress, which says `anew` until none is left: whoever has read the progress before is
 * refused, and what is cut short goes on from there. Without effect when another run is faster.
 */
async function startAnew(table: Table, id: Guid): Promise<void> {
  const partitionKey = partitionOf(id)
  let etag = (await rowOf(table, partitionKey, progressKey, ['RowKey']))?.etag
  for (;;) {
    const days = await daysLeft(table, partitionKey, transactionRowsMax - 1)
    const progress = progressRow(partitionKey, days.length > 0 ? anew : { place: null, countedTo: null })
    const written = await fenced(table, { partitionKey, rowKey: progressKey, store: what }, async (mark) => {
      const row = { ...progress, ...mark }
      const actions: TransactionAction[] = [
        typeof etag === 'string' ? ['update', row, 'Replace', { etag }] : ['create', row],
        ...days.map(({ rowKey }): TransactionAction => ['delete', { partitionKey, rowKey }]),
      ]
      return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
    })
    if (written === undefined || days.length === 0) return
    etag = written
  }
}

const daysLeft = (table: Table, partitionKey: string, limit: number) =>
  rowsIn(table, { partitionKey, from: dayKey(''), before: `${dayKey('')}~`, columns: ['RowKey'] }, limit)

async function commit(
  table: Table,
  organizationId: Guid,
  { version }: SummaryProgress,
  step: SummaryStep,
): Promise<SummaryProgress | undefined> {
  const { checkpoint, countedTo, days } = step
  if (days.size > daysPerStepMax) throw new RangeError('a step has too many days')
  const fence = { partitionKey: partitionOf(organizationId), rowKey: progressKey, store: what }
  const etag = await fenced(table, fence, async (mark) => {
    const actions = actionsOf(fence.partitionKey, version, step, mark)
    if (transactionsOf(actions.map((action) => [action])).length > 1) throw new EntryTooLarge()
    return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
  })
  return etag === undefined ? undefined : { checkpoint, countedTo, version: etag }
}

function actionsOf(
  partitionKey: string,
  version: SummaryProgress['version'],
  { checkpoint, countedTo, days }: SummaryStep,
  mark: WriteMark,
): TransactionAction[] {
  const progress = { ...progressRow(partitionKey, { place: checkpoint, countedTo }), ...mark }
  return [
    version === null ? ['create', progress] : ['update', progress, 'Replace', { etag: version }],
    ...[...days].map(([day, counts]): TransactionAction => {
      return ['upsert', { partitionKey, rowKey: dayKey(day), ...jsonColumns('Data', packed(counts)) }, 'Replace']
    }),
  ]
}

const count = v.number()
/** As few characters as can be: a day of many people is long. */
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

/** Throws for a row of this table that cannot be read. */
export const checkSummaryRow = checkByKind({
  [progressKey]: (row) => {
    jsonIn(row, 'Data', StoredProgress)
  },
  Day: (row) => {
    dayIn(row)
    countsIn(row)
  },
})
