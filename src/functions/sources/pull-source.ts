// Queue trigger `pull`: pulls a source.
import type { StorageQueueHandler } from '@azure/functions'
import { faultOf } from '../../application/fault.ts'
import { PullMessage } from '../../application/sources/pull-message.ts'
import type { PullPorts } from '../../application/sources/pull-run.ts'
import { pullSource as pull } from '../../application/sources/pull-source.ts'
import { Unavailable } from '../../ports/errors.ts'
import { readQueueMessage } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

/** Pulls as the use case promises. After an outage of ours, the timer's next message goes on. */
export const pullSource = (ports: PullPorts): StorageQueueHandler =>
  triggered(async (message, context) => {
    const asked = readQueueMessage(PullMessage, message)
    if (!asked) return context.error('message dropped: it names no source')
    try {
      await pull(ports, asked, context)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      context.warn(
        `pull of source ${asked.sourceId} of organization ${asked.organizationId} cut short: ${faultOf(error)}`,
      )
    }
  })
