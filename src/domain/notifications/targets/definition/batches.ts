// How pending notifications are batched: one by one, a burst as a digest, or as many as a request holds. Pure.

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

/** So many notifications stay messages of their own; more that are pending become one digest. */
export const singlesMax = 3

/** A burst of alerts and events, `digestMax` at most, as one digest; a notice or a test is always a message of its own. */
export function burst(digestMax: number, [first, ...others]: Batch): Batch {
  if (isAlone(first)) return [first]
  const end = others.findIndex(isAlone)
  const alike = end < 0 ? others : others.slice(0, end)
  return alike.length < singlesMax ? [first] : [first, ...alike.slice(0, digestMax - 1)]
}

const isAlone = ({ content }: Notification) => content.kind === 'notice' || content.kind === 'test'
