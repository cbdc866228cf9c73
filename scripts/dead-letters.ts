// `npm run dead-letters`: shows the messages of events that could not be stored, and sends them again, straight in a storage account.

import { eventQueueName, poisonQueueName } from '../src/adapters/azure/queues/storage-queue.ts'
import type { Storage } from '../src/adapters/azure/storage.ts'
import { readMessage } from '../src/domain/ingest/event-messages.ts'
import { instantAt } from '../src/domain/instant.ts'
import { messageText } from '../src/functions/queue/queue-message.ts'
import { Refusal } from './keys/arguments.ts'
import { explain } from './keys.ts'
import { openNamed, readArguments, storageUsage } from './storage-command.ts'

/** Most messages that the service hands over at once. */
const messagesAtOnceMax = 32

const usage = `npm run dead-letters -- list          what is in the queue ${poisonQueueName}: the first ${messagesAtOnceMax}
npm run dead-letters -- replay        sends all of it to the queue ${eventQueueName} again; what is stored already is not stored twice
npm run dead-letters -- delete <id>   deletes one for good, by the id that the list shows

${storageUsage}`

/** How long a message that is being sent again is hidden from others, in seconds. */
const hiddenSeconds = 300
/** How long one is hidden that is not the one to delete, in seconds: long enough to be met once. */
const lookSeconds = 60

/** Does what the arguments say and gives the text to print. Throws a `Refusal` with a text for the caller. */
export async function runDeadLetters(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { values, positionals } = readArguments(args, usage)
  const [command, ...rest] = positionals
  const [id] = rest
  if (rest.length !== (command === 'delete' ? 1 : 0)) throw new Refusal(usage)
  const storage = await openNamed(values, environment)
  if (command === 'list') return listDeadLetters(storage)
  if (command === 'replay') return replayDeadLetters(storage)
  if (command === 'delete' && id !== undefined) return deleteDeadLetter(storage, id)
  throw new Refusal(usage)
}

/** How many dead letters there are, and of the first ones since when, until when, and what is wrong; nothing of their contents. */
async function listDeadLetters(storage: Storage): Promise<string> {
  const dead = storage.queue(poisonQueueName)
  if (!(await dead.exists())) return 'no dead letters'
  const { approximateMessagesCount = 0 } = await dead.getProperties()
  const { peekedMessageItems } = await dead.peekMessages({ numberOfMessages: messagesAtOnceMax })
  const lines = peekedMessageItems.map(({ messageId, insertedOn, expiresOn, messageText }) => {
    const until = expiresOn.getUTCFullYear() === 9999 ? 'never expires' : `expires ${expiresOn.toISOString()}`
    return `${messageId}  since ${insertedOn.toISOString()}, ${until}: ${describe(messageText)}`
  })
  return [`${approximateMessagesCount} dead letters`, ...lines].join('\n')
}

function describe(encoded: string): string {
  const read = readMessage(messageText(Buffer.from(encoded, 'base64')), instantAt(Date.now()))
  if (read.kind === 'refused') return read.reason
  const bad = read.refused.map(({ index, reason }) => `event ${index} ${reason}`)
  return [`${read.events.length} events that can be stored`, ...bad].join(', ')
}

/**
 * Sends each dead letter to the event queue, never to expire, and only then deletes it: one cut short is there twice, and its
 * events are stored once. As many as there were at the beginning: what fails again is left.
 */
async function replayDeadLetters(storage: Storage): Promise<string> {
  const [dead, events] = [storage.queue(poisonQueueName), storage.queue(eventQueueName)]
  if (!(await dead.exists())) return 'no dead letters'
  await events.createIfNotExists()
  const { approximateMessagesCount = 0 } = await dead.getProperties()
  let sent = 0
  while (sent < approximateMessagesCount) {
    const numberOfMessages = Math.min(messagesAtOnceMax, approximateMessagesCount - sent)
    const { receivedMessageItems } = await dead.receiveMessages({ numberOfMessages, visibilityTimeout: hiddenSeconds })
    if (receivedMessageItems.length === 0) break
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      await events.sendMessage(messageText, { messageTimeToLive: -1 })
      await dead.deleteMessage(messageId, popReceipt)
      sent += 1
    }
  }
  return `${sent} dead letters sent again`
}

/** Deletes the dead letter of this id; those that are looked through for it are hidden from others for a moment. */
async function deleteDeadLetter(storage: Storage, id: string): Promise<string> {
  const dead = storage.queue(poisonQueueName)
  if (!(await dead.exists())) throw new Refusal('no dead letters')
  for (;;) {
    const receive = { numberOfMessages: messagesAtOnceMax, visibilityTimeout: lookSeconds }
    const { receivedMessageItems } = await dead.receiveMessages(receive)
    if (receivedMessageItems.length === 0) throw new Refusal(`no dead letter ${id} that can be seen now`)
    const found = receivedMessageItems.find(({ messageId }) => messageId === id)
    if (!found) continue
    await dead.deleteMessage(found.messageId, found.popReceipt)
    return `dead letter ${id} is deleted`
  }
}

if (import.meta.main) {
  try {
    console.log(await runDeadLetters(process.argv.slice(2), process.env))
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
