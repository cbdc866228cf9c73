// How pending notifications are batched: one by one, or as many as a request holds. Pure.

import type { Notification } from '../../messages/notification.ts'
import type { Batch } from '../../messages/request.ts'

/** Only the first. */
export const single = ([first]: Batch): Batch => [first]

/** As many as a request holds, by number and bytes; each entry counts its own bytes and one separator. */
export function within(
  countMax: number,
  bytesMax: number,
  entry: (notification: Notification) => string,
  [first, ...others]: Batch,
): Batch {
  const frame = 2
  let bytes = frame + Buffer.byteLength(entry(first))
  const more: Notification[] = []
  for (const each of others.slice(0, countMax - 1)) {
    bytes += 1 + Buffer.byteLength(entry(each))
    if (bytes > bytesMax) break
    more.push(each)
  }
  return [first, ...more]
}
