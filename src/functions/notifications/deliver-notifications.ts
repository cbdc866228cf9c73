// Queue trigger `notification`: delivers what waits for one integration.
import type { StorageQueueHandler } from '@azure/functions'
import { type DeliverPorts, deliverIntegration } from '../../application/notifications/deliver-integration.ts'
import { DeliveryMessage } from '../../application/notifications/delivery-message.ts'
import { newTurns } from '../../application/notifications/delivery-turns.ts'
import { postponeDelivery } from '../../application/notifications/postpone-delivery.ts'
import { Unavailable } from '../../ports/errors.ts'
import { readQueueMessage } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

/** Delivers as `deliverIntegration` promises; an outage postpones the delivery. */
export function deliverNotifications(ports: DeliverPorts): StorageQueueHandler {
  const turns = newTurns()
  return triggered(async (message, context) => {
    const asked = readQueueMessage(DeliveryMessage, message)
    if (!asked) return context.error('message dropped: it names no integration')
    try {
      await deliverIntegration(ports, turns, asked, (line) => context.warn(line))
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await postponeDelivery(ports, asked, error, context)
    }
  })
}
