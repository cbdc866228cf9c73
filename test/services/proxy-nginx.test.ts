// The nginx snippets of docs/connect/vaultwarden-proxy.md, in a real nginx: before Keytrail itself, and before a server that records.
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchBytesMax } from '../../src/functions/ingest/collect.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'
import { sendFrom, snippetsOf, startNginx, startRecorder } from './proxies.ts'

type Recorder = Awaited<ReturnType<typeof startRecorder>>
type Proxy = Awaited<ReturnType<typeof startNginx>>
let [vault, recorder]: readonly (Recorder | undefined)[] = []
let app: RunningApp
let [before, beforeRecorder]: readonly (Proxy | undefined)[] = []

const owner = { id: guid(1, '6'), userId: alice, status: 2, type: 0, name: 'Alice', email: 'alice@acme.test' }
const viewed = (index: number) => ({ type: 1107, cipherId: guid(index, 'd'), date: new Date().toISOString() })
const desktop = 'bw-desktop-file://bundle'
const List = v.object({ data: v.array(v.looseObject({ cipherId: v.string(), ipAddress: v.nullable(v.string()) })) })

beforeAll(async () => {
  const snippets = await snippetsOf('nginx')
  expect(snippets).toHaveLength(2)
  vault = await startRecorder('vault')
  recorder = await startRecorder('keytrail')
  app = await startApp({ CLIENT_IP_HEADER: 'X-Real-IP', CORS_ORIGINS: `${desktop},file://` })
  before = await startNginx(snippets, vault.url, app.url)
  beforeRecorder = await startNginx(snippets, vault.url, recorder.url)
  const token = await app.issuer.sign({ scope: 'api.events.write', client_id: 'vault' })
  const items = [1, 2, 3].map((index) => ({ id: guid(index, 'd') }))
  const body = { name: 'Acme', members: [owner], items }
  expect((await app.send(`PUT /directory/organizations/${acme}`, { token, body })).status).toBe(204)
})
afterAll(async () => {
  await Promise.all([before?.stop(), beforeRecorder?.stop()])
  await Promise.all([vault?.stop(), recorder?.stop(), app?.stop()])
})

const send = (line: string, sent: Parameters<typeof sendFrom>[3] = {}, address = '127.0.0.5') =>
  sendFrom(address, before?.port ?? 0, line, sent)
const authorization = async () => `Bearer ${await app.issuer.sign(userClaims(alice))}`

describe('before a server that records', () => {
  const sendOn = async (line: string, sent: Parameters<typeof sendFrom>[3] = {}) => {
    for (const each of [vault, recorder]) each?.received.splice(0)
    const response = await sendFrom('127.0.0.5', beforeRecorder?.port ?? 0, line, sent)
    return { response, vault: vault?.received, keytrail: recorder?.received }
  }

  test('the events of clients arrive as they were sent, with the client’s address and no other', async () => {
    const spoofed = { 'x-forwarded-for': '203.0.113.9, 10.0.0.1', 'x-real-ip': '203.0.113.9' }
    const headers = { ...spoofed, 'device-type': '25', authorization: 'Bearer x' }
    const body = JSON.stringify([viewed(1)])
    const sent = await sendOn('POST /events/collect?a=b%2Fc', { headers, body })
    expect([sent.response.text, sent.vault]).toEqual(['keytrail', []])
    expect(sent.keytrail).toMatchObject([
      {
        line: 'POST /events/collect?a=b%2Fc',
        body,
        headers: {
          host: recorder?.url.slice('http://'.length),
          'x-real-ip': '127.0.0.5',
          'x-forwarded-for': '127.0.0.5',
          'device-type': '25',
          authorization: 'Bearer x',
        },
      },
    ])
  })

  test.each([
    'GET /',
    'GET /events',
    'GET /eventsx/collect',
    'GET /api/sync',
    'POST /identity/connect/token',
    'GET /notifications/hub',
    'GET /api/organizations/1/eventsx',
    'GET /api/organizations/1/collections/events',
  ])('%s goes to the vault', async (line) => {
    const sent = await sendOn(line, line.startsWith('POST') ? { body: 'x' } : {})
    expect([sent.response.text, sent.vault?.map((each) => each.line), sent.keytrail]).toEqual(['vault', [line], []])
  })

  test.each([
    `GET /api/organizations/${acme}/events?start=2026-11-01T00:00:00Z&end=2026-11-30T23:59:59Z`,
    `GET /api/organizations/${acme}/users/${guid(1, '6')}/events`,
    `GET /api/ciphers/${guid(1, 'd')}/events`,
  ])('%s goes to Keytrail', async (line) => {
    const sent = await sendOn(line)
    expect([sent.response.text, sent.vault, sent.keytrail?.map((each) => each.line)]).toEqual(['keytrail', [], [line]])
  })
})

test('what clients report is in the log, below their own addresses, and the web vault reads it', async () => {
  const headers = { authorization: await authorization(), 'x-real-ip': '203.0.113.9', 'x-forwarded-for': '203.0.113.9' }
  for (const [address, index] of [
    ['127.0.0.5', 1],
    ['127.0.0.6', 2],
  ] as const) {
    const response = await send('POST /events/collect', { headers, body: JSON.stringify([viewed(index)]) }, address)
    expect([response.status, response.text]).toEqual([200, '{"accepted":1,"dropped":[]}'])
  }
  const listed = await eventually('both events are listed', async () => {
    const response = await send(`GET /api/organizations/${acme}/events`, { headers })
    const { data } = v.parse(List, JSON.parse(response.text))
    return data.length === 2 && data
  })
  expect(listed.map(({ cipherId, ipAddress }) => [cipherId, ipAddress]).toSorted()).toEqual([
    [guid(1, 'd'), '127.0.0.5'],
    [guid(2, 'd'), '127.0.0.6'],
  ])
})

test('a page may call from the desktop app’s origin, and from no other', async () => {
  const headers = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,device-type',
  }
  const allowed = await send('OPTIONS /events/collect', { headers: { ...headers, origin: desktop } })
  expect(allowed).toMatchObject({
    status: 204,
    headers: { 'access-control-allow-origin': desktop, 'access-control-allow-headers': 'authorization,device-type' },
  })
  const refused = await send('OPTIONS /events/collect', { headers: { ...headers, origin: 'https://evil.example' } })
  expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
})

test('a body of 20 MiB passes, and a larger one is a 413', async () => {
  const headers = { authorization: await authorization() }
  const padded = (bytes: number) => ({ headers, body: `[${' '.repeat(bytes - 2)}]` })
  expect(await send('POST /events/collect', padded(batchBytesMax))).toMatchObject({
    status: 200,
    text: '{"accepted":0,"dropped":[]}',
  })
  expect((await send('POST /events/collect', padded(batchBytesMax + 1))).status).toBe(413)
})

test('a body in chunks passes as well', async () => {
  const response = await fetch(`${before?.url}/events/collect`, {
    method: 'POST',
    headers: { authorization: await authorization() },
    body: new Blob([JSON.stringify([viewed(3)])]).stream(),
    duplex: 'half',
  })
  expect([response.status, await response.json()]).toEqual([200, { accepted: 1, dropped: [] }])
})

test('without a token the response is Keytrail’s, as the page says', async () => {
  const response = await send('POST /events/collect', { body: '[]' })
  expect([response.status, response.headers['www-authenticate']]).toEqual([401, 'Bearer realm="keytrail"'])
})
