// Summaries on Azure Table storage: a row a day, and the progress with which each step is stored in one transaction.
import type { TableClient, TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../domain/guid.ts'
import type { Day, DayCounts } from '../domain/summary.ts'
import { inParallel } from '../parallel.ts'
import { EntryTooLarge } from '../ports.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress, type SummaryStep } from '../summary-ports.ts'
import { bounded, isConflict, isNotFound, isOutdated, openedTable, reach, type Storage } from './azure-storage.ts'
import { jsonColumns, jsonIn, type Row, rowOf } from './table-json.ts'
import { rowsIn, transactionsOf } from './table-transactions.ts'

// PartitionKey         RowKey            holds
// Organization=<guid>  Progress          the place in the feed and when the last counted event was stored
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
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    progressOf: (id) => using((table) => progressOf(table, id)),
    daysOf: (id, days) =>
      using(async (table) => {
        const read = async (day: Day) => ({ day, row: await rowOf(table, partitionOf(id), dayKey(day)) })
        const rows = await inParallel(days, readsAtOnce, read)
        return new Map(rows.flatMap(({ day, row }) => (row ? [[day, countsIn(row)] as const] : [])))
      }),
    daysBetween: (id, from, to) =>
      using(async (table) => {
        const range = { partitionKey: partitionOf(id), from: dayKey(from), before: `${dayKey(to)}~` }
        const rows = await rowsIn(table, range)
        return new Map(rows.map((row) => [row.rowKey.slice(dayKey('').length), countsIn(row)]))
      }),
    commit: (id, progress, step) => using((table) => commit(table, id, progress, step)),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', progressKey)
      }),
  }
}

const StoredProgress = v.object({ place: v.string(), countedTo: v.number() })

async function progressOf(table: TableClient, id: Guid): Promise<SummaryProgress> {
  const row = await rowOf(table, partitionOf(id), progressKey)
  if (!row) return { place: null, countedTo: null, version: null }
  return { ...jsonIn(row, 'Data', StoredProgress), version: v.parse(v.string(), row.etag) }
}

async function commit(
  table: TableClient,
  organizationId: Guid,
  { version }: SummaryProgress,
  { place, countedTo, days }: SummaryStep,
): Promise<SummaryProgress | undefined> {
  if (days.size > daysPerStepMax) throw new RangeError('a step has too many days')
  const partitionKey = partitionOf(organizationId)
  const progress = { partitionKey, rowKey: progressKey, ...jsonColumns('Data', { place, countedTo }) }
  const actions: TransactionAction[] = [
    version === null ? ['create', progress] : ['update', progress, 'Replace', { etag: version }],
    ...[...days].map(([day, counts]): TransactionAction => {
      return ['upsert', { partitionKey, rowKey: dayKey(day), ...jsonColumns('Data', packed(counts)) }, 'Replace']
    }),
  ]
  if (transactionsOf(actions.map((action) => [action])).length > 1) throw new EntryTooLarge()
  try {
    const { subResponses } = await table.submitTransaction(actions, bounded())
    return { place, countedTo, version: v.parse(v.string(), subResponses[0]?.etag) }
  } catch (error) {
    if (isConflict(error) || isOutdated(error) || isNotFound(error)) return undefined
    throw error
  }
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
