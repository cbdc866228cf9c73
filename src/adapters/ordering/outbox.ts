// Keys of what an outbox keeps of an integration: places in order of time that sort as text. Both outboxes keep to them.

import { guidOfContent } from '../../domain/guid.ts'
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { Attempt } from '../../domain/notifications/attempts.ts'
import type { Notification } from '../../domain/notifications/messages/notification.ts'
import type { Delivery, Failed, Lease } from '../../ports/outbox.ts'
import { timeKey } from './alerts.ts'

/** Latest time that a key can hold, in Unix milliseconds. */
const keyMsMax = 999_999_999_999_999

const timeDown = (at: Instant): string => timeKey(keyMsMax - Math.max(0, millisecondsOf(at)))

/**
 * A notification's place among those that wait: by `at`, in 19 digits that count 100 ns, then by id. Throws a RangeError for
 * an `at` before 1970.
 */
export const waitingKey = ({ at, id }: Notification): string =>
  `${timeKey(millisecondsOf(at))}${at.slice(23, 27)}__${id}`

/** A notification's place among those that failed for good: the last to fail first, then by id. */
export const failedKey = ({ failedAt, notification }: Failed): Cursor => `${timeDown(failedAt)}__${notification.id}`

/** Whether a text is a place among those that failed. */
export const isFailedKey = (text: string): boolean => /^\d{15}__[0-9a-f-]{36}$/.test(text)

/** An attempt's place: the newest first; the same attempt has the same place however often it is stored. */
export const attemptKey = (attempt: Attempt): string =>
  `${timeDown(attempt.at)}__${guidOfContent(JSON.stringify(attempt))}`

/** Throws a TypeError unless everything in a delivery is of the lease's integration and comes once. */
export function checkDelivery({ integrationId }: Lease, { arrived, waiting, failed }: Delivery): void {
  const all = [...arrived, ...[...waiting, ...failed].map(({ notification }) => notification)]
  if (all.some((each) => each.integrationId !== integrationId)) throw new TypeError('not of this integration')
  if (new Set(all.map(waitingKey)).size < all.length) throw new TypeError('a notification comes twice in a delivery')
}
