// The Caddy snippet of docs/connect/vaultwarden-proxy.md, in a real Caddy, before servers that record.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchBytesMax } from '../../src/functions/ingest/collect.ts'
import { sendFrom, snippetsOf, startCaddy, startRecorder } from './proxies.ts'

type Recorder = Awaited<ReturnType<typeof startRecorder>>
let [vault, keytrail]: readonly (Recorder | undefined)[] = []
let proxy: Awaited<ReturnType<typeof startCaddy>>

beforeAll(async () => {
  const [snippet = '', ...others] = await snippetsOf('caddy')
  expect(others).toEqual([])
  vault = await startRecorder('vault')
  keytrail = await startRecorder('keytrail')
  proxy = await startCaddy(snippet, vault.url, keytrail.url)
})
afterAll(async () => {
  await proxy?.stop()
  await Promise.all([vault?.stop(), keytrail?.stop()])
})

async function send(line: string, sent: Parameters<typeof sendFrom>[3] = {}) {
  for (const each of [vault, keytrail]) each?.received.splice(0)
  const response = await sendFrom('127.0.0.5', proxy.port, line, sent)
  return { response, vault: vault?.received, keytrail: keytrail?.received }
}

test('the events of clients go to Keytrail as they were sent, with the client’s address and no other', async () => {
  const spoofed = { 'x-forwarded-for': '203.0.113.9, 10.0.0.1', 'x-real-ip': '203.0.113.9' }
  const headers = { ...spoofed, host: 'vault.example.com', 'device-type': '25', authorization: 'Bearer x' }
  const sent = await send('POST /events/collect?a=b%2Fc', { headers, body: '[{"type":1107}]' })
  expect([sent.response.text, sent.vault]).toEqual(['keytrail', []])
  expect(sent.keytrail).toMatchObject([
    {
      line: 'POST /events/collect?a=b%2Fc',
      body: '[{"type":1107}]',
      headers: {
        host: keytrail?.url.slice('http://'.length),
        'content-length': '15',
        'x-real-ip': '127.0.0.5',
        'x-forwarded-for': '127.0.0.5',
        'device-type': '25',
        authorization: 'Bearer x',
      },
    },
  ])
})

test.each(['GET /', 'GET /events', 'GET /eventsx/collect', 'GET /api/sync', 'POST /identity/connect/token'])(
  '%s goes to the vault',
  async (line) => {
    const sent = await send(line, line.startsWith('POST') ? { body: 'x' } : {})
    expect([sent.response.text, sent.vault?.map((each) => each.line), sent.keytrail]).toEqual(['vault', [line], []])
  },
)

test('a preflight goes to Keytrail', async () => {
  const sent = await send('OPTIONS /events/collect', { headers: { origin: 'bw-desktop-file://bundle' } })
  expect(sent.keytrail).toMatchObject([{ headers: { origin: 'bw-desktop-file://bundle' } }])
})

test('a body of 20 MiB passes whole, and a larger one does not', async () => {
  const sent = await send('POST /events/collect', { body: ' '.repeat(batchBytesMax) })
  expect([sent.response.status, sent.keytrail?.map(({ body }) => body.length)]).toEqual([200, [batchBytesMax]])
  const larger = await send('POST /events/collect', { body: ' '.repeat(batchBytesMax + 1) })
  expect(larger.response.status).toBeGreaterThanOrEqual(400)
})
