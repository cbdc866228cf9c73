// The message that starts a delivery. What is to be delivered is in the outbox.
import * as v from 'valibot'
import { Guid } from '../../domain/guid.ts'

/** Asks for a delivery to one integration. */
export const DeliveryMessage = v.object({
  organizationId: Guid,
  integrationId: Guid,
  /** When the outage that prevents it began (Unix ms). */
  failingSince: v.optional(v.pipe(v.number(), v.safeInteger())),
  /** How long it was postponed the last time, in seconds. */
  retriedAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
})
export type DeliveryMessage = v.InferOutput<typeof DeliveryMessage>

/** The text of a message on the queue. */
export const writeDelivery = (message: DeliveryMessage): string => JSON.stringify(message)
