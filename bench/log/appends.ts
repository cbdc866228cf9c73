// What the sequence of a log costs: entities a second against bare transactions, transactions for each event, and one log of several processes against as many logs.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TransactionAction } from '@azure/data-tables'
import { startAzurite } from '../../local/azurite.ts'
import { tableEventStore } from '../../src/adapters/azure/events/event-store.ts'
import { rowKeysOf } from '../../src/adapters/azure/events/row-keys.ts'
import { openStorage, type Storage } from '../../src/adapters/azure/storage.ts'
import { inParallel } from '../../src/concurrency/parallel.ts'
import type { AcceptedEvent } from '../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { type Ratio, ratioOf } from '../measure.ts'

const startMs = Date.UTC(2026, 9, 1)
const [eventsCount, rounds] = [320, 3]
const transactionRows = 100
const messageEvents = 32
const processCounts = [1, 2, 4]

/** An event of an item, of which a transaction holds 32. */
export const itemEvent = (organizationId: Guid, index: number): AcceptedEvent => ({
  id: guidOfContent(organizationId, index),
  type: 1107,
  organizationId,
  cipherId: guidOfContent('item', index % 50),
  date: instantAt(startMs + index),
  actingUserId: guidOfContent('user', index % 10),
})
const eventsOf = (organizationId: Guid, count: number) =>
  Array.from({ length: count }, (_, index) => itemEvent(organizationId, index))

/** Everything that appending costs, on the emulator. */
export async function benchAppends(): Promise<Ratio[]> {
  const azurite = await startAzurite()
  try {
    const { connectionString } = azurite
    const storage = openStorage({ kind: 'connection-string', connectionString })
    const shared: Ratio[] = []
    const entities = await entitiesASecond(storage)
    const transactions = await transactionsAnEvent(storage)
    for (const count of processCounts) shared.push(await oneLogOf(count, connectionString))
    return [entities, ...transactions, ...shared]
  } finally {
    await azurite.stop()
  }
}

let logs = 0
const newLog = (): Guid => guidOfContent('log', process.pid, logs++)

async function entitiesASecond(storage: Storage): Promise<Ratio> {
  const store = tableEventStore(storage, { now: Date.now })
  const bare = storage.table('bare')
  await bare.createTable()
  const rowsCount = eventsOf(newLog(), eventsCount).reduce((sum, event) => sum + rowKeysOf(event).length, 0)
  const entities = rowsCount + 2 * Math.ceil(eventsCount / messageEvents)
  const { ratio, firstMs } = await ratioOf(
    rounds,
    async () => {
      const partitionKey = newLog()
      for (let row = 0; row < entities; row += transactionRows) {
        const length = Math.min(transactionRows, entities - row)
        await bare.submitTransaction(Array.from({ length }, (_, index) => bareRow(partitionKey, row + index)))
      }
    },
    () => store.append(eventsOf(newLog(), eventsCount)),
  )
  const aSecond = Math.round((entities / firstMs) * 1_000 * ratio)
  const what = `entities a second of appending ${eventsCount.toLocaleString('en')} events`
  const note = `${aSecond.toLocaleString('en')} entities/s, head and feed rows among them`
  return { what, against: `bare transactions of ${transactionRows} rows`, ratio, note }
}

/** A row of about the size of an event's. */
const bareRow = (partitionKey: string, index: number): TransactionAction => [
  'create',
  { partitionKey, rowKey: `Row=${String(index).padStart(60, '0')}`, ...itemEvent(guidOfContent(0), index) },
]

/** How many transactions reach the table for each event. */
async function transactionsAnEvent(storage: Storage): Promise<Ratio[]> {
  let transactions = 0
  const counting: Storage = {
    ...storage,
    table: (name) => {
      const client = storage.table(name)
      client.pipeline.addPolicy({
        name: 'counting',
        sendRequest: (request, next) => {
          if (request.url.endsWith('/$batch')) transactions += 1
          return next(request)
        },
      })
      return client
    },
  }
  const store = tableEventStore(counting, { now: Date.now })
  const measured = async (what: string, messages: readonly (readonly AcceptedEvent[])[]): Promise<Ratio> => {
    transactions = 0
    await Promise.all(messages.map((events) => store.append(events)))
    const ratio = transactions / messages.flat().length
    if (ratio === 0) throw new Error('no transaction was counted')
    return { what: `transactions of ${what}`, against: 'their events', ratio }
  }
  return [
    await measured(
      'appending 500 events of one log, each alone and all at once',
      eventsOf(newLog(), 500).map((event) => [event]),
    ),
    await measured('appending a message of 160 events', [eventsOf(newLog(), 160)]),
  ]
}

/** How fast processes fill one log together, against each filling its own. */
async function oneLogOf(count: number, connectionString: string): Promise<Ratio> {
  const children = Array.from({ length: count }, () =>
    fork(join(import.meta.dirname, 'append-once.ts'), [connectionString]),
  )
  try {
    await Promise.all(children.map((child) => once(child, 'message')))
    const fill = async (logOf: (index: number) => Guid) => {
      const filled = children.map((child) => once(child, 'message'))
      for (const [index, child] of children.entries())
        child.send({ log: logOf(index), from: index * eventsCount, count: eventsCount })
      await Promise.all(filled)
    }
    const { ratio, firstMs } = await ratioOf(
      rounds,
      () => fill(newLog),
      () => {
        const log = newLog()
        return fill(() => log)
      },
    )
    const aSecond = Math.round(((count * eventsCount) / firstMs) * 1_000 * ratio)
    const processes = count === 1 ? '1 process' : `${count} processes`
    const note = `${aSecond.toLocaleString('en')} events/s`
    return { what: `events a second of ${processes} in one log`, against: `as many logs`, ratio, note }
  } finally {
    for (const child of children) child.kill()
  }
}

/** Appends events as messages bring them, eight at a time; resolves when all are stored. */
export async function appendMessages(storage: Storage, events: readonly AcceptedEvent[]): Promise<void> {
  const store = tableEventStore(storage, { now: Date.now })
  const messages = Array.from({ length: Math.ceil(events.length / messageEvents) }, (_, index) =>
    events.slice(index * messageEvents, (index + 1) * messageEvents),
  )
  await inParallel(messages, 8, (message) => store.append(message))
}
