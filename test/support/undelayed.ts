// A queue of events whose messages come at once: what an outage has put off need not be waited for.
import type { EventQueue } from '../../src/ports/events.ts'

/** The same queue without delays. */
export const undelayed = (queue: EventQueue): EventQueue => ({
  ...queue,
  enqueue: (messages) => queue.enqueue(messages),
})
