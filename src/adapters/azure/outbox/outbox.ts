// Outbox on Azure Table storage: all of an organization in one partition; the result of an attempt is fenced by a lease.
import { odata, type TransactionAction } from '@azure/data-tables'
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import { attemptsStoredMax } from '../../../domain/notifications/attempts.ts'
import type { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { Outbox } from '../../../ports/outbox.ts'
import { timeMsMax } from '../../preconditions/times.ts'
import { rowsThere, transactionsOf } from '../batches.ts'
import { overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { checksByKind, readable, readableRows } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { StoredRow } from '../rows.ts'
import { isConflict, type Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'
import { timeKey } from '../time-keys.ts'
import { acquireLease, checkIntegration, healthOf, leasedAt, recordNotified, releaseLease } from './lease.ts'
import { recordAttempt } from './record-attempt.ts'
import { forget, replay } from './replay.ts'
import { cursorInFailedKey, isFailedCursor, rangeOf } from './row-keys.ts'
import { attemptIn, dueIn, failedIn, waitingIn, waitingRow } from './rows.ts'

export const notificationTableName = 'notification'

/** Of this many rows the times are read first; of those after them, only the times that are sooner. */
const firstLookRows = 1_000

/**
 * The outbox in a storage account; the table is created at first use. The same notification must come with the same `at`,
 * which is a part of its key.
 */
export function tableOutbox(storage: Storage): Outbox {
  const table = openTable(storage, notificationTableName, 'outbox')

  return {
    add: (id, notifications) => add(table, id, notifications),
    nextDue: (id, integrationId) => nextDue(table, id, integrationId),
    due: async (id, integrationId, at, limit) => {
      const range = { ...rangeOf('Waiting', id, integrationId), also: odata`DueAt le ${timeKey(at)}` }
      return (await readableRows(table, range, limit, waitingIn)).map(({ value }) => value)
    },
    acquireLease: (organizationId, integrationId, now, until) =>
      acquireLease(table, { organizationId, integrationId }, now, until),
    leased: (id, now) => leasedAt(table, id, now),
    releaseLease: (lease) => releaseLease(table, lease),
    recordAttempt: (lease, delivery) => recordAttempt(table, lease, delivery),
    healthOf: (organizationId, integrationId) => healthOf(table, { organizationId, integrationId }),
    recordNotified: (organizationId, integrationId) => recordNotified(table, { organizationId, integrationId }),
    attemptsOf: async (id, integrationId, limit = attemptsStoredMax) => {
      const range = rangeOf('Attempt', id, integrationId)
      const attempts = await readableRows(table, range, limit, attemptIn)
      return attempts.map(({ value }) => value)
    },
    failedOf: async (id, integrationId, limit, after) => {
      if (after !== null && !isFailedCursor(after)) return undefined
      return failedPage(table, id, integrationId, limit, after)
    },
    replay: (organizationId, integrationId, id, now) => replay(table, { organizationId, integrationId }, id, now),
    forget: (organizationId, integrationId) => forget(table, { organizationId, integrationId }),
    check: table.check,
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
function insert(table: Table, partitionKey: string, actions: readonly TransactionAction[]): Promise<void> {
  let missing = actions
  return untilNotOvertaken<void>(table, async () => {
    if (missing.length === 0) return undefined
    try {
      await table.submit(missing)
      return undefined
    } catch (error) {
      if (!isConflict(error)) throw error
      const there = await rowsThere(table, partitionKey, missing)
      missing = missing.filter(([, { rowKey }]) => !there.has(rowKey))
      return overtaken
    }
  })
}

async function nextDue(table: Table, organizationId: Guid, integrationId: Guid): Promise<number | undefined> {
  const range = { ...rangeOf('Waiting', organizationId, integrationId), columns: ['DueAt'] }
  const first = await table.rows(range, firstLookRows)
  const soonest = await soonestOf(table, range.partitionKey, first)
  if (first.length < firstLookRows) return soonest
  const sooner = await table.rows({ ...range, also: odata`DueAt lt ${timeKey(soonest ?? timeMsMax)}` })
  return (await soonestOf(table, range.partitionKey, sooner)) ?? soonest
}

/** When the first of these rows is due that can be read. One that cannot is never delivered: a delivery at its time would find nothing to do. */
async function soonestOf(table: Table, partitionKey: string, rows: readonly StoredRow[]): Promise<number | undefined> {
  const times: { readonly rowKey: string; readonly dueAt: number }[] = []
  for (const row of rows) {
    const { rowKey } = row
    const dueAt = await readable(table, { partitionKey, rowKey }, () => dueIn(row))
    if (dueAt !== undefined) times.push({ rowKey, dueAt })
  }
  for (const { rowKey } of times.sort((one, other) => one.dueAt - other.dueAt)) {
    const row = await table.row({ partitionKey, rowKey })
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
    next: last ? cursorInFailedKey(last.rowKey) : null,
  }
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const notificationRows = checksByKind({
  Integration: {
    check: checkIntegration,
    repair: { kind: 'leave', advice: 'The next delivery to the integration mends it.' },
  },
  Waiting: {
    check: waitingIn,
    repair: { kind: 'leave', advice: 'It is not sent, and the others are. Delete it to give the notification up.' },
  },
  Failed: {
    check: failedIn,
    repair: {
      kind: 'leave',
      advice: 'It cannot be sent again, and the others can. Delete it to give the notification up.',
    },
  },
  Attempt: { check: attemptIn, repair: { kind: 'delete', advice: 'One line of what was tried is lost.' } },
})
