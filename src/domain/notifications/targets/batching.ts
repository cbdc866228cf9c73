// Which pending notifications go in the next request of a target: always the first ones, in order. Pure.

import type { Notification } from '../messages/notification.ts'
import type { Batch, MessageContext } from '../messages/request.ts'
import { datadogBatchMax, datadogBytesMax, datadogEntry } from './datadog/message.ts'
import type { OpenTarget } from './open-targets.ts'
import { digestMax } from './slack/message.ts'
import { hecBatchMax, hecBytesMax, hecEntry } from './splunk-hec/message.ts'
import type { TargetKind } from './targets.ts'
import { webhookBatchMax, webhookBytesMax, webhookEntry } from './webhook/message.ts'

/** So many notifications for Slack stay messages of their own; when more wait, they become one digest. */
export const singlesMax = 3

/** How long a target is left alone after a request, in milliseconds: Slack takes 1 a second, Teams 4. */
export const pauseMs: Readonly<Record<TargetKind, number>> = {
  'slack-webhook': 1_000,
  'slack-bot': 1_000,
  teams: 250,
  webhook: 0,
  hec: 0,
  datadog: 0,
}

/** The first of these notifications that go together; undefined when there are none. */
export function nextBatch(
  target: OpenTarget,
  pending: readonly Notification[],
  about: MessageContext,
): Batch | undefined {
  const [first, ...others] = pending
  if (!first) return undefined
  switch (target.kind) {
    case 'slack-webhook':
    case 'slack-bot':
      return digestible(first, others)
    case 'teams':
      return [first]
    case 'webhook': {
      if (!target.batch) return [first]
      return within(webhookBatchMax, webhookBytesMax, (each) => webhookEntry(each, about), first, others)
    }
    case 'hec':
      return within(hecBatchMax, hecBytesMax, (each) => hecEntry(target, each, about), first, others)
    case 'datadog':
      return within(
        datadogBatchMax,
        datadogBytesMax,
        (each) => datadogEntry(target, each, about, each.at),
        first,
        others,
      )
  }
}

/** A burst of alerts and events; a notice or a test is always a message of its own. */
function digestible(first: Notification, others: readonly Notification[]): Batch {
  const pressing = ({ content }: Notification) => content.kind === 'notice' || content.kind === 'test'
  if (pressing(first)) return [first]
  const end = others.findIndex(pressing)
  const alike = end < 0 ? others : others.slice(0, end)
  return alike.length < singlesMax ? [first] : [first, ...alike.slice(0, digestMax - 1)]
}

/** As many as the target takes at once, by number and bytes: each entry counts its own and one between it and the next. */
function within(
  countMax: number,
  bytesMax: number,
  entry: (notification: Notification) => string,
  first: Notification,
  others: readonly Notification[],
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
