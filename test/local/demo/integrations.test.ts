// The demo's integrations, against a fake app: what Keytrail's own schema takes, made once, before any event.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, expect, test } from 'vitest'
import { demoDaysMin } from '../../../local/demo/month/month.ts'
import { acmeId } from '../../../local/demo/people/world.ts'
import { demoAccessKey, demoSigningSecret, seedIntegrations } from '../../../local/demo/seed/integrations.ts'
import { seedDemo } from '../../../local/demo/seed/seed.ts'
import { integrationInput, secretsMissing } from '../../../src/domain/notifications/integration.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

type Reply = { readonly status: number; readonly body?: unknown }
type Call = { readonly line: string; readonly token: string | undefined; readonly body: unknown }

/** An app that gives these responses; returns its address and the requests. */
async function appWith(reply: (call: Call) => Reply): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request)).toString()
    const line = `${request.method} ${request.url}`
    const call = { line, token: request.headers.authorization, body: text === '' ? undefined : JSON.parse(text) }
    calls.push(call)
    const { status, body } = reply(call)
    response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, calls }
}

const having =
  (...names: readonly string[]) =>
  ({ line }: Call): Reply =>
    line.startsWith('GET')
      ? { status: 200, body: { data: names.map((name) => ({ name })) } }
      : { status: 201, body: {} }

const signal = new AbortController().signal
const seed = (url: string) =>
  seedIntegrations({
    url,
    token: 'of alice',
    inboxUrl: 'http://127.0.0.1:7072/inbox',
    signingSecret: demoSigningSecret,
    accessKey: demoAccessKey,
    signal,
    pauseMs: 1,
  })

test('makes four that the app takes, each of which leads to the inbox', async () => {
  const { url, calls } = await appWith(having())
  await seed(url)

  const path = `/organizations/${acmeId}/integrations`
  expect(calls.map(({ line }) => line)).toEqual([`GET ${path}`, ...Array(4).fill(`POST ${path}`)])
  expect(new Set(calls.map(({ token }) => token))).toEqual(new Set(['Bearer of alice']))
  const [webhook, slack, teams, mail] = calls.slice(1).map(({ body }) => {
    const read = v.parse(integrationInput({ allowLoopback: true }), body)
    expect(secretsMissing(read.target)).toEqual([])
    return read
  })
  const pressing = { alerts: { levels: ['high', 'critical'], rules: null, per: null, resolved: true }, events: null }
  expect(webhook).toMatchObject({
    target: { kind: 'webhook', url: 'http://127.0.0.1:7072/inbox/webhook', secret: demoSigningSecret, batch: false },
    subscriptions: {
      alerts: { levels: null, rules: null, per: null, resolved: true },
      events: { types: [1007, 1602] },
    },
  })
  expect(slack).toMatchObject({
    target: { kind: 'slack-webhook', url: 'http://127.0.0.1:7072/inbox/slack' },
    subscriptions: pressing,
  })
  expect(teams).toMatchObject({
    target: { kind: 'teams', url: 'http://127.0.0.1:7072/inbox/teams' },
    subscriptions: pressing,
  })
  expect(mail).toMatchObject({
    target: { kind: 'acs-email', host: '127.0.0.1:7072', accessKey: demoAccessKey },
    subscriptions: { alerts: { levels: ['high', 'critical'], resolved: true } },
  })
})

test('makes none a second time, and those that an interrupted start did not make', async () => {
  const again = await appWith(having('Inbox: webhook', 'Inbox: Slack', 'Inbox: Teams', 'Inbox: e-mail', 'Pager'))
  await seed(again.url)
  expect(again.calls.map(({ line }) => line.split(' ')[0])).toEqual(['GET'])

  const begun = await appWith(having('Inbox: webhook'))
  await seed(begun.url)
  const others = ['Inbox: Slack', 'Inbox: Teams', 'Inbox: e-mail']
  expect(begun.calls.slice(1)).toMatchObject(others.map((name) => ({ body: { name } })))
})

test('has nothing to do where integrations are switched off', async () => {
  const { url, calls } = await appWith(() => ({ status: 404 }))
  await seed(url)
  expect(calls).toHaveLength(1)
})

test('tries again while the app is busy, and says what it refuses', async () => {
  let busy = 2
  const { url, calls } = await appWith((call) => (busy-- > 0 ? { status: 503 } : having()(call)))
  await seed(url)
  expect(calls.filter(({ line }) => line.startsWith('POST'))).toHaveLength(4)

  const refusing = await appWith(({ line }) =>
    line.startsWith('GET') ? having()({ line, token: '', body: '' }) : { status: 400, body: 'url: must be https' },
  )
  await expect(seed(refusing.url)).rejects.toThrow(/400 .*must be https/)
})

test('come after the directory and before the first event', async () => {
  const { url, calls } = await appWith((call) => {
    if (call.line === 'POST /events') return { status: 200, body: { dropped: [] } }
    return call.line.includes('/directory/') ? { status: 204 } : having()(call)
  })
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-integrations-'))
  await seedDemo({
    url,
    signal,
    stateFile: join(folder, 'demo.json'),
    days: demoDaysMin,
    now: () => Date.parse('2026-11-22T12:00:00Z'),
    pauseMs: 1,
    serverToken: async () => 'server',
    organizationToken: async () => 'key',
    backlog: { waiting: async () => 0, deadLetters: async () => 0 },
    progress: { show: () => {}, end: () => {} },
    afterDirectory: () => seed(url),
  })
  await rm(folder, { recursive: true })

  const steps = calls.map(({ line }) => /directory|integrations|events/.exec(line)?.[0])
  expect(steps.filter((step, index) => step !== steps[index - 1])).toEqual(['directory', 'integrations', 'events'])
})
