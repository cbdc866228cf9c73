import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { cachedDirectory } from '../../../src/adapters/in-process/cached-directory.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { unknownItemsMax } from '../../../src/application/directory/facts.ts'
import { OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { messageBytesMax } from '../../../src/domain/ingest/event-messages.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { elementBytesMax } from '../../../src/functions/http/body.ts'
import { forBrowsers } from '../../../src/functions/http/cors.ts'
import { batchBytesMax, batchEventsMax, collect } from '../../../src/functions/ingest/collect.ts'
import { type Directory, type DirectoryReader, itemsPerLookUpMax } from '../../../src/ports/directory.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

const collection = guid(1, '5')
const organization = (members: object) =>
  v.parse(OrganizationEntry, {
    name: 'Acme',
    members: [{ id: guid(1, '6'), userId: alice, status: 2, type: 2, collections: [{ id: collection }], ...members }],
  })
const items = Array.from({ length: 250 }, (_, index) => ({ id: guid(index, 'd'), collections: [collection] }))
const date = '2026-11-22T06:27:51.501Z'
const viewed = (index: number) => ({ type: 1107, cipherId: guid(index, 'd'), organizationId: acme, date })

const viewedUpTo = (count: number) => Array.from({ length: count }, (_, index) => viewed(index))

async function setUp({ counting = false } = {}) {
  const stored: Directory = memoryDirectory()
  await stored.putOrganization(acme, organization({}), items)
  const reads: string[] = []
  const asked: { organization: Guid[]; memberships: Guid[]; items: (readonly Guid[])[] } = {
    organization: [],
    memberships: [],
    items: [],
  }
  const counted: DirectoryReader = {
    organization: (id) => {
      asked.organization.push(id)
      return noted('organization', stored.organization(id))
    },
    provider: (id) => noted('provider', stored.provider(id)),
    items: (ids) => {
      asked.items.push(ids)
      return noted(`items ${ids.length}`, stored.items(ids))
    },
    namedItems: (id) => noted('namedItems', stored.namedItems(id)),
    listedByEmail: (email) => directory.listedByEmail(email),
    memberships: (id) => {
      asked.memberships.push(id)
      return noted('memberships', stored.memberships(id))
    },
    managedBy: (id) => noted('managedBy', stored.managedBy(id)),
    placesOfOrganizations: (after, limit) => noted('places', stored.placesOfOrganizations(after, limit)),
  }
  function noted<T>(read: string, response: T): T {
    reads.push(read)
    return response
  }
  let clock = Date.parse('2026-11-22T06:28:00Z')
  const now = () => clock
  const queue = memoryQueue()
  const directory = cachedDirectory({ ...stored, ...(counting && counted) }, now)
  const ports = {
    authenticate: authenticateWith(
      tokensOf({
        alice: userClaims(alice, { devicetype: 'LinuxCLI' }),
        bob: userClaims(bob),
        key: { scope: 'api.organization', client_id: `organization.${acme}`, client_sub: acme },
      }),
    ),
    directory,
    queue,
    now,
    address: { trustedProxies: 1 },
  }
  const upload = (body: unknown, more: object = {}) =>
    call(collect(ports), { method: 'POST', path: '/collect', token: 'alice', body, ...more })
  const queued = (): unknown[] => queue.messages.flatMap((message) => JSON.parse(message))
  return { ports, queue, stored, reads, asked, upload, queued, advance: (ms: number) => (clock += ms) }
}

describe('POST /collect', () => {
  test('queues 50 item events of one organization as one message, for one look-up of each kind', async () => {
    const { upload, queue, reads } = await setUp({ counting: true })
    const response = await upload(Array.from({ length: 50 }, (_, index) => viewed(index)))
    expect(response).toMatchObject({ status: 200, json: { accepted: 50, dropped: [] } })
    expect(queue.messages).toHaveLength(1)
    expect(reads.toSorted()).toEqual(['items 50', 'organization'])
  })

  test('looks up items by the hundred, and keeps messages within the limit', async () => {
    const { upload, queue, reads } = await setUp({ counting: true })
    await upload(Array.from({ length: 250 }, (_, index) => viewed(index)))
    expect(reads.toSorted()).toEqual(['items 100', 'items 100', 'items 50', 'organization'])
    expect(queue.messages.length).toBeGreaterThan(1)
    for (const message of queue.messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(messageBytesMax)
  })

  test.each(['203.0.113.9,', '10.0.0.1, 203.0.113.9:5000 , ', ',,203.0.113.9', '10.0.0.1,[::FFFF:203.0.113.9]:443,\t'])(
    'finds the client’s address in X-Forwarded-For: %j',
    async (forwarded) => {
      const { upload, queued } = await setUp()
      await upload([viewed(3)], { headers: { 'x-forwarded-for': forwarded } })
      expect(queued()).toMatchObject([{ IpAddress: '203.0.113.9' }])
    },
  )

  test('queues what is needed to store the event: who, what, where, when, from which device', async () => {
    const { upload, queued } = await setUp()
    await upload([viewed(3)], { headers: { 'device-type': '9', 'x-forwarded-for': '10.0.0.1, 203.0.113.9:5000' } })
    expect(queued()).toEqual([
      {
        IdempotencyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        DateFinal: true,
        Type: 1107,
        Date: '2026-11-22T06:27:51.5010000Z',
        OrganizationId: acme,
        CipherId: guid(3, 'd'),
        ActingUserId: alice,
        DeviceType: 9,
        IpAddress: '203.0.113.9',
      },
    ])
  })

  test('takes the device from the token when the header has none', async () => {
    const { upload, queued } = await setUp()
    await upload([viewed(3)])
    expect(queued()).toMatchObject([{ DeviceType: 25 }])
  })

  test('queues the good events beside bad ones, and says which were dropped and why', async () => {
    const { upload, queued } = await setUp()
    const response = await upload([
      viewed(1),
      { ...viewed(2), cipherId: 'not-a-guid' },
      { ...viewed(3), type: 1000 },
      { ...viewed(9_999) },
      { type: 1602, organizationId: globex, date },
      viewed(4),
    ])
    expect(response.json).toEqual({
      accepted: 2,
      dropped: [
        { index: 1, reason: 'malformed' },
        { index: 2, reason: 'type-not-collectable' },
        { index: 3, reason: 'item-unreachable' },
        { index: 4, reason: 'not-a-member' },
      ],
    })
    expect(queued()).toHaveLength(2)
  })

  test('gives a repeated upload the ids of the first', async () => {
    const { upload, queue, advance } = await setUp()
    const batch = [viewed(1), { ...viewed(2), date: null }, { ...viewed(3), date: 'soon' }]
    await upload(batch)
    advance(60_000)
    await upload(batch)
    const [first, second] = queue.messages.map((message) => JSON.parse(message))
    const ids = (events: { IdempotencyId: string }[]) => events.map((each) => each.IdempotencyId)
    expect(ids(second)).toEqual(ids(first))
    expect(new Set(ids(first)).size).toBe(3)
  })

  test('drops nothing because of cached data: rights granted a moment ago count', async () => {
    const { upload, stored, advance } = await setUp()
    await stored.putOrganization(acme, organization({ collections: [] }))
    expect((await upload([viewed(1)])).json).toMatchObject({ accepted: 0 })
    advance(1)
    await stored.putOrganization(acme, organization({}))
    expect((await upload([viewed(1)])).json).toMatchObject({ accepted: 1 })
  })

  test.each([
    ['unknown ids', 300, 0],
    ['known and unknown ids', 300, 100],
    ['as many unknown ids as are looked up', unknownItemsMax, 0],
  ])('looks up %s in batches, each once', async (_, unknown, known) => {
    const { upload, asked } = await setUp({ counting: true })
    const batch = [...Array.from({ length: unknown }, (_, index) => viewed(index + 1_000)), ...viewedUpTo(known)]
    const { json } = await upload([...batch, ...batch])
    expect(json).toMatchObject({ accepted: 2 * known })
    expect(asked.items.flat()).toHaveLength(unknown + known)
    expect(new Set(asked.items.flat()).size).toBe(unknown + known)
    expect(asked.items).toHaveLength((unknown + known) / itemsPerLookUpMax)
  })

  test('drops unknown ids beyond 1,000 without a look-up, and accepts the events before them', async () => {
    const { upload, asked } = await setUp({ counting: true })
    const batch = [...viewedUpTo(100), ...Array.from({ length: 20_000 }, (_, index) => viewed(index + 1_000))]
    const { json } = await upload(batch)
    expect(json).toMatchObject({ accepted: 100, dropped: { length: 20_000, 0: { reason: 'item-unreachable' } } })
    expect(asked.items.flat()).toHaveLength(unknownItemsMax + 100)
    expect(asked.items).toHaveLength(unknownItemsMax / itemsPerLookUpMax + 1)
  })

  test('goes on looking up while fewer than 1,000 ids are unknown, a full look-up at a time', async () => {
    const { upload, asked } = await setUp({ counting: true })
    const strange = Array.from({ length: unknownItemsMax - 1 }, (_, index) => viewed(index + 1_000))
    const { json } = await upload([...strange, ...viewedUpTo(250)])
    expect(json).toMatchObject({ accepted: 250 })
    expect(asked.items).toHaveLength(13)
  })

  test('looks up no organization that the caller can’t belong to', async () => {
    const { upload, asked } = await setUp({ counting: true })
    const batch = Array.from({ length: 2_000 }, (_, index) => ({ type: 1602, organizationId: guid(index, 'e'), date }))
    const { json } = await upload([...batch, { type: 1602, organizationId: acme, date }])
    expect(json).toMatchObject({ accepted: 1, dropped: { length: 2_000, 0: { reason: 'not-a-member' } } })
    expect(asked).toMatchObject({ memberships: [alice], organization: [acme], items: [] })
  })

  test('drops nothing on what was unknown a moment ago: items and organizations that have just come count', async () => {
    const { upload, stored, advance } = await setUp()
    const batch = [viewed(500), { type: 1602, organizationId: globex, date }]
    expect((await upload(batch)).json).toMatchObject({ accepted: 0 })
    advance(1)
    await stored.putItems(acme, [{ id: guid(500, 'd'), collections: [collection] }])
    await stored.putOrganization(globex, organization({}))
    expect((await upload(batch)).json).toMatchObject({ accepted: 2 })
  })

  test('looks up no id twice, however long the look-ups take', async () => {
    const { upload, asked, advance, ports, stored } = await setUp({ counting: true })
    const slow = {
      ...stored,
      items: async (ids: readonly Guid[]) => {
        asked.items.push(ids)
        advance(60_000)
        return stored.items(ids)
      },
    }
    ports.directory = cachedDirectory(slow, ports.now)
    await upload(Array.from({ length: 300 }, (_, index) => viewed(index + 1_000)))
    expect(asked.items.flat()).toHaveLength(300)
  })

  test('asks a cache that knows an id to be unknown once more, and no more than once', async () => {
    const { upload, asked, advance } = await setUp({ counting: true })
    const batch = Array.from({ length: 200 }, (_, index) => viewed(index + 1_000))
    await upload(batch)
    advance(1)
    asked.items.length = 0
    await upload(batch)
    expect(asked.items.flat()).toHaveLength(200)
  })

  test('accepts an empty batch', async () => {
    const { upload, queue } = await setUp()
    expect(await upload([])).toMatchObject({ status: 200, json: { accepted: 0, dropped: [] } })
    expect(queue.messages).toEqual([])
  })
})

describe('a bad event beside good ones', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  const long = 'x'.repeat(elementBytesMax)

  test.each([
    'null',
    '7',
    '"text"',
    'true',
    '[]',
    '[[]]',
    '{}',
    '{"type":null}',
    ...[5_000, 200_000].map((levels) => `{"type":1107,"date":${nested(levels)}}`),
    `{"type":1107,"date":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    `[${'0,'.repeat(1_000_000)}0]`,
    nested(1_000_000),
    `{"type":1107,"date":"${long}"}`,
    `{"__proto__":{"type":1107},"toString":1}`,
  ])('is dropped alone: %.40s', async (bad) => {
    const { upload, queued } = await setUp()
    const [one, two] = [viewed(1), viewed(2)].map((good) => JSON.stringify(good))
    const response = await upload(` [${one}, ${bad} ,${two}] `)
    expect(response).toMatchObject({ status: 200, json: { accepted: 2, dropped: [{ index: 1, reason: 'malformed' }] } })
    expect(queued()).toHaveLength(2)
  })

  test('is dropped with all others when none is good', async () => {
    const { upload } = await setUp()
    const response = await upload('[null,7]')
    const dropped = [0, 1].map((index) => ({ index, reason: 'malformed' }))
    expect(response).toMatchObject({ status: 200, json: { accepted: 0, dropped } })
  })

  test('is not one that has further properties, under any name', async () => {
    const { upload } = await setUp()
    const more = '"__proto__":{"a":1},"constructor":1,"toString":[],"deep":{"a":[[[]]]},"text":"],[{\\"\\\\"'
    const response = await upload(`\ufeff[${JSON.stringify(viewed(1)).slice(0, -1)},${more}}]`)
    expect(response).toMatchObject({ status: 200, json: { accepted: 1, dropped: [] } })
  })
})

test('a whole batch of events is queued in messages within the limit, a few at a time', async () => {
  const { ports } = await setUp()
  const queued: number[] = []
  const queue = {
    ...ports.queue,
    enqueue: async (messages: readonly string[]) => {
      queued.push(messages.length)
      for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(messageBytesMax)
      await ports.queue.enqueue(messages)
    },
  }
  const start = Date.parse('2026-11-01T00:00:00Z')
  const body = Array.from({ length: batchEventsMax }, (_, index) => ({
    ...viewed(index % 250),
    date: new Date(start + index).toISOString(),
  }))
  const response = await call(collect({ ...ports, queue }), { method: 'POST', token: 'alice', body })
  expect(response).toMatchObject({ status: 200, json: { accepted: batchEventsMax, dropped: [] } })
  expect(Math.max(...queued)).toBeLessThanOrEqual(32)
  const ids = ports.queue.messages.flatMap((message) => JSON.parse(message)).map(({ IdempotencyId }) => IdempotencyId)
  expect(new Set(ids).size).toBe(batchEventsMax)
})

test('events in an object are those of an array, as a version of the iOS client sends them', async () => {
  const { upload, queue } = await setUp()
  const response = await upload({ events: [viewed(1), 7] })
  expect(response).toMatchObject({ status: 200, json: { accepted: 1, dropped: [{ index: 1, reason: 'malformed' }] } })
  const inObject = queue.messages.splice(0)
  await upload([viewed(1)])
  expect(queue.messages).toEqual(inObject)
})

describe('POST /collect refuses', () => {
  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['an object', viewed(1)],
    ['events in an object with more', { events: [], more: 1 }],
    ['an object of events that does not end', '{"events":[]'],
    ['an array that does not end', '[{"type":1107}'],
    ['an array with more behind it', '[] []'],
    ['an array with an element that is no JSON', '[{"type":1107},x]'],
    ['an array with an element missing', '[{"type":1107},]'],
    ['null', 'null'],
  ])('%s with 400', async (_, body) => {
    const { upload, queue } = await setUp()
    expect(await upload(body)).toMatchObject({ status: 400, json: { object: 'error', errors: expect.anything() } })
    expect(queue.messages).toEqual([])
  })

  test('bodies over 20 MiB and batches over 100,000 events with 413, and none smaller', async () => {
    const { upload } = await setUp()
    const padded = (bytes: number) => `[${' '.repeat(bytes - 2)}]`
    expect((await upload(padded(batchBytesMax))).status).toBe(200)
    expect((await upload(padded(batchBytesMax + 1))).status).toBe(413)
    const events = (length: number) => Array.from({ length }, () => ({ type: 1 }))
    expect((await upload(events(batchEventsMax))).status).toBe(200)
    expect((await upload(events(batchEventsMax + 1))).status).toBe(413)
    expect((await upload({ events: events(batchEventsMax) })).status).toBe(200)
    expect((await upload({ events: events(batchEventsMax + 1) })).status).toBe(413)
  })

  test('a body in chunks, which the host does not hand over, with 411', async () => {
    const { upload } = await setUp()
    expect((await upload(undefined, { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(411)
  })

  test('callers without a token, with an unknown one, and with an organization’s key, with 401 and a challenge', async () => {
    const { upload, queue } = await setUp()
    for (const [token, error] of [
      [undefined, ''],
      ['stolen', 'invalid_token'],
      ['key', 'insufficient_scope'],
    ] as const) {
      const response = await upload([viewed(1)], { token })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(new RegExp(`^Bearer .*${error}`))
    }
    expect(queue.messages).toEqual([])
  })

  test.each(['queue', 'directory', 'tokens'])('nothing, but responds 503, when the %s is unavailable', async (part) => {
    const { ports, queue } = await setUp()
    const fail = async () => {
      throw new Unavailable(part, new Error('secret connection string'))
    }
    const broken = {
      ...ports,
      ...(part === 'queue' && { queue: { ...queue, enqueue: fail } }),
      ...(part === 'directory' && { directory: { ...ports.directory, items: fail } }),
      ...(part === 'tokens' && { authenticate: authenticateWith({ verify: fail }) }),
    }
    const response = await call(collect(broken), { method: 'POST', token: 'alice', body: [viewed(1)] })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(response.text + response.log.join()).not.toContain('secret')
    expect(queue.messages).toEqual([])
  })

  test('with a 500 that reveals nothing when the fault is ours', async () => {
    const { ports } = await setUp()
    const directory = { ...ports.directory, items: () => Promise.reject(new TypeError('secret detail')) }
    const response = await call(collect({ ...ports, directory }), { method: 'POST', token: 'alice', body: [viewed(1)] })
    expect(response).toMatchObject({ status: 500, json: { object: 'error', errors: null } })
    expect(response.text + response.log.join()).not.toContain('secret')
    expect(response.log).toEqual([expect.stringContaining('TypeError')])
  })
})

describe('browsers', () => {
  const origins = ['https://vault.example']
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-headers': 'authorization,device-type' } }

  test('may call from the configured origins', async () => {
    const { ports } = await setUp()
    const headers = { ...preflight.headers, origin: 'https://vault.example' }
    const response = await call(forBrowsers(origins, collect(ports)), { ...preflight, headers })
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://vault.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization,device-type',
      vary: 'Origin',
    })
  })

  test('may not call from any other', async () => {
    const { ports } = await setUp()
    const handler = forBrowsers(origins, collect(ports))
    const headers = { ...preflight.headers, origin: 'https://evil.example' }
    const asked = await call(handler, { ...preflight, headers })
    const sent = await call(handler, { method: 'POST', token: 'alice', body: [viewed(1)], headers })
    expect(sent.status).toBe(200)
    for (const { headers: given } of [asked, sent]) expect(given.has('access-control-allow-origin')).toBe(false)
  })

  test('must not guess types, frame the response or store it', async () => {
    const { upload } = await setUp()
    const { headers } = await upload([viewed(1)])
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    })
  })
})
