// Walks every storage request between a client's upload and the stored events, and lets each fail in each way.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import { eventTableName, tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import { firstNumberOf, headKey, partitionKeyOf, rowKeysOf } from '../../../src/adapters/azure/events/row-keys.ts'
import { eventQueueName, poisonQueueName, storageQueue } from '../../../src/adapters/azure/queues/storage-queue.ts'
import { isNotFound, type Storage } from '../../../src/adapters/azure/storage.ts'
import { cachedDirectory } from '../../../src/adapters/in-process/cached-directory.ts'
import { OrganizationEntry, ProviderEntry } from '../../../src/domain/directory/directory.ts'
import { AcceptedEvent, type EventLog } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { collect } from '../../../src/functions/ingest/collect.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { call, contextWith, tokensOf, userClaims } from '../../support/calls.ts'
import { guid } from '../../support/events.ts'
import { accountAt } from '../../support/storage/account.ts'
import { type FaultProxy, startFaultProxy } from '../../support/storage/fault-proxy.ts'
import { type FaultKind, faultyStorage } from '../../support/storage/faults.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'
import { storageAccount } from '../../support/storage.ts'
import { undelayed } from '../../support/undelayed.ts'

const account = storageAccount()
let proxy: FaultProxy
/** The storage as it is: queues past the proxy, and tables in memory. */
let direct: Storage

const tables = memoryAccount()
const open = (connectionString: string) => ({ ...tables(), queue: accountAt(connectionString)().queue })
/** The storage as a fresh process sees it, whose requests may fail. */
const faulty = () => faultyStorage(open(proxy.connectionString), proxy)

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  direct = open(account)
})
afterAll(async () => {
  await proxy.stop()
})

let worlds = 0
/** An organization, its provider, a member of both and their items, that no other walk touches. */
async function newWorld() {
  worlds += 1
  const [organizationId, providerId, userId] = [guid(worlds, 'a'), guid(worlds, '7'), guid(worlds, 'b')]
  const item = (index: number) => guid(worlds * 100 + index, 'd')
  const directory = tableDirectory(direct)
  const people = [{ id: guid(worlds, '6'), userId, status: 2, type: 0 }]
  await directory.putProvider(providerId, v.parse(ProviderEntry, { name: 'P', users: people }))
  const entry = v.parse(OrganizationEntry, { name: 'O', providerId, members: people })
  await directory.putOrganization(
    organizationId,
    entry,
    Array.from({ length: 4 }, (_, index) => ({ id: item(index), collections: [] })),
  )
  const date = '2026-11-22T06:27:51.501Z'
  const batch: readonly object[] = [
    ...Array.from({ length: 40 }, (_, index) => ({
      type: 1107,
      cipherId: item(index % 4),
      organizationId,
      date: new Date(Date.parse(date) + index).toISOString(),
    })),
    { type: 1007, cipherId: null, organizationId: null, date },
    { type: 1602, cipherId: null, organizationId, date: null },
  ]
  const logs: EventLog[] = [
    { kind: 'organization', id: organizationId },
    { kind: 'provider', id: providerId },
    { kind: 'user', id: userId },
  ]
  return { userId, batch, logs }
}
type World = Awaited<ReturnType<typeof newWorld>>

/** A fresh process: nothing in memory, everything it stores may fail, unless the caller says otherwise. */
function newProcess(userId: Guid, storage = faulty()) {
  const now = () => Date.now()
  const queue = undelayed(storageQueue(storage))
  const store = tableEventStore(storage, { now })
  const directory = cachedDirectory(tableDirectory(storage), now)
  const authenticate = authenticateWith(tokensOf({ user: userClaims(userId) }))
  // Uploads arrive in one and the same hour, in which an undated event that is repeated is one event.
  const arrival = () => Date.parse('2026-11-22T06:28:00Z')
  const ports = { authenticate, directory, queue, now: arrival, address: { trustedProxies: 0 } }
  return { collect: collect(ports), process: processEvents({ store, queue, scheduleEvaluations: async () => {}, now }) }
}

const triesMax = 6

/** Uploads as a client does: again and again until the response is 200. A process that was killed is started anew. */
async function upload({ userId, batch }: World): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const response = await call(newProcess(userId).collect, { method: 'POST', token: 'user', body: batch })
    if (response.status === 200) return
    expect(response.status).toBe(503)
    proxy.heal()
  }
  throw new Error('the upload never succeeded')
}

/** A message that is received comes again when this test says so, and not because the machine was slow. */
const hidden = { numberOfMessages: 1, visibilityTimeout: 3_600 }

/** Delivers what is queued as the host does: what fails is delivered again; a killed process is started anew. */
async function deliverAll({ userId }: World, start = () => newProcess(userId)): Promise<void> {
  const queue = direct.queue(eventQueueName)
  for (let deliveries = 0; deliveries < 20; deliveries += 1) {
    const { receivedMessageItems } = await queue.receiveMessages(hidden)
    const [message] = receivedMessageItems
    if (!message) return
    try {
      await start().process(Buffer.from(message.messageText, 'base64'), contextWith([]))
      await queue.deleteMessage(message.messageId, message.popReceipt)
    } catch {
      proxy.heal()
      await queue.updateMessage(message.messageId, message.popReceipt, message.messageText, 0)
    }
  }
  throw new Error('the queue never emptied')
}

/** A process that uploads and then delivers, until it stands still at a request. `goOn` lets it go on to its end. */
async function frozenAt(request: number, { userId, batch }: World) {
  const queue = direct.queue(eventQueueName)
  let taken: { readonly messageId: string; readonly popReceipt: string; readonly messageText: string } | undefined
  const work = async () => {
    await call(newProcess(userId).collect, { method: 'POST', token: 'user', body: batch })
    for (;;) {
      const { receivedMessageItems } = await queue.receiveMessages(hidden)
      taken = receivedMessageItems[0]
      if (!taken) return
      await newProcess(userId).process(Buffer.from(taken.messageText, 'base64'), contextWith([]))
      await queue.deleteMessage(taken.messageId, taken.popReceipt)
    }
  }
  const frozen = proxy.freeze(request)
  // What it has not done when it goes on too late, as deleting a message that is another's by now, fails.
  const ended = work().catch(() => {})
  await Promise.race([frozen, ended])
  // A frozen process renews no lease; it may have finished its work just before.
  if (taken && proxy.fired()) {
    try {
      await queue.updateMessage(taken.messageId, taken.popReceipt, taken.messageText, 0)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return {
    goOn: async () => {
      proxy.heal()
      await ended
    },
  }
}

/** Reads the feeds of a world on from where it was, as a follower that has saved its cursors. */
function followerOf({ logs }: World) {
  const store = tableEventStore(direct, { now: () => Date.now() })
  const received = logs.map((log) => {
    const ids: string[] = []
    return { log, cursor: feedStart, ids }
  })
  return {
    received,
    readOn: async () => {
      for (const each of received) {
        const page = await store.feed(each.log, 1_000, each.cursor)
        each.ids.push(...(page?.events ?? []).map(({ id }) => id))
        each.cursor = page?.next ?? each.cursor
      }
    },
  }
}

const Row = v.object({
  rowKey: v.string(),
  Count: v.optional(v.bigint()),
  Events: v.optional(v.pipe(v.string(), v.parseJson(), v.array(AcceptedEvent))),
})

/** Every row of a log: the events its feed carries by their numbers, what its head counts, and the keys of all other rows. */
async function rowsOf(log: EventLog): Promise<{ fed: AcceptedEvent[]; count: number; keys: string[] }> {
  const fed: AcceptedEvent[] = []
  const keys: string[] = []
  let count = 0
  const filter = odata`PartitionKey eq ${partitionKeyOf(log)}`
  for await (const entity of direct.table(eventTableName).listEntities({ queryOptions: { filter } })) {
    const row = v.parse(Row, entity)
    if (row.Events) {
      expect(firstNumberOf(row.rowKey)).toBe(fed.length + 1)
      fed.push(...row.Events)
    } else if (row.rowKey === headKey) count = Number(row.Count)
    else keys.push(row.rowKey)
  }
  return { fed, count, keys }
}

/** What must be so in the end: each event once in the feed, and exactly its rows, in each log. */
async function expectStoredOnce({ logs }: World): Promise<void> {
  const counts = [42, 1, 1]
  for (const [index, log] of logs.entries()) {
    const { fed, count, keys } = await rowsOf(log)
    expect(fed).toHaveLength(counts[index] ?? 0)
    expect(count).toBe(fed.length)
    expect(new Set(fed.map(({ id }) => id)).size).toBe(fed.length)
    expect(keys.toSorted()).toEqual(fed.flatMap(rowKeysOf).toSorted())
  }
}

describe('an upload', () => {
  test('of 50 item events takes one queue message and two table transactions', async () => {
    const world = await newWorld()
    const batch = Array.from({ length: 50 }, (_, index) => ({
      ...world.batch[index % 40],
      date: new Date(Date.UTC(2026, 10, 22) + index).toISOString(),
    }))
    proxy.arm(0, 'failed', false)
    await upload({ ...world, batch })
    await deliverAll(world)
    const count = (request: string) => proxy.requests.filter((each) => each === request).length
    expect(count('POST /event/messages')).toBe(1)
    expect(count('POST /$batch')).toBe(2)
    expect((await rowsOf(world.logs[0] ?? { kind: 'user', id: world.userId })).fed).toHaveLength(50)
  })

  test('made twice, each of its messages delivered three times, stores each event once', async () => {
    const world = await newWorld()
    proxy.arm(0, 'failed', false)
    await upload(world)
    await upload(world)
    const queue = direct.queue(eventQueueName)
    const { receivedMessageItems } = await queue.receiveMessages({ ...hidden, numberOfMessages: 32 })
    for (const { messageText } of [...receivedMessageItems, ...receivedMessageItems])
      await queue.sendMessage(messageText)
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      await queue.updateMessage(messageId, popReceipt, messageText, 0)
    }
    await deliverAll(world)
    await expectStoredOnce(world)
  })
})

describe.each([
  ['fails before it takes effect', 'failed', false],
  ['fails after it took effect', 'lost', false],
  ['is the last before a kill, and never arrives', 'failed', true],
  ['is the last before a kill, and takes effect', 'lost', true],
] as const)('when a storage request %s', (_, kind: FaultKind, kills: boolean) => {
  test('the end is the same, whichever it is', async () => {
    let requests = 0
    for (let fired = true; fired; requests += 1) {
      const world = await newWorld()
      proxy.arm(requests + 1, kind, kills)
      await upload(world)
      await deliverAll(world)
      await expectStoredOnce(world)
      fired = proxy.fired()
    }
    expect(requests).toBeGreaterThan(15)
    expect(await direct.queue(poisonQueueName).exists()).toBe(false)
  })
})

describe('when a process stands still at a storage request while another does its work', () => {
  test('and then goes on, the end is the same, whichever it is, and a follower of the feed has it all', async () => {
    let requests = 0
    for (let fired = true; fired; requests += 1) {
      const world = await newWorld()
      const other = () => newProcess(world.userId, direct)
      const follower = followerOf(world)
      const frozen = await frozenAt(requests + 1, world)
      fired = proxy.fired()
      await follower.readOn()
      await call(other().collect, { method: 'POST', token: 'user', body: world.batch })
      await deliverAll(world, other)
      await follower.readOn()
      await frozen.goOn()
      await deliverAll(world, other)
      await follower.readOn()
      await expectStoredOnce(world)
      for (const { log, ids } of follower.received) {
        expect(ids, `frozen at ${proxy.requests[requests]}`).toEqual((await rowsOf(log)).fed.map(({ id }) => id))
      }
    }
    expect(requests).toBeGreaterThan(15)
    expect(await direct.queue(poisonQueueName).exists()).toBe(false)
  })
})
