// Changes of a rule book on their way to the organization's log: none is left untold, and none is told as another.
import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memoryRuleBooks } from '../../../src/adapters/memory/rule-configurations.ts'
import { memoryWakes } from '../../../src/adapters/memory/schedule.ts'
import { changeBook, reportChanges } from '../../../src/application/alerts/report-changes.ts'
import { type BookChange, emptyBook, type RuleBook } from '../../../src/domain/alerts/rule-configuration.ts'
import { ownEvent } from '../../../src/domain/events/audit-events.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedBegin } from '../../../src/ports/events.ts'
import { began, eventsIn } from '../../support/alerts.ts'
import { acme, alice, guid, instant } from '../../support/events.ts'

const change = (number: number): AcceptedEvent => {
  const at = instant('2026-11-22T06:28:00Z')
  const facts = { organizationId: acme, actingUserId: alice, at, objectId: guid(1, 'f'), objectName: 'X' }
  return ownEvent('rule-created', facts, guid(number))
}
const untold =
  (...numbers: number[]) =>
  (book: RuleBook): BookChange => ({
    kind: 'changed',
    book: { ...book, unreported: [...book.unreported, ...numbers.map(change)] },
  })

async function setUp() {
  const ports = { books: memoryRuleBooks(), queue: memoryQueue(), wakes: memoryWakes(), now: () => began }
  const unreported = async () => (await ports.books.bookOf(acme)).unreported
  return { ports, unreported }
}
const unavailable = () => new Unavailable('storage', new Error('x'))
const failing = async () => {
  throw unavailable()
}

describe('reportChanges', () => {
  test('sends what was not told, in order, and notes it as told', async () => {
    const { ports, unreported } = await setUp()
    await ports.books.change(acme, untold(1, 2))
    await reportChanges(ports, acme, await ports.books.bookOf(acme))
    expect(eventsIn(ports.queue.messages)).toEqual([change(1), change(2)])
    expect(await unreported()).toEqual([])
  })

  test('leaves the book alone when there is nothing to tell', async () => {
    const { ports } = await setUp()
    await reportChanges({ ...ports, books: { ...ports.books, change: failing } }, acme, emptyBook)
    expect(ports.queue.messages).toEqual([])
  })

  test('keeps what was changed meanwhile for the next time', async () => {
    const { ports, unreported } = await setUp()
    await ports.books.change(acme, untold(1))
    const seen = await ports.books.bookOf(acme)
    await ports.books.change(acme, untold(2))
    await reportChanges(ports, acme, seen)
    expect(await unreported()).toEqual([change(2)])
  })

  test('keeps everything while the queue is out of reach', async () => {
    const { ports, unreported } = await setUp()
    await ports.books.change(acme, untold(1))
    const queue = { ...ports.queue, enqueue: failing }
    await expect(reportChanges({ ...ports, queue }, acme, await ports.books.bookOf(acme))).rejects.toThrow(Unavailable)
    expect(await unreported()).toEqual([change(1)])
  })

  test('sends the same again when it was cut short, and the log keeps it once', async () => {
    const { ports } = await setUp()
    await ports.books.change(acme, untold(1))
    const books = { ...ports.books, change: failing }
    await expect(reportChanges({ ...ports, books }, acme, await ports.books.bookOf(acme))).rejects.toThrow(Unavailable)
    await reportChanges(ports, acme, await ports.books.bookOf(acme))

    const sent = eventsIn(ports.queue.messages)
    expect(sent).toEqual([change(1), change(1)])
    const store = memoryEventStore()
    for (const event of sent) await store.append([event])
    const log = { kind: 'organization', id: acme } as const
    expect((await store.feed(log, 10, feedBegin))?.events).toEqual([change(1)])
  })
})

describe('changeBook', () => {
  test('makes a change, and tells of it', async () => {
    const { ports, unreported } = await setUp()
    expect(await changeBook(ports, acme, untold(1))).toMatchObject({ kind: 'changed' })
    expect(eventsIn(ports.queue.messages)).toEqual([change(1)])
    expect(await unreported()).toEqual([])
  })

  test('has the organization looked at, whatever becomes of the change', async () => {
    const { ports } = await setUp()
    const books = { ...ports.books, change: failing }
    await expect(changeBook({ ...ports, books }, acme, untold(1))).rejects.toThrow(Unavailable)
    expect(await ports.wakes.due(began, 10)).toMatchObject([{ organizationId: acme, at: began }])
  })

  test('changes nothing while the organization cannot be made due', async () => {
    const { ports, unreported } = await setUp()
    await expect(changeBook({ ...ports, wakes: { note: failing } }, acme, untold(1))).rejects.toThrow(Unavailable)
    expect(await unreported()).toEqual([])
  })

  test('tells nothing of what is refused', async () => {
    const { ports } = await setUp()
    const refused = { kind: 'refused', reason: 'rule-unknown' } as const
    expect(await changeBook(ports, acme, () => refused)).toBe(refused)
    expect(ports.queue.messages).toEqual([])
  })
})
