// Rows of the notification table: their columns, and how they are read back.
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'
import { Instant } from '../../../domain/instant.ts'
import { Attempt } from '../../../domain/notifications/attempts.ts'
import { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { Failed, Waiting } from '../../../ports/outbox.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import type { NewRow, Row } from '../rows.ts'
import { timeKey } from '../time-keys.ts'
import { attemptKey, failedKey, waitingKey } from './row-keys.ts'

const waitingColumns = ({ notification, failures, dueAt, lastError }: Waiting) => ({
  Failures: failures,
  DueAt: timeKey(dueAt),
  ...jsonColumns('LastError', lastError),
  ...jsonColumns('Data', notification),
})

/** The row of a notification that waits. Throws `EntryTooLarge` when no row holds it. */
export const waitingRow = (partitionKey: string, waiting: Waiting) => ({
  partitionKey,
  rowKey: waitingKey(waiting.notification),
  ...waitingColumns(waiting),
})

/** The row of a notification that failed for good. */
export const failedRow = (partitionKey: string, failed: Failed) => ({
  partitionKey,
  rowKey: failedKey(failed),
  Id: failed.notification.id,
  FailedAt: failed.failedAt,
  ...waitingColumns(failed),
})

/** The row of an attempt. */
export const attemptRow = (partitionKey: string, integrationId: Guid, attempt: Attempt): NewRow => ({
  partitionKey,
  rowKey: attemptKey(integrationId, attempt),
  ...jsonColumns('Data', attempt),
})

const WaitingRow = v.object({
  Failures: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  DueAt: v.pipe(v.string(), v.regex(/^\d{15}$/), v.toNumber()),
})

/** When the notification of a row is due (Unix ms). */
export const dueIn = ({ DueAt }: Row): number => v.parse(WaitingRow.entries.DueAt, DueAt)

// A key holds no time before 1970.
const StoredNotification = v.pipe(
  Notification,
  v.check(({ at }) => at >= '1970', 'before 1970'),
)

/** Throws unless a row has the key of what is in it: that is the key by which it is written and deleted. */
const checkKey = (row: Row, key: string) =>
  v.parse(
    v.object({
      rowKey: v.pipe(
        v.string(),
        v.check((rowKey) => rowKey === key, 'another key'),
      ),
    }),
    row,
  )

function contentIn(row: Row): Waiting {
  const { Failures: failures, DueAt: dueAt } = v.parse(WaitingRow, row)
  const lastError = jsonIn(row, 'LastError', v.nullable(v.string()))
  return { notification: jsonIn(row, 'Data', StoredNotification), failures, dueAt, lastError }
}

/** Reads a notification that waits. */
export function waitingIn(row: Row): Waiting {
  const waiting = contentIn(row)
  checkKey(row, waitingKey(waiting.notification))
  return waiting
}

/** Reads a notification that failed for good. */
export function failedIn(row: Row): Failed {
  const { Id, FailedAt: failedAt } = v.parse(v.object({ Id: Guid, FailedAt: Instant }), row)
  const failed = { ...contentIn(row), failedAt }
  checkKey(row, failedKey(failed))
  v.parse(
    v.object({
      Id: v.pipe(
        v.string(),
        v.check((id) => id === failed.notification.id, 'another id'),
      ),
    }),
    { Id },
  )
  return failed
}

/** Reads an attempt. */
export const attemptIn = (row: Row): Attempt => jsonIn(row, 'Data', Attempt)
