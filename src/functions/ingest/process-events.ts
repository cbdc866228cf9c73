// Queue trigger `event`: stores the events of a message and has them evaluated.
import type { StorageQueueHandler } from '@azure/functions'
import { type StoreEventsPorts, storeEvents } from '../../application/ingest/store-events.ts'
import { instantAt, parseInstant } from '../../domain/instant.ts'
import { messageText } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

/** Stores as `storeEvents` promises. */
export const processEvents = (ports: StoreEventsPorts): StorageQueueHandler =>
  triggered(async (message, context) => {
    const { insertionTime, dequeueCount } = context.triggerMetadata ?? {}
    const text = messageText(message)
    const delivered = {
      text,
      original: message instanceof Uint8Array ? message : text,
      arrivedAt: parseInstant(String(insertionTime ?? '')) ?? instantAt(ports.now()),
      deliveries: Number(dequeueCount),
    }
    await storeEvents(ports, delivered, context)
  })
