// Rows of the notification table: their keys and columns, and how they are read back.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'
import { Instant } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import { Attempt } from '../../../domain/notifications/attempts.ts'
import { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { Failed, Waiting } from '../../../ports/outbox.ts'
import { timeKey } from '../../ordering/alerts.ts'
import { attemptKey, failedKey, waitingKey } from '../../ordering/outbox.ts'
import { jsonColumns, jsonIn, type Row } from '../rows.ts'

// PartitionKey is Organization=<guid> for every row; times are digits that compare as text: 15 of Unix ms, and of `at` four more.
//
// RowKey                                          holds
// Destination=<integration>                       who may deliver to it, until when, and its health; its etag fences what they write
// Waiting=<integration>__<time of at>__<id>       a notification that waits: when it is due, how often it failed, and why
// Failed=<integration>__<time failed, down>__<id> one that failed for good, as above
// Attempt=<integration>__<time, down>__<content>  an attempt

/** What there are many of for an integration. */
export type Kind = 'Waiting' | 'Failed' | 'Attempt'

export const partitionOf = (organizationId: Guid): string => `Organization=${organizationId}`
/** What the keys of all destinations begin with. */
export const destinationPrefix = 'Destination='
export const destinationKey = (integrationId: Guid): string => `${destinationPrefix}${integrationId}`
const prefixOf = (kind: Kind, integrationId: Guid): string => `${kind}=${integrationId}__`

/** The range of all rows of a kind, or of those after a place. */
export function rangeOf(kind: Kind, organizationId: Guid, integrationId: Guid, after: Cursor | null = null) {
  const prefix = prefixOf(kind, integrationId)
  const from = after === null ? prefix : `${prefix}${after}~`
  return { partitionKey: partitionOf(organizationId), from, before: `${prefix}~` }
}

/** The key of a notification that waits. */
export const waitingRowKey = (notification: Notification): string =>
  prefixOf('Waiting', notification.integrationId) + waitingKey(notification)

const waitingColumns = ({ notification, failures, dueAt, lastError }: Waiting) => ({
  Failures: failures,
  DueAt: timeKey(dueAt),
  ...jsonColumns('LastError', lastError),
  ...jsonColumns('Data', notification),
})

/** The row of a notification that waits. Throws `EntryTooLarge` when no row holds it. */
export const waitingRow = (partitionKey: string, waiting: Waiting) => ({
  partitionKey,
  rowKey: waitingRowKey(waiting.notification),
  ...waitingColumns(waiting),
})

const failedRowKey = (failed: Failed): string =>
  prefixOf('Failed', failed.notification.integrationId) + failedKey(failed)

/** The row of a notification that failed for good. */
export const failedRow = (partitionKey: string, failed: Failed) => ({
  partitionKey,
  rowKey: failedRowKey(failed),
  Id: failed.notification.id,
  FailedAt: failed.failedAt,
  ...waitingColumns(failed),
})

/** The row of an attempt. */
export const attemptRow = (partitionKey: string, integrationId: Guid, attempt: Attempt) => ({
  partitionKey,
  rowKey: prefixOf('Attempt', integrationId) + attemptKey(attempt),
  ...jsonColumns('Data', attempt),
})

/** The action that writes a row, whatever was there. */
export const writing = (row: { readonly partitionKey: string; readonly rowKey: string }): TransactionAction => [
  'upsert',
  row,
  'Replace',
]

/** The action that deletes a row; its transaction fails when the row is not there. */
export const deleting = (partitionKey: string, rowKey: string): TransactionAction => [
  'delete',
  { partitionKey, rowKey },
]

const WaitingRow = v.object({
  Failures: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  DueAt: v.pipe(v.string(), v.regex(/^\d{15}$/), v.toNumber()),
})

/** When the notification of a row is due (Unix ms). */
export const dueIn = ({ DueAt }: Row): number => v.parse(WaitingRow.entries.DueAt, DueAt)

// From 1970 on, as a key holds no other.
const StoredNotification = v.pipe(
  Notification,
  v.check(({ at }) => at >= '1970', 'before 1970'),
)

/** Throws unless a row has the key of what is in it: by that it will be written and deleted. */
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
  checkKey(row, waitingRowKey(waiting.notification))
  return waiting
}

/** Reads a notification that failed for good. */
export function failedIn(row: Row): Failed {
  const { Id, FailedAt: failedAt } = v.parse(v.object({ Id: Guid, FailedAt: Instant }), row)
  const failed = { ...contentIn(row), failedAt }
  checkKey(row, failedRowKey(failed))
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
