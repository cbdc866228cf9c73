// Waiting for the demo's first alerts, against a fake app.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { acmeId } from '../../../local/demo/people/world.ts'
import { awaitFirstAlerts } from '../../../local/demo/seed/first-alerts.ts'

const base = Date.parse('2026-11-22T12:00:00.000Z')
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

type Reply = { readonly status: number; readonly body?: unknown }

/** Waits with an app that gives these responses in turn, and then the last one again and again; returns the requests and the output. */
async function waitWith(replies: readonly Reply[], now = () => base): Promise<{ asked: string[]; said: string[] }> {
  const [asked, said]: [string[], string[]] = [[], []]
  const server = createServer((request, response) => {
    const { status, body } = replies[Math.min(asked.length, replies.length - 1)] ?? { status: 500 }
    asked.push(`${request.headers.authorization} ${request.url}`)
    response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const progress = { show: () => {}, end: (text: string) => said.push(text) }
  const url = `http://127.0.0.1:${port}`
  await awaitFirstAlerts({ url, token: 't', base, progress, now, signal: new AbortController().signal, pauseMs: 1 })
  return { asked, said }
}

const none: Reply = { status: 200, body: { data: [] } }
const one: Reply = { status: 200, body: { data: [{ from: '2026-11-19T02:20:00Z', title: 'T' }] } }

test('asks for the hour of the attack until there are alerts, and says so', async () => {
  const { asked, said } = await waitWith([none, { status: 503 }, one])

  const range = 'start=2026-11-19T02%3A00%3A00.000Z&end=2026-11-19T03%3A00%3A00.000Z'
  expect(asked).toEqual(Array.from({ length: 3 }, () => `Bearer t /organizations/${acmeId}/alerts?${range}`))
  expect(said).toEqual(['1 alert about the night of 2026-11-19'])
})

test('says nothing when they are there already', async () => {
  expect((await waitWith([one])).said).toEqual([])
})

test('asks once when the organization was switched off', async () => {
  expect(await waitWith([{ status: 404 }])).toMatchObject({ asked: [expect.any(String)], said: [] })
})

test('gives up after a while, and says that they come later', async () => {
  let clock = base
  const { said } = await waitWith([none], () => {
    clock += 20_000
    return clock
  })
  expect(said).toEqual([expect.stringContaining('no alerts yet')])
})
