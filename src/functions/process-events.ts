// Queue trigger `event`: stores the events of a message, each once, however often it is delivered, and has them evaluated.
import type { StorageQueueHandler } from '@azure/functions'
import { readMessage } from '../domain/event-messages.ts'
import { instantAt, parseInstant } from '../domain/instant.ts'
import type { EventQueue, EventStore } from '../ports.ts'
import type { NoteActivity } from './note-activity.ts'
import { messageText } from './queue-message.ts'

export type ProcessEventsPorts = {
  readonly store: EventStore
  readonly queue: EventQueue
  readonly noteActivity: NoteActivity
  readonly now: () => number
}

/**
 * Stores what can be stored. A message in which anything cannot goes whole to the poison queue, after the rest is stored:
 * sent again once it is mended, it stores only what is missing. An outage fails the run, and the host delivers again: the
 * events of a message that is done are stored, and their evaluation is due.
 */
export const processEvents =
  ({ store, queue, noteActivity, now }: ProcessEventsPorts): StorageQueueHandler =>
  async (message, context) => {
    const text = messageText(message)
    const arrivedAt = parseInstant(String(context.triggerMetadata?.insertionTime ?? '')) ?? instantAt(now())
    const read = readMessage(text, arrivedAt)

    if (read.kind === 'events') {
      await store.append(read.events)
      await noteActivity(read.events)
    }

    const reason = read.kind === 'refused' ? read.reason : read.refused.map(placed).join(', ')
    if (reason === '') return
    await queue.setAside(message instanceof Uint8Array ? message : text)
    context.error(`message set aside: ${reason}`)
  }

const placed = ({ index, reason }: { readonly index: number; readonly reason: string }) => `event ${index} ${reason}`
