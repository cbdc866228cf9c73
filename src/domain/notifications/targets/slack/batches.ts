// How notifications for Slack are batched: a burst becomes one digest. Pure.

import type { Batch } from '../../messages/request.ts'
import { burst } from '../definition/batches.ts'
import { digestMax } from './message.ts'

/** How long nothing is sent after a request, in milliseconds: Slack takes one message a second. */
export const slackPauseMs = 1_000

/** A few one by one, more as a digest. */
export const slackBatch = (pending: Batch): Batch => burst(digestMax, pending)
