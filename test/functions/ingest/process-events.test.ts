import { describe, expect, test } from 'vitest'
import { memoryEvaluationQueue } from '../../../src/adapters/memory/evaluation-queue.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { evaluationScheduler } from '../../../src/application/alerts/evaluation/schedule-evaluation.ts'
import { deliveriesMax } from '../../../src/application/outage-backoff.ts'
import { readMessage, writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { nestingLevelsMax } from '../../../src/domain/nesting.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { contextWith } from '../../support/calls.ts'
import { acme, alice, event, guid } from '../../support/events.ts'

const log = { kind: 'organization', id: acme } as const

const startMs = Date.parse('2026-11-22T12:00:00Z')

function setUp() {
  const store = memoryEventStore()
  const queue = memoryQueue()
  const lines: string[] = []
  const schedule = memorySchedule()
  const now = () => Date.parse('2026-11-22T12:00:00Z')
  const evaluations = memoryEvaluationQueue()
  const activity = evaluationScheduler({ schedule, evaluations, now })
  const run = processEvents({ store, queue, scheduleEvaluations: activity, now })
  const deliver = async (message: unknown, metadata = {}) => run(message, contextWith(lines, metadata))
  const stored = async () => (await store.feed(log, 1_000, feedStart))?.events ?? []
  return { store, queue, schedule, evaluations, lines, deliver, stored }
}

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const dated = (date: string) => `[{"Type":1600,"OrganizationId":"${acme}","Date":${date}}]`

describe('processEvents', () => {
  test('stores the events of a message once, however often it is delivered', async () => {
    const { deliver, stored } = setUp()
    const events = [event(), event({ cipherId: guid(2, 'd') })]
    const [message = ''] = writeMessages(events)
    for (const form of [Buffer.from(message), message, JSON.parse(message)]) await deliver(form)
    expect(await stored()).toEqual(events)
  })

  test('stores what Vaultwarden’s admin panel did, once, and dead-letters only what names another thing than an id', async () => {
    const { deliver, queue, stored } = setUp()
    const admin = 'vaultwarden-admin-00000-000000000000'
    const removed = { Type: '1503', OrganizationId: acme, OrganizationUserId: guid(1, '9'), ActingUserId: admin }
    const good = JSON.stringify([{ ...removed, DeviceType: '14', IdempotencyId: guid(1, 'f') }])
    for (const delivery of [good, good]) await deliver(Buffer.from(delivery))
    const bad = JSON.stringify([{ ...removed, OrganizationUserId: 'bob' }])
    await deliver(Buffer.from(bad))
    const [event, ...others] = await stored()
    expect(event).toMatchObject({ type: 1503, organizationUserId: guid(1, '9'), systemUser: 200, deviceType: 14 })
    expect([event?.actingUserId, others]).toEqual([undefined, []])
    expect(queue.poison).toEqual([bad])
  })

  test('dates an undated event by its message’s arrival, the same at each delivery', async () => {
    const { deliver, stored } = setUp()
    await deliver(Buffer.from(JSON.stringify({ Type: 1600, OrganizationId: acme })), {
      insertionTime: '2026-11-22T11:59:00+00:00',
    })
    expect(await stored()).toMatchObject([{ date: '2026-11-22T11:59:00.0000000Z', clientDate: '' }])
  })

  test.each([
    ['no JSON', 'hello, {secret}', 'not-json'],
    ['JSON of something else', '"secret"', 'not-events'],
    ['an array of something else', '[1,  2]', 'not-events'],
    ['an event without an owner', '{"Type": 1000,   "DomainName": "secret"}', 'event 0 owner-missing'],
    ['an event with a date nested 20,000 deep', dated(deep(20_000)), 'event 0 malformed'],
    ['an event with a date one level too deep', dated(deep(nestingLevelsMax + 1)), 'event 0 malformed'],
    ['arrays nested 20,000 deep', deep(20_000), 'event 0 malformed'],
    ['what is no JSON only 20,000 deep', '{"Type":'.repeat(20_000) + '}'.repeat(20_000), 'not-json'],
    ['objects in one another, 20,000 deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'event 0 malformed'],
    ['an event that is malformed', '[{"Type": 1.0e99, "OrganizationId": "secret"}]', 'event 0 malformed'],
  ])(
    'dead-letters %s, text intact, with one log line that gives the reason and none of the text',
    async (_, text, reason) => {
      const { deliver, queue, lines, stored } = setUp()
      await deliver(Buffer.from(text))
      expect(queue.poison).toEqual([text])
      expect(lines).toEqual([`message dead-lettered: ${reason}`])
      expect(await stored()).toEqual([])
    },
  )

  test.each([
    ['a date as deep as dates may be', dated(deep(nestingLevelsMax))],
    ['a property that nobody knows, 20,000 deep', dated('null').replace('"Type"', `"Extra":${deep(20_000)},"Type"`)],
  ])('stores an event with %s', async (_, text) => {
    const { deliver, queue, stored } = setUp()
    await deliver(Buffer.from(text))
    expect(queue.poison).toEqual([])
    expect(await stored()).toMatchObject([{ type: 1600 }])
  })

  const [written = ''] = writeMessages([event({ domainName: 'bücher.example' })])
  test.each([
    ['UTF-8', Buffer.from(`\ufeff${written}`)],
    ['UTF-16, low byte first', Buffer.from(`\ufeff${written}`, 'utf16le')],
    ['UTF-16, high byte first', Buffer.from(`\ufeff${written}`, 'utf16le').swap16()],
    ['text', `\ufeff${written}`],
  ])('understands a byte-order mark of %s', async (_, message) => {
    const { deliver, queue, stored } = setUp()
    await deliver(message)
    expect(queue.poison).toEqual([])
    expect(await stored()).toEqual([event({ domainName: 'bücher.example' })])
  })

  test('dead-letters a message of bytes as it came, byte-order mark included', async () => {
    const { queue, stored, deliver } = setUp()
    await deliver(Buffer.from('\ufeff{'))
    expect(queue.poison).toEqual(['\ufeff{'])
    expect(await stored()).toEqual([])
  })

  test('stores the good events of a message that it dead-letters', async () => {
    const { deliver, queue, stored } = setUp()
    const text = JSON.stringify([
      { Type: 1600, OrganizationId: acme, Date: '2026-11-22T10:00:00Z' },
      { Type: 'x', OrganizationId: acme },
      { Type: 1602, OrganizationId: acme, Date: '2026-11-22T10:00:01Z' },
    ])
    await deliver(Buffer.from(text))
    await deliver(Buffer.from(text))
    expect((await stored()).map(({ type }) => type)).toEqual([1600, 1602])
    expect(queue.poison).toEqual([text, text])
  })

  const down = () => Promise.reject(new Unavailable('event store', new TypeError('secret')))

  test('puts the events off on an outage, with a line that says why, and dead-letters nothing', async () => {
    const { store, queue, lines } = setUp()
    const ports = { store: { ...store, append: down }, queue, scheduleEvaluations: async () => {}, now: () => startMs }
    const [message = ''] = writeMessages([event()])
    await processEvents(ports)(Buffer.from(message), contextWith(lines))
    expect(queue.messages.map((text) => readMessage(text, instantAt(0)))).toEqual([
      { kind: 'events', events: [event()], refused: [], retry: { failingSince: instantAt(startMs), afterSeconds: 30 } },
    ])
    expect(queue.delays[0]).toBeGreaterThan(20)
    expect(queue.poison).toEqual([])
    expect(lines).toEqual([
      expect.stringMatching(/^1 event put off for \d+ s: event store is unavailable: TypeError at /),
    ])
  })

  test('waits twice as long each time, even if the clocks of earlier attempts differ', async () => {
    const { store, queue } = setUp()
    const hourMs = 3_600_000
    const times = [startMs, startMs + hourMs, startMs + 2 * hourMs, startMs - hourMs]
    let [text = ''] = writeMessages([event()])
    for (const ms of times) {
      const ports = { store: { ...store, append: down }, queue, scheduleEvaluations: async () => {}, now: () => ms }
      await processEvents(ports)(Buffer.from(text), contextWith([]))
      text = queue.messages.at(-1) ?? ''
    }
    const share = (queue.delays[0] ?? 0) / 30
    for (const [index, seconds] of [30, 60, 120, 240].entries()) {
      expect(Math.abs((queue.delays[index] ?? 0) - seconds * share)).toBeLessThanOrEqual((4 * seconds) / 30)
    }
  })

  test('fails on an outage of both, so that the message is delivered again, and dead-letters nothing', async () => {
    const { store, queue } = setUp()
    const ports = { store: { ...store, append: down }, scheduleEvaluations: async () => {}, now: () => startMs }
    const run = processEvents({ ...ports, queue: { ...queue, enqueue: down } })
    await expect(run(Buffer.from(`[{"Type":1,"UserId":"${alice}"}]`), contextWith([]))).rejects.toThrow(Unavailable)
    expect(queue.poison).toEqual([])
  })

  test('has the organizations evaluated at once', async () => {
    const { deliver, schedule, evaluations } = setUp()
    const [message = ''] = writeMessages([event(), event({ organizationId: undefined, userId: alice })])
    await deliver(Buffer.from(message))
    const due = await schedule.due(Date.parse('2026-11-22T13:00:00Z'), 10)
    expect(due).toMatchObject([{ organizationId: acme, at: Date.parse('2026-11-22T12:10:00.005Z') }])
    expect(evaluations.messages).toMatchObject([{ delaySeconds: 1 }])
  })

  test('puts events off while their evaluation cannot be scheduled', async () => {
    const { store, queue } = setUp()
    const run = processEvents({ store, queue, scheduleEvaluations: down, now: Date.now })
    const [message = ''] = writeMessages([event()])
    await run(Buffer.from(message), contextWith([]))
    expect([queue.messages.length, queue.poison.length]).toEqual([1, 0])
  })

  test.each([4, '4', undefined, null, {}, 'x'])('leaves a fault to the host at delivery %j', async (dequeueCount) => {
    const { store, queue } = setUp()
    const append = () => Promise.reject(new RangeError('secret'))
    const run = processEvents({
      store: { ...store, append },
      queue,
      scheduleEvaluations: async () => {},
      now: Date.now,
    })
    const deliver = (count: unknown) =>
      run(Buffer.from(`{"Type":1,"UserId":"${alice}"}`), contextWith([], { dequeueCount: count }))
    await expect(deliver(dequeueCount)).rejects.toThrow(RangeError)
    expect(queue.poison).toEqual([])
    await deliver(deliveriesMax)
    expect(queue.poison).toHaveLength(1)
  })
})
