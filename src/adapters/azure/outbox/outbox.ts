// Outbox on Azure Table storage: all of an organization in one partition; what comes of an attempt is fenced by a lease.
import { odata, type TransactionAction } from '@azure/data-tables'
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import { attemptsStoredMax } from '../../../domain/notifications/attempts.ts'
import type { Notification } from '../../../domain/notifications/messages/notification.ts'
import { Unavailable } from '../../../ports/errors.ts'
import type { Outbox } from '../../../ports/outbox.ts'
import { keyMsMax, timeKey } from '../../ordering/alerts.ts'
import { isFailedKey } from '../../ordering/outbox.ts'
import { type KeyedRow, rowsIn, rowsThere, transactionsOf } from '../batches.ts'
import { checkByKind, readable, readableRows } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, isConflict, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'
import { checkDestination, giveLeaseBack, healthOf, leasedAt, noteNoticed, takeLease } from './destination.ts'
import { settleDelivery } from './record-attempt.ts'
import { forget, replay } from './replay.ts'
import { attemptIn, dueIn, failedIn, partitionOf, rangeOf, waitingIn, waitingRow } from './rows.ts'

export const notificationTableName = 'notification'

/** How often rows are inserted again because some of them were there. */
const triesMax = 10
/** Of so many the times are read; of those after them, only the times that are sooner. */
const firstLookRows = 1_000
const what = 'outbox'

/**
 * The outbox in a storage account; the table is created at first use. The same notification must come with the same `at`,
 * which is a part of its key.
 */
export function tableOutbox(storage: Storage): Outbox {
  const opened = openedTable(storage, notificationTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    add: (id, notifications) => using((table) => add(table, id, notifications)),
    nextDue: (...ids) => using((table) => nextDue(table, ...ids)),
    due: (id, integrationId, at, limit) =>
      using(async (table) => {
        const also = odata`DueAt le ${timeKey(at)}`
        const range = { ...rangeOf('Waiting', id, integrationId), also }
        return (await readableRows(table, range, limit, waitingIn)).map(({ value }) => value)
      }),
    acquireLease: (id, integrationId, now, until) => using((table) => takeLease(table, id, integrationId, now, until)),
    leased: (id, now) => using((table) => leasedAt(table, id, now)),
    releaseLease: (lease) => using((table) => giveLeaseBack(table, lease)),
    recordAttempt: (lease, delivery) => using((table) => settleDelivery(table, lease, delivery)),
    healthOf: (...ids) => using((table) => healthOf(table, ...ids)),
    recordNotified: (...ids) => using((table) => noteNoticed(table, ...ids)),
    attemptsOf: (...ids) =>
      using(async (table) => {
        const attempts = await readableRows(table, rangeOf('Attempt', ...ids), attemptsStoredMax, attemptIn)
        return attempts.map(({ value }) => value)
      }),
    failedOf: (id, integrationId, limit, after) =>
      using(async (table) => {
        if (after !== null && !isFailedKey(after)) return undefined
        return failedPage(table, id, integrationId, limit, after)
      }),
    replay: (id, integrationId, which, now) => using((table) => replay(table, id, integrationId, which, now)),
    forget: (...ids) => using((table) => forget(table, ...ids)),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', 'Destination=')
      }),
  }
}

type WaitingRow = ReturnType<typeof waitingRow>

/** Inserts in transactions, each whole or not at all; nothing when one of them is too large for a row. */
async function add(table: Table, organizationId: Guid, notifications: readonly Notification[]): Promise<void> {
  const partitionKey = partitionOf(organizationId)
  const rows = new Map<string, WaitingRow>()
  for (const notification of notifications) {
    const waiting = { notification, failures: 0, dueAt: millisecondsOf(notification.at), lastError: null }
    const row = waitingRow(partitionKey, waiting)
    if (!rows.has(row.rowKey)) rows.set(row.rowKey, row)
  }
  const inserts = [...rows.values()].map((row): TransactionAction[] => [['create', row]])
  for (const part of transactionsOf(inserts)) await insert(table, partitionKey, part)
}

/** Inserts those rows of a transaction that are not there. */
async function insert(table: Table, partitionKey: string, actions: readonly TransactionAction[]): Promise<void> {
  let missing = [...actions]
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (missing.length === 0) return
    try {
      await table.submitTransaction(missing, bounded())
      return
    } catch (error) {
      if (!isConflict(error)) throw error
    }
    const there = await rowsThere(table, partitionKey, missing)
    missing = missing.filter(([, { rowKey }]) => !there.has(rowKey))
  }
  throw new Unavailable(what, new Error(`notifications were added meanwhile, ${triesMax} times`))
}

async function nextDue(table: Table, organizationId: Guid, integrationId: Guid): Promise<number | undefined> {
  const range = { ...rangeOf('Waiting', organizationId, integrationId), columns: ['RowKey', 'DueAt'] }
  const first = await rowsIn(table, range, firstLookRows)
  const soonest = await soonestOf(table, range.partitionKey, first)
  if (first.length < firstLookRows) return soonest
  const sooner = await rowsIn(table, { ...range, also: odata`DueAt lt ${timeKey(soonest ?? keyMsMax)}` })
  return (await soonestOf(table, range.partitionKey, sooner)) ?? soonest
}

/** When the first of these is due that can be read: nobody would deliver another, and whoever came for it would come again at once. */
async function soonestOf(table: Table, partitionKey: string, rows: readonly KeyedRow[]): Promise<number | undefined> {
  const times: { readonly rowKey: string; readonly dueAt: number }[] = []
  for (const row of rows) {
    const { rowKey } = row
    const dueAt = await readable(table, { partitionKey, rowKey }, () => dueIn(row))
    if (dueAt !== undefined) times.push({ rowKey, dueAt })
  }
  for (const { rowKey } of times.sort((one, other) => one.dueAt - other.dueAt)) {
    const row = await rowOf(table, partitionKey, rowKey)
    const waiting = row && (await readable(table, { partitionKey, rowKey }, () => waitingIn(row)))
    if (waiting) return waiting.dueAt
  }
  return undefined
}

async function failedPage(
  table: Table,
  organizationId: Guid,
  integrationId: Guid,
  limit: number,
  after: Cursor | null,
) {
  const rows = await readableRows(table, rangeOf('Failed', organizationId, integrationId, after), limit + 1, failedIn)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    failed: page.map(({ value }) => value),
    next: last ? last.rowKey.slice(last.rowKey.indexOf('__') + 2) : null,
  }
}

/** Throws for a row of this table that cannot be read. */
export const checkNotificationRow = checkByKind({
  Destination: checkDestination,
  Waiting: (row) => {
    waitingIn(row)
  },
  Failed: (row) => {
    failedIn(row)
  },
  Attempt: (row) => {
    attemptIn(row)
  },
})
