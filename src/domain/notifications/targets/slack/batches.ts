// How notifications for Slack are batched: a burst becomes one digest. Pure.

import type { Notification } from '../../messages/notification.ts'
import type { Batch } from '../../messages/request.ts'
import { digestMax } from './message.ts'

/** So many notifications stay messages of their own; more that are pending become one digest. */
export const singlesMax = 3

/** How long nothing is sent after a request, in milliseconds: Slack takes one message a second. */
export const slackPauseMs = 1_000

/** A burst of alerts and events; a notice or a test is always a message of its own. */
export function slackBatch([first, ...others]: Batch): Batch {
  if (isAlone(first)) return [first]
  const end = others.findIndex(isAlone)
  const alike = end < 0 ? others : others.slice(0, end)
  return alike.length < singlesMax ? [first] : [first, ...alike.slice(0, digestMax - 1)]
}

const isAlone = ({ content }: Notification) => content.kind === 'notice' || content.kind === 'test'
