// Row keys of the notification table.

import type { Guid } from '../../../domain/guid.ts'
import { guidOfContent } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import type { Attempt } from '../../../domain/notifications/attempts.ts'
import type { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { Failed } from '../../../ports/outbox.ts'
import { partitionOf } from '../partitions.ts'
import { timeKey, timeKeyDown } from '../time-keys.ts'

// PartitionKey is Organization=<guid> for every row; times are digits that compare as text: 15 of Unix ms, and of `at` four more.
//
// RowKey                                          holds
// Integration=<integration>                       the lease to deliver to it, and its health; its ETag fences what the lease covers
// Waiting=<integration>__<time of at>__<id>       a notification that waits: when it is due, how often it failed, and why
// Failed=<integration>__<time failed, down>__<id> one that failed for good, as above
// Attempt=<integration>__<time, down>__<content>  an attempt

/** The kinds of rows of which an integration has many. */
type Kind = 'Waiting' | 'Failed' | 'Attempt'

/** What the keys of the rows with leases begin with. */
export const integrationPrefix = 'Integration='

/** The key of the row with the lease and the health of an integration. */
export const integrationKey = (integrationId: Guid): string => `${integrationPrefix}${integrationId}`

const prefixOf = (kind: Kind, integrationId: Guid): string => `${kind}=${integrationId}__`

/** The range of all rows of a kind, or of those after a cursor. */
export function rangeOf(kind: Kind, organizationId: Guid, integrationId: Guid, after: Cursor | null = null) {
  const prefix = prefixOf(kind, integrationId)
  const from = after === null ? prefix : `${prefix}${after}~`
  return { partitionKey: partitionOf(organizationId), from, before: `${prefix}~` }
}

/**
 * The key of a notification that waits: in order of `at`, as 19 digits that count 100 ns, then of its id. Throws a RangeError for an
 * `at` before 1970.
 */
export const waitingKey = ({ integrationId, at, id }: Notification): string =>
  `${prefixOf('Waiting', integrationId)}${timeKey(millisecondsOf(at))}${at.slice(23, 27)}__${id}`

/** The cursor of a notification among those that failed for good: the last to fail first, then by id. */
export const failedCursor = ({ failedAt, notification }: Failed): Cursor =>
  `${timeKeyDown(millisecondsOf(failedAt))}__${notification.id}`

/** The cursor in the key of a notification that failed for good. */
export const cursorInFailedKey = (rowKey: string): Cursor => rowKey.slice(rowKey.indexOf('__') + 2)

/** Whether a text is a cursor among those that failed. */
export const isFailedCursor = (text: string): boolean => /^\d{15}__[0-9a-f-]{36}$/.test(text)

/** The key of a notification that failed for good. */
export const failedKey = (failed: Failed): string =>
  prefixOf('Failed', failed.notification.integrationId) + failedCursor(failed)

/** The key of an attempt, the newest first; the same attempt has the same key however often it is stored. */
export const attemptKey = (integrationId: Guid, attempt: Attempt): string =>
  `${prefixOf('Attempt', integrationId)}${timeKeyDown(millisecondsOf(attempt.at))}__${guidOfContent(JSON.stringify(attempt))}`
