// Putting the demo data in, against a fake app: once, in order, again after an interruption, and not over a refusal.
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lastDays, month, monthDays } from '../../../local/demo/month/month.ts'
import { acmeId, otherId, providerId } from '../../../local/demo/people/world.ts'
import { type Progress, progressOn } from '../../../local/demo/progress.ts'
import { seedDemo } from '../../../local/demo/seed/seed.ts'

type Call = { readonly line: string; readonly body: unknown }
type Reply = { readonly status: number; readonly body?: unknown }

const accepted: Reply = { status: 200, body: { accepted: 200, dropped: [] } }
const silent: Progress = { show: () => {}, end: () => {} }
const base = Date.parse('2026-11-22T12:00:00.000Z')
const Ids = v.array(v.object({ IdempotencyId: v.string() }))

let server: Server
let calls: Call[]
let reply: (call: Call) => Reply
let stateFile: string
let folder: string

beforeEach(async () => {
  calls = []
  reply = ({ line }) => (line === 'POST /events' ? accepted : { status: 204 })
  server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request)
    const text = Buffer.concat(chunks).toString()
    const call = { line: `${request.method} ${request.url}`, body: text === '' ? undefined : JSON.parse(text) }
    calls.push(call)
    const { status, body } = reply(call)
    const token = request.method === 'GET' ? /^Bearer key of / : /^Bearer token$/
    response.writeHead(token.test(request.headers.authorization ?? '') ? status : 401)
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  folder = await mkdtemp(join(tmpdir(), 'keytrail-seed-'))
  stateFile = join(folder, 'demo.json')
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

function seed(changes: Partial<Parameters<typeof seedDemo>[0]> = {}): Promise<number> {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return seedDemo({
    url: `http://127.0.0.1:${port}`,
    stateFile,
    days: monthDays,
    serverToken: async () => 'token',
    organizationToken: async (id) => `key of ${id}`,
    backlog: { waiting: async () => 0, deadLetters: async () => 0 },
    progress: silent,
    now: () => base,
    signal: new AbortController().signal,
    pauseMs: 1,
    ...changes,
  })
}

const sentIds = () =>
  calls
    .filter(({ line }) => line === 'POST /events')
    .flatMap(({ body }) => v.parse(Ids, body).map((event) => event.IdempotencyId))

test('sends the directory, then the month in its order, and stores that it did', async () => {
  expect(await seed()).toBe(base)

  expect(calls.slice(0, 4).map(({ line }) => line)).toEqual([
    `PUT /directory/organizations/${acmeId}`,
    `PUT /directory/organizations/${otherId}`,
    `PUT /directory/providers/${providerId}`,
    'POST /events',
  ])
  expect(sentIds()).toEqual(month(base).map((event) => event.IdempotencyId))
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual({ base: '2026-11-22T12:00:00.000Z', seeded: true })
})

test('puts in the last days alone when so many are asked for, and the rest when more are', async () => {
  const four = lastDays(month(base), base, 4).map((event) => event.IdempotencyId)
  await seed({ days: 4 })
  expect(sentIds()).toEqual(four)
  expect(four.length).toBeLessThan(month(base).length / 4)

  calls = []
  reply = storing(four)
  await seed()
  expect(sentIds()).toEqual(all)
})

/** Responds to every caller with lists of two pages with these events. */
const storing =
  (ids: readonly string[]) =>
  ({ line }: Call): Reply => {
    if (line === 'POST /events') return accepted
    if (!line.startsWith('GET')) return { status: 204 }
    const half = Math.ceil(ids.length / 2)
    const second = line.includes('continuationToken=more')
    const data = (second ? ids.slice(half) : ids.slice(0, half)).map((id) => ({ id }))
    return { status: 200, body: { data, continuationToken: second ? null : 'more' } }
  }
const all = month(base).map((event) => event.IdempotencyId)

test('only looks a second time, and sends nothing when all is there', async () => {
  await seed()
  calls = []
  reply = storing(all)
  expect(await seed({ now: () => base + 3_600_000 })).toBe(base)

  const { Date: from = '' } = month(base)[0] ?? {}
  expect(calls.map(({ line }) => line.split('?')[0])).toEqual(Array.from({ length: 4 }, () => 'GET /public/events'))
  expect(calls[0]?.line).toContain(`start=${encodeURIComponent(from)}`)
})

test.each([
  ['everything', []],
  ['the first event', all.slice(1)],
  ['the last event of an organization', all.slice(0, -6)],
])('puts the same month in again when the storage has lost %s', async (_, left) => {
  await seed()
  calls = []
  reply = storing(left)
  const said: string[] = []
  const progress: Progress = { show: () => {}, end: (text) => said.push(text) }
  await seed({ now: () => base + 3_600_000, progress })

  expect(sentIds()).toEqual(all)
  expect(said).toEqual([expect.stringMatching(/events? are missing/), expect.stringContaining('are in')])
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual({ base: '2026-11-22T12:00:00.000Z', seeded: true })
})

test('leaves an organization alone that the directory has switched off since', async () => {
  await seed()
  calls = []
  reply = () => ({ status: 404 })
  await seed()

  expect(calls.map(({ line }) => line.split(' ')[0])).toEqual(['GET', 'GET'])
})

test('begun and interrupted, sends the same events again', async () => {
  const interruption = new AbortController()
  reply = ({ line }) => {
    if (calls.length === 6) interruption.abort(new Error('interrupted'))
    return line === 'POST /events' ? accepted : { status: 204 }
  }
  await expect(seed({ signal: interruption.signal })).rejects.toThrow('interrupted')
  const first = sentIds()

  calls = []
  await seed({ now: () => base + 3_600_000 })

  expect(sentIds().slice(0, first.length)).toEqual(first)
  expect(sentIds()).toHaveLength(month(base).length)
})

test('tries again while the app is busy, but not for ever', async () => {
  let busy = 5
  reply = ({ line }) => {
    if (line.startsWith('PUT') && busy > 0) return { status: busy-- % 2 ? 503 : 429 }
    return line === 'POST /events' ? accepted : { status: 204 }
  }
  await seed()
  expect(calls.filter(({ line }) => line.startsWith('PUT'))).toHaveLength(3 + 5)

  busy = Number.POSITIVE_INFINITY
  await rm(stateFile)
  await expect(seed()).rejects.toThrow(/PUT .* responded (503|429)/)
})

test('says what the app refuses, and is not done', async () => {
  reply = () => ({ status: 400, body: { message: 'members: is not an array' } })
  await expect(seed()).rejects.toThrow(/400 .*is not an array/)

  reply = ({ line }) => (line === 'POST /events' ? { status: 200, body: { dropped: [{ index: 0 }] } } : { status: 204 })
  await expect(seed()).rejects.toThrow('drops events')
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ seeded: false })
})

test('waits until all is processed, and says what was not', async () => {
  const left = [3, 2, 1, 0]
  const shown: number[] = []
  const progress: Progress = { show: (doing, done) => doing === 'storing' && shown.push(done), end: () => {} }
  await seed({ progress, backlog: { waiting: async () => left.shift() ?? 0, deadLetters: async () => 0 } })
  expect(shown).toEqual([0, 1, 2])

  await rm(stateFile)
  await expect(seed({ backlog: { waiting: async () => 0, deadLetters: async () => 2 } })).rejects.toThrow(
    'event-poison',
  )
})

test('gives up when the queue does not move', async () => {
  let at = base
  const now = () => (at += 60_001)

  await expect(seed({ now, backlog: { waiting: async () => 7, deadLetters: async () => 0 } })).rejects.toThrow(
    '7 messages',
  )
})

test('a damaged state file is named, with the way out', async () => {
  await writeFile(stateFile, '{"base":')

  await expect(seed()).rejects.toThrow(`${stateFile} is damaged: start once with --reset`)
})

test('progress is one redrawn line on a terminal, and a line a stage elsewhere', () => {
  const drawn = (isTTY: boolean) => {
    const texts: string[] = []
    const progress = progressOn({ isTTY, write: (text: string) => texts.push(text) }, 'demo data')
    progress.show('sending', 0, 2_000, 'events')
    progress.show('sending', 1_000, 2_000, 'events')
    progress.end('in')
    return texts
  }

  expect(drawn(true).join('').split('\n')).toHaveLength(2)
  expect(drawn(true)[1]).toBe(`\r\x1b[Kdemo data: ${'█'.repeat(12)}${'░'.repeat(12)} sending 1,000 of 2,000 events`)
  expect(drawn(false)).toEqual(['demo data: sending 2,000 events\n', 'demo data: in\n'])
})
