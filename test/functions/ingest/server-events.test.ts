// POST /events: what a trusted server reports, each event on its own.
import { expect, test } from 'vitest'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { batchBytesMax, batchEventsMax } from '../../../src/functions/ingest/collect.ts'
import { serverEvents } from '../../../src/functions/ingest/server-events.ts'
import { call, tokensOf } from '../../support/calls.ts'
import { acme, alice, bob } from '../../support/events.ts'

function setUp() {
  const queue = memoryQueue()
  const now = () => Date.parse('2026-11-22T06:28:00Z')
  const authenticate = authenticateWith(tokensOf({ server: { scope: 'api.events.write', client_id: 'server' } }))
  const post = (body: unknown) =>
    call(serverEvents({ authenticate, queue, now }), { method: 'POST', token: 'server', body })
  const queued = () => queue.messages.flatMap((message): Record<string, unknown>[] => JSON.parse(message))
  const ids = () => queued().map(({ IdempotencyId }) => IdempotencyId)
  return { post, queued, ids }
}

const good = { Type: 1000, OrganizationId: acme }

test.each([
  ['one event', JSON.stringify(good), 1],
  ['one event with a byte-order mark', `\ufeff${JSON.stringify(good)}`, 1],
  ['an array', JSON.stringify([good, good]), 2],
  ['no event', '[]', 0],
])('%s is queued', async (_, body, accepted) => {
  const { post, ids } = setUp()
  expect(await post(body)).toMatchObject({ status: 200, json: { accepted, dropped: [] } })
  expect(new Set(ids()).size).toBe(accepted)
})

test('an event without an id of its own has the same one when the same body is sent again', async () => {
  const { post, ids } = setUp()
  for (const body of [[good, good], [good, good], [good]]) await post(body)
  const [one, two, again, againTwo, other] = ids()
  expect([again, againTwo]).toEqual([one, two])
  expect(new Set([one, two, other]).size).toBe(3)
})

test.each([
  'null',
  '7',
  '"text"',
  '[]',
  '{}',
  `{"Type":1000,"OrganizationId":"${acme}","Date":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
])('%.60s beside a good event is dropped alone', async (bad) => {
  const { post } = setUp()
  const response = await post(`[${bad},${JSON.stringify(good)}]`)
  expect(response).toMatchObject({ status: 200, json: { accepted: 1, dropped: [{ index: 0, reason: 'malformed' }] } })
})

test('events are queued with values as Vaultwarden has them', async () => {
  const { post, queued } = setUp()
  const admin = 'vaultwarden-admin-00000-000000000000'
  const deleted = { type: '1515', organizationId: acme, organizationUserId: bob, actingUserId: admin, deviceType: '14' }
  const odd = [
    deleted,
    { ...deleted, actingUserId: alice, deviceType: 'Linux CLI' },
    { ...deleted, actingUserId: 'root', deviceType: 'Toaster', ipAddress: 'x'.repeat(257) },
    { ...deleted, organizationUserId: admin },
  ]
  const receipt = { accepted: 3, dropped: [{ index: 3, reason: 'malformed' }] }
  expect(await post(odd)).toMatchObject({ status: 200, json: receipt })
  expect(queued()).toEqual([
    expect.objectContaining({ Type: 1515, OrganizationUserId: bob, SystemUser: 200, DeviceType: 14 }),
    expect.objectContaining({ Type: 1515, OrganizationUserId: bob, ActingUserId: alice, DeviceType: 25 }),
    expect.objectContaining({ Type: 1515, OrganizationUserId: bob, SystemUser: 0 }),
  ])
  expect(queued().filter((event) => 'ActingUserId' in event)).toHaveLength(1)
})

test.each(['', '{', '[', '[{]}', '[1,]'])('%j is a 400', async (body) => {
  expect(await setUp().post(body)).toMatchObject({ status: 400, json: { errors: { body: ['is not JSON'] } } })
})

test('more than 100,000 events or 20 MiB are a 413', async () => {
  const { post } = setUp()
  expect((await post(`[${'0,'.repeat(batchEventsMax - 1)}0]`)).status).toBe(200)
  expect((await post(`[${'0,'.repeat(batchEventsMax)}0]`)).status).toBe(413)
  expect((await post(' '.repeat(batchBytesMax + 1))).status).toBe(413)
})
