// npm run dead-letters: what it says, and that a replay loses and repeats nothing.
import { beforeEach, describe, expect, test } from 'vitest'
import { runDeadLetters } from '../../scripts/dead-letters.ts'
import { eventQueueName, poisonQueueName, storageQueue } from '../../src/adapters/azure/queues/storage-queue.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { writeMessages } from '../../src/domain/ingest/event-messages.ts'
import { event, guid } from '../support/events.ts'
import { storageAccount } from '../support/storage.ts'

const connectionString = storageAccount()
const storage = openStorage({ kind: 'connection-string', connectionString })
const [dead, events] = [storage.queue(poisonQueueName), storage.queue(eventQueueName)]

const run = (...args: string[]) => runDeadLetters(args, { EventsStorage: connectionString })

test('there are none while there is no queue of them', async () => {
  expect(await storageQueue(storage).deadLetters()).toBe(0)
  expect(await run('list')).toBe('no dead letters')
  expect(await run('replay')).toBe('no dead letters')
})

describe('dead letters', () => {
  beforeEach(async () => {
    for (const queue of [dead, events]) {
      await queue.createIfNotExists()
      await queue.clearMessages()
    }
  })

  test('are listed with what is wrong, and nothing of what they say', async () => {
    const [message = ''] = writeMessages([event(), event({ id: guid(2) })])
    const queue = storageQueue(storage)
    for (const text of [message, 'secret {', '{"Type":"secret"}']) await queue.deadLetter(text)
    await dead.sendMessage('<not base64>')
    const listed = await run('list')
    const lines = listed.split('\n').map((line) => line.replace(/^[0-9a-f-]{36} {2}since [^,]*, /, ''))
    expect(lines).toEqual([
      '4 dead letters',
      'never expires: 2 events that can be stored',
      'never expires: not-json',
      'never expires: 0 events that can be stored, event 0 malformed',
      expect.stringMatching(/^expires \S+: not-json$/),
    ])
    expect(listed).not.toContain('secret')
    expect(await queue.deadLetters()).toBe(4)
  })

  test('are deleted one by one, by the id that the list shows', async () => {
    for (let number = 0; number < 40; number += 1) await storageQueue(storage).deadLetter(`message ${number}`)
    const { peekedMessageItems } = await dead.peekMessages({ numberOfMessages: 32 })
    const id = peekedMessageItems[31]?.messageId ?? ''
    expect(await run('delete', id)).toBe(`dead letter ${id} is deleted`)
    expect(await storageQueue(storage).deadLetters()).toBe(39)
    await expect(run('delete', id)).rejects.toThrow(`no dead letter ${id} that can be seen now`)
    expect(await storageQueue(storage).deadLetters()).toBe(39)
    for (const args of [['delete'], ['delete', id, id], ['list', id]])
      await expect(run(...args)).rejects.toThrow('npm run')
  })

  test('are sent again, more than the service hands over at once, as they are and never to expire', async () => {
    const texts = Array.from({ length: 70 }, (_, index) => `message ${index}`)
    for (const text of texts) await storageQueue(storage).deadLetter(text)
    expect(await run('replay')).toBe('70 dead letters sent again')
    expect(await storageQueue(storage).deadLetters()).toBe(0)

    const found: string[] = []
    for (;;) {
      const items = (await events.receiveMessages({ numberOfMessages: 32 })).receivedMessageItems
      if (items.length === 0) break
      expect(new Set(items.map(({ expiresOn }) => expiresOn.getUTCFullYear()))).toEqual(new Set([9999]))
      found.push(...items.map(({ messageText }) => Buffer.from(messageText, 'base64').toString()))
    }
    expect(found.sort()).toEqual(texts.sort())
    expect(await run('replay')).toBe('0 dead letters sent again')
  })
})

test.each([[[]], [['purge']], [['list', 'all']], [['list', '--all']]])(
  'the arguments %j get the usage',
  async (args) => {
    await expect(run(...args)).rejects.toThrow('npm run dead-letters -- replay')
  },
)
