// Clocks that differ: what an upload decided about dates stands, for any clock of the instance that reads its message.
import { describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { clockAheadMaxMs } from '../../../src/domain/ingest/event-date.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { collect } from '../../../src/functions/ingest/collect.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import { serverEvents } from '../../../src/functions/ingest/server-events.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { call, contextWith, tokensOf, userClaims } from '../../support/calls.ts'
import { alice } from '../../support/events.ts'

const appMs = Date.parse('2026-11-22T12:00:00Z')
const log = { kind: 'user', id: alice } as const

/** An app whose messages are dated by a storage whose clock is `behindMs` behind the app's. */
function setUp(behindMs: number) {
  const queue = memoryQueue()
  const store = memoryEventStore()
  const now = () => appMs
  const authenticate = authenticateWith(
    tokensOf({ alice: userClaims(alice), server: { client_id: 'server', scope: ['api.events.write'] } }),
  )
  const ports = { authenticate, directory: memoryDirectory(), queue, now, address: { trustedProxies: 0 } }
  const routes = { collect: collect(ports), server: serverEvents(ports) }
  const run = processEvents({ store, queue, scheduleEvaluations: async () => {}, now })
  const insertionTime = new Date(appMs - behindMs).toISOString()
  const deliver = (text: string) => run(Buffer.from(text), contextWith([], { insertionTime }))
  return {
    deliver,
    /** What is stored of an event that is reported by this route. */
    reported: async (route: 'collect' | 'server', body: object) => {
      const token = route === 'collect' ? 'alice' : 'server'
      expect((await call(routes[route], { method: 'POST', token, body: [body] })).status).toBe(200)
      for (const message of queue.messages.splice(0)) await deliver(message)
      return (await store.feed(log, 10, feedStart))?.events[0]
    },
    stored: async () => (await store.feed(log, 10, feedStart))?.events[0],
  }
}

const apart = [1, 1_000, clockAheadMaxMs, 3_600_000, -1_000, -3_600_000]
const bodyOf = (route: string, date: unknown) =>
  route === 'collect' ? { type: 1007, date } : { Type: 1000, UserId: alice, Date: date }

describe.each(['collect', 'server'] as const)('what the route of %s decided', (route) => {
  test.each(apart)('stands with the storage’s clock %d ms behind: a date that was accepted', async (behindMs) => {
    const date = new Date(appMs + clockAheadMaxMs).toISOString()
    const event = await setUp(behindMs).reported(route, bodyOf(route, date))
    expect(event?.date).toBe(instantAt(appMs + clockAheadMaxMs))
    expect(event).not.toHaveProperty('clientDate')
  })

  test.each(apart)('stands with the storage’s clock %d ms behind: one that was not', async (behindMs) => {
    const date = new Date(appMs + clockAheadMaxMs + 1).toISOString()
    const event = await setUp(behindMs).reported(route, bodyOf(route, date))
    expect(event).toMatchObject({ date: instantAt(appMs), clientDate: date })
    const undated = await setUp(behindMs).reported(route, bodyOf(route, null))
    expect(undated).toMatchObject({ date: instantAt(appMs), clientDate: '' })
  })
})

describe('a message of another writer', () => {
  const ahead = new Date(appMs + clockAheadMaxMs).toISOString()
  const written = (more: object) => JSON.stringify({ Type: 1000, UserId: alice, ...more })

  test.each([
    ['without our mark', {}],
    ['with something else in its place', { DateFinal: 'true' }],
    ['with null in its place', { DateFinal: null }],
  ])('%s is judged by the storage’s clock alone', async (_, more) => {
    const app = setUp(1_000)
    await app.deliver(written({ Date: ahead, ...more }))
    expect(await app.stored()).toMatchObject({ date: instantAt(appMs - 1_000), clientDate: ahead })
  })

  test('is judged alike at each delivery', async () => {
    const app = setUp(0)
    await app.deliver(written({ Date: ahead }))
    expect(await app.stored()).toMatchObject({ date: instantAt(appMs + clockAheadMaxMs) })
  })

  test('with our mark is accepted as ours are', async () => {
    const app = setUp(1_000)
    await app.deliver(written({ Date: ahead, DateFinal: true }))
    expect((await app.stored())?.date).toBe(instantAt(appMs + clockAheadMaxMs))
  })

  test.each(['yesterday', null, 7, '2009-12-31T23:59:59Z', '9999-01-01T00:00:00Z', ['2026-11-22']])(
    'with our mark on %j, which no upload decided, is judged',
    async (date) => {
      const app = setUp(1_000)
      await app.deliver(written({ Date: date, DateFinal: true }))
      expect((await app.stored())?.date).toBe(instantAt(appMs - 1_000))
    },
  )
})

test('a server that posts our mark is judged all the same', async () => {
  const date = new Date(appMs + clockAheadMaxMs + 1).toISOString()
  const event = await setUp(0).reported('server', { ...bodyOf('server', date), DateFinal: true })
  expect(event).toMatchObject({ date: instantAt(appMs), clientDate: date })
})
