// Outages of the event store, in virtual time: from a client's upload to the log, delivered as the host does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { deliveriesMax, retryWindowMs } from '../../../src/application/outage-backoff.ts'
import { messageBytesMax, readMessage, writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { collect } from '../../../src/functions/ingest/collect.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import { health } from '../../../src/functions/site/status.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { type EventStore, feedStart } from '../../../src/ports/events.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { acme, alice, event, guid } from '../../support/events.ts'
import { hostedQueue } from '../../support/hosted-queue.ts'

const startMs = Date.parse('2026-11-22T06:00:00Z')
const [minuteMs, hourMs] = [60_000, 3_600_000]
const log = { kind: 'user', id: alice } as const
const down = () => Promise.reject(new Unavailable('event store', new Error('down')))

// Days of an outage make thousands of errors, of which the log names the place alone.
const { stackTraceLimit } = Error
beforeAll(() => {
  Error.stackTraceLimit = 1
})
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit
})

/** A running app whose event store fails as `append` says. */
async function setUp(append: (nowMs: number, store: EventStore['append']) => EventStore['append']) {
  const clock = { now: startMs }
  const host = await hostedQueue(clock)
  const now = () => clock.now
  const store = memoryEventStore(now)
  const whole = {
    ...store,
    append: (events: Parameters<EventStore['append']>[0]) => append(now(), store.append)(events),
  }
  const handler = processEvents({ store: whole, queue: host.queue, scheduleEvaluations: async () => {}, now })
  const upload = collect({
    authenticate: authenticateWith(tokensOf({ alice: userClaims(alice) })),
    directory: memoryDirectory(),
    queue: host.queue,
    now,
    address: { trustedProxies: 0 },
  })
  const stored = async (of: Parameters<EventStore['feed']>[0] = log) =>
    (await store.feed(of, 1_000, feedStart))?.events ?? []
  return {
    host,
    clock,
    store,
    stored,
    handler,
    runUntil: (ms: number, by = handler) => host.runUntil(startMs + ms, by),
    /** 20 uploads of one event each. */
    upload20: async () => {
      for (let index = 0; index < 20; index += 1) {
        const date = new Date(startMs - index * 1_000).toISOString()
        const body = [{ type: 1007, date }]
        expect((await call(upload, { method: 'POST', token: 'alice', body })).status).toBe(200)
      }
    },
    health: async () =>
      call(
        health({ parts: { queue: host.queue, table: store }, queue: host.queue, damage: { noted: async () => [] } }),
      ),
  }
}

/** A store that is out until so long after the start. */
const outFor = (ms: number) => setUp((now, store) => (now < startMs + ms ? down : store))

const ids = (events: readonly { readonly id: string }[]) => new Set(events.map(({ id }) => id))

describe('20 uploads during an outage', () => {
  test.each([
    ['3 minutes', 3 * minuteMs, 10 * minuteMs],
    ['24 hours', 24 * hourMs, 24 * hourMs + 20 * minuteMs],
    ['all but the window', retryWindowMs - hourMs, retryWindowMs],
  ])('of %s are all stored once afterwards, and none is a dead letter', async (_, outMs, endMs) => {
    const { host, upload20, runUntil, stored, health } = await outFor(outMs)
    await upload20()
    await runUntil(outMs - 1)
    expect(host.waiting()).toBe(20)
    expect(await health()).toMatchObject({ status: 200, json: { status: 'healthy', deadLetters: 0 } })
    await runUntil(endMs)
    expect(host.waiting()).toBe(0)
    expect(await stored()).toHaveLength(20)
    expect(ids(await stored()).size).toBe(20)
    expect(host.dead).toEqual([])
  })

  test('longer than the retry window are dead letters that never expire, and health reports them; sent again, each is stored once', async () => {
    const { host, upload20, runUntil, stored, health, clock, handler } = await outFor(retryWindowMs + 2 * hourMs)
    await upload20()
    await runUntil(retryWindowMs + hourMs)
    expect(host.waiting()).toBe(0)
    expect(host.dead.map(({ expiresAt }) => expiresAt)).toEqual(Array(20).fill(Number.POSITIVE_INFINITY))
    expect(await health()).toMatchObject({
      status: 503,
      json: { status: 'unhealthy', checks: { queue: 'ok', table: 'ok' }, deadLetters: 20 },
    })
    expect(
      host.log.filter((line) => line.startsWith('message dead-lettered: failing since 2026-11-22T06:00')),
    ).toHaveLength(20)

    await runUntil(retryWindowMs + 40 * 24 * hourMs)
    for (let times = 0; times < 2; times += 1) for (const { bytes } of host.dead) host.put(bytes, 0)
    await host.runUntil(clock.now, handler)
    expect(await stored()).toHaveLength(20)
    expect(ids(await stored()).size).toBe(20)
  })

  test('cost few deliveries, each later than the one before', async () => {
    const { host, upload20, runUntil } = await outFor(24 * hourMs)
    await upload20()
    await runUntil(25 * hourMs)
    expect(host.deliveries() / 20).toBeLessThan((24 * hourMs) / (11 * minuteMs))
  })

  test('are stored once when each run is killed after it has sent its copy, and before the host knows', async () => {
    const { host, upload20, runUntil, stored, handler } = await outFor(hourMs)
    await upload20()
    let runs = 0
    await runUntil(2 * hourMs, async (message, context) => {
      await handler(message, context)
      runs += 1
      if (runs <= 40) throw new Error('killed')
    })
    expect(host.waiting()).toBe(0)
    expect(await stored()).toHaveLength(20)
    expect(host.dead).toEqual([])
  })
})

describe('what cannot be put off', () => {
  test('is delivered again by the host, and by the last delivery made a dead letter that never expires', async () => {
    const { host, upload20, runUntil, clock, store } = await outFor(hourMs)
    await upload20()
    let outages = 0
    const queue = {
      ...host.queue,
      enqueue: down,
      deadLetter: (message: string | Uint8Array) => {
        outages += 1
        return outages <= 10 ? down() : host.queue.deadLetter(message)
      },
    }
    const ports = {
      store: { ...store, append: down },
      queue,
      scheduleEvaluations: async () => {},
      now: () => clock.now,
    }
    await runUntil(hourMs, processEvents(ports))
    expect(host.waiting()).toBe(0)
    expect(host.dead.map(({ expiresAt }) => expiresAt)).toEqual(Array(20).fill(Number.POSITIVE_INFINITY))
  })

  test('is a fault that is no outage: some tries, then a dead letter as it came, with its reason', async () => {
    const { host, runUntil } = await setUp(() => () => Promise.reject(new TypeError('secret')))
    const text = `[ {"Type":1000,  "UserId":"${alice}"} ]`
    host.put(text, 0)
    await runUntil(10 * minuteMs)
    expect(host.deliveries()).toBe(deliveriesMax)
    expect(host.dead).toEqual([{ bytes: Buffer.from(text), expiresAt: Number.POSITIVE_INFINITY }])
    expect(host.log.at(-1)).toMatch(/^message dead-lettered: it failed 5 times: TypeError at /)
    expect(host.log.join()).not.toContain('secret')
  })
})

describe('a message of another writer', () => {
  const arrival = instantAt(startMs)
  const good = { Type: 1000, UserId: alice }
  const expected = (text: string) => {
    const read = readMessage(text, arrival)
    return read.kind === 'events' ? read.events : []
  }

  test.each([
    ['without date and id', JSON.stringify(good)],
    ['of several that look alike', JSON.stringify([good, good, { ...good, Date: '2026-11-22T05:00:00.1234567Z' }])],
    [
      'that fills the queue’s 64 KiB',
      JSON.stringify(Array(600).fill({ ...good, DomainName: 'x' })).padEnd(messageBytesMax),
    ],
    ['that copies what ours say of failing', JSON.stringify([{ ...good, FailingSince: '9000-01-01T00:00:00Z' }])],
    [
      'that says something else there',
      JSON.stringify([{ ...good, FailingSince: { since: 'ever' }, DateFinal: 'yes' }]),
    ],
  ])('%s is stored after a day as it would have been before', async (_, text) => {
    const { host, runUntil, stored } = await outFor(24 * hourMs)
    host.put(text, 0)
    await runUntil(24 * hourMs + 20 * minuteMs)
    const events = await stored()
    expect(ids(events).size).toBe(events.length)
    expect(events.toSorted(byId)).toEqual(expected(text).toSorted(byId))
    expect(host.dead).toEqual([])
  })
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

  test('of which a part cannot be read is a dead letter at once, as it came; the rest is stored after the outage', async () => {
    const { host, runUntil, stored } = await outFor(hourMs)
    const text = JSON.stringify([good, { Type: 'x' }], null, 2)
    host.put(text, 0)
    await runUntil(1)
    expect(host.dead).toEqual([{ bytes: Buffer.from(text), expiresAt: Number.POSITIVE_INFINITY }])
    await runUntil(2 * hourMs)
    expect(await stored()).toEqual(expected(text))
    expect(host.dead).toHaveLength(1)
  })

  test('that claims to fail for years becomes a dead letter, and is not lost', async () => {
    const { host, runUntil } = await outFor(hourMs)
    host.put(JSON.stringify([{ ...good, FailingSince: '2020-01-01T00:00:00Z' }]), 0)
    await runUntil(1)
    expect(host.dead).toHaveLength(1)
  })
})

test('events are also put off while their evaluation cannot be scheduled', async () => {
  const { host, store, clock, runUntil, stored } = await outFor(0)
  const scheduleEvaluations = async () => {
    if (clock.now < startMs + hourMs) await down()
  }
  for (const message of writeMessages([event({ organizationId: undefined, userId: alice, id: guid(1) })]))
    host.put(message, 0)
  const handler = processEvents({ store, queue: host.queue, scheduleEvaluations, now: () => clock.now })
  await runUntil(hourMs - 1, handler)
  expect([host.waiting(), await stored()]).toMatchObject([1, [{ id: guid(1) }]])
  await runUntil(2 * hourMs, handler)
  expect([host.waiting(), host.dead, (await stored()).length]).toEqual([0, [], 1])
})

test('the organization’s log is no other way', async () => {
  const { host, runUntil, stored } = await outFor(hourMs)
  const events = Array.from({ length: 400 }, (_, index) => event({ id: guid(index) }))
  for (const message of writeMessages(events)) host.put(message, 0)
  await runUntil(2 * hourMs)
  const found = await stored({ kind: 'organization', id: acme })
  expect([found.length, ids(found).size, host.dead]).toEqual([400, 400, []])
})
