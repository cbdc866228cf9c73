// The queue trigger against a real Azurite: what a handler is given, and where a message ends.
import { type DequeuedMessageItem, QueueServiceClient } from '@azure/storage-queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storageAccount } from '../../../support/storage.ts'
import { eventually, type Fixture, queueSettings, startFixture } from '../fixture.ts'
import { startProxy, type TcpProxy } from './proxy.ts'

const account = storageAccount()
let proxy: TcpProxy
let fixture: Fixture
beforeAll(async () => {
  const direct = /QueueEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(account)?.[1]
  proxy = await startProxy(Number(direct))
  fixture = await startFixture(queueSettings(account.replace(`:${direct}/`, `:${proxy.port}/`)))
})
afterAll(async () => {
  await fixture.close()
  await proxy.close()
})

const queueOf = (name: string) => QueueServiceClient.fromConnectionString(account).getQueueClient(name)
const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64')

async function send(name: string, message: string): Promise<string> {
  const queue = queueOf(name)
  await queue.createIfNotExists()
  return (await queue.sendMessage(message)).messageId
}

const isEmpty = async (name: string) => (await queueOf(name).peekMessages()).peekedMessageItems.length === 0

/** Waits until a queue shows one message, gives its text and deletes it. */
async function take(name: string): Promise<DequeuedMessageItem> {
  let taken: DequeuedMessageItem | undefined
  await eventually(async () => {
    const [item] = (await queueOf(name).receiveMessages()).receivedMessageItems
    if (item === undefined) throw new Error(`queue ${name} is empty`)
    await queueOf(name).deleteMessage(item.messageId, item.popReceipt)
    taken = item
  })
  if (taken === undefined) throw new Error(`queue ${name} is empty`)
  return taken
}

const metadataOf = (name: string, message: unknown) =>
  fixture.seen(name).find((entry) => JSON.stringify(entry).startsWith(`{"message":${JSON.stringify(message)}`))

test('waits quietly for a queue that does not exist, and runs what comes once it does', async () => {
  expect(fixture.entries.filter((entry) => entry.category === 'Host.Triggers.Queue')).toEqual([])

  const id = await send('fixture-text', base64('123'))

  const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
  await eventually(() =>
    expect(metadataOf('text', 123)).toEqual({
      message: 123,
      metadata: {
        id,
        dequeueCount: 1,
        queueTrigger: 123,
        popReceipt: expect.any(String),
        expirationTime: date,
        insertionTime: date,
        nextVisibleTime: date,
      },
    }),
  )
  await eventually(async () => expect(await isEmpty('fixture-text')).toBe(true))
})

test('gives text that is no JSON as text, and a JSON object with its members over the metadata', async () => {
  await send('fixture-text', base64('no json ✓'))
  await send('fixture-text', base64('{"ID":"mine","dequeuecount":99,"list":[1],"on":true,"in":{"Depth":1}}'))

  await eventually(() => expect(metadataOf('text', 'no json ✓')).toBeDefined())
  await eventually(() =>
    expect(fixture.seen('text')).toContainEqual({
      message: { ID: 'mine', dequeuecount: 99, list: [1], on: true, in: { Depth: 1 } },
      metadata: expect.objectContaining({ id: 'mine', dequeueCount: 99, on: 'True', in: { depth: 1 } }),
    }),
  )
})

test('gives bytes to a binding of data type binary', async () => {
  await send('fixture-bytes', base64(new Uint8Array([0xff, 0x00, 0x31])))
  await send('fixture-bytes', base64('{"id":"mine"}'))

  await eventually(() => expect(fixture.seen('bytes')).toHaveLength(2))
  expect(fixture.seen('bytes')).toContainEqual({
    message: { bytes: 'ff0031' },
    metadata: expect.not.objectContaining({ queueTrigger: expect.anything() }),
  })
  expect(metadataOf('bytes', { bytes: Buffer.from('{"id":"mine"}').toString('hex') })).toMatchObject({
    metadata: { queueTrigger: { id: 'mine' }, id: expect.stringContaining('-') },
  })
})

test('moves a message that fails maxDequeueCount times to the poison queue, where its own trigger reads it', async () => {
  await send('fixture-text', base64('{"fail":"twice"}'))

  const message = { fail: 'twice' }
  await eventually(() => expect(metadataOf('poisoned', message)).toBeDefined())

  const tries = fixture.seen('text').filter((entry) => JSON.stringify(entry).includes('twice'))
  expect(tries).toMatchObject([{ metadata: { dequeueCount: 1 } }, { metadata: { dequeueCount: 2 } }])
  await eventually(async () => expect(await isEmpty('fixture-text')).toBe(true))
})

test.each([' not base64 & <kept>  as\tit\nis ', 'YWJj=', 'a', 'ünïcode "quoted" ]]>'])(
  'moves %j, which is not base64, to the poison queue unchanged and runs nothing',
  async (text) => {
    const before = fixture.seen('bytes').length

    await send('fixture-bytes', text)

    expect((await take('fixture-bytes-poison')).messageText).toBe(text)
    expect(fixture.seen('bytes')).toHaveLength(before)
    await eventually(async () => expect(await isEmpty('fixture-bytes')).toBe(true))
  },
)

test('lets what it moves to a poison queue expire after 7 days', async () => {
  await send('fixture-bytes', 'not base64')

  const { insertedOn, expiresOn } = await take('fixture-bytes-poison')
  expect(expiresOn.getTime() - insertedOn.getTime()).toBe(7 * 86_400_000)
})

test('counts content that is not UTF-8 as a failed try of a function that takes text', async () => {
  const text = base64(new Uint8Array([0xc3, 0x28]))
  const before = fixture.seen('text').length

  await send('fixture-text', text)

  await eventually(() =>
    expect(
      fixture.entries.filter((entry) => entry.message.includes('is not UTF-8')).map((entry) => entry.category),
    ).toEqual(expect.arrayContaining(['Function.text', 'Function.text', 'Function.poisoned'])),
  )
  expect(fixture.seen('text')).toHaveLength(before)
})

test('runs a queue function by hand', async () => {
  const response = await fetch(`${fixture.host.url}/admin/functions/text`, {
    method: 'POST',
    body: '{"input":"by hand"}',
  })

  expect(response.status).toBe(202)
  await eventually(() => expect(metadataOf('text', 'by hand')).toMatchObject({ metadata: { dequeueCount: 1 } }))
})

test('goes on after an outage of storage, and logs its start and its end once', async () => {
  const logged = (text: string) => fixture.entries.filter(({ message }) => message.includes(text)).length
  const pollsBefore = proxy.refused()

  proxy.setDown(true)
  await eventually(() => expect(logged('cannot be read')).toBe(3))
  await eventually(() => expect(proxy.refused()).toBeGreaterThan(pollsBefore + 30))
  proxy.setDown(false)

  await send('fixture-text', base64('after the outage'))
  await eventually(() => expect(metadataOf('text', 'after the outage')).toBeDefined())
  await eventually(() => expect(logged('can be read again')).toBe(3))
  expect(logged('cannot be read')).toBe(3)
})
