// The inbox at the local identity server: takes what Keytrail sends, refuses what its targets would, and shows nobody else's page anything.
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAccessKey, demoSigningSecret } from '../../local/demo/seed/integrations.ts'
import { type Identity, startIdentity } from '../../local/identity.ts'
import { inboxBodyBytesMax, messagesMax } from '../../local/inbox/inbox.ts'
import { toleranceMs } from '../../local/inbox/verification.ts'
import { signed } from '../../src/adapters/crypto/request-signing.ts'
import { httpSender } from '../../src/adapters/http/sender.ts'
import { millisecondsOf } from '../../src/domain/instant.ts'
import type { Batch } from '../../src/domain/notifications/messages/request.ts'
import type { OpenTarget } from '../../src/domain/notifications/targets/registry.ts'
import { buildRequest } from '../../src/domain/notifications/targets/targets.ts'
import type { SendRequest } from '../../src/ports/sender.ts'
import { about, batchOf, contents, notification, now } from '../domain/notifications/samples.ts'
import { targets } from '../domain/notifications/targets/samples.ts'

let folder: string
let identity: Identity
let clock = millisecondsOf(now)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-inbox-'))
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json'), now: () => clock })
})

afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

const Messages = v.object({
  startedAt: v.number(),
  messages: v.array(
    v.object({
      number: v.number(),
      at: v.string(),
      source: v.string(),
      title: v.string(),
      raw: v.string(),
      parts: v.array(v.unknown()),
    }),
  ),
})

async function messagesAfter(number: number) {
  const response = await fetch(`${identity.inboxUrl}/messages?after=${number}`)
  return v.parse(Messages, await response.json()).messages
}

const newest = async () => (await messagesAfter(0)).at(-1)

type InboxTarget = OpenTarget<'webhook' | 'slack-webhook' | 'teams' | 'acs-email'>

/** The local targets as the demo's integrations have them. */
const local: Readonly<Record<'webhook' | 'slack' | 'teams' | 'mail', () => InboxTarget>> = {
  webhook: () => ({ ...targets.webhook, url: `${identity.inboxUrl}/webhook`, secrets: [demoSigningSecret] }),
  slack: () => ({ kind: 'slack-webhook', url: `${identity.inboxUrl}/slack` }),
  teams: () => ({ kind: 'teams', url: `${identity.inboxUrl}/teams` }),
  mail: () => ({ ...targets['acs-email'], host: new URL(identity.inboxUrl).host, accessKey: demoAccessKey }),
}

const sender = httpSender({ allowLoopback: true })
/** Sends a request as Keytrail does, and returns the response. */
async function responseTo(request: SendRequest): Promise<readonly [status: number, body: string]> {
  const outcome = await sender.send(request)
  if (outcome.kind !== 'response') throw new Error(outcome.kind)
  return [outcome.status, outcome.body]
}

const requestTo = (target: InboxTarget, batch: Batch) => signed(buildRequest(target, batch, about(), now))
const deliver = (target: InboxTarget, batch: Batch) => responseTo(requestTo(target, batch))

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  fetch(`${identity.inboxUrl}${path}`, { method: 'POST', body, headers: { 'content-type': type } })

const digest = batchOf(notification(contents.alert), notification(contents.event, 2), notification(contents.alert, 3))

describe('what Keytrail sends', () => {
  const batches = [
    ...Object.values(contents).map((content) => [content.kind, batchOf(notification(content))] as const),
    ['digest', digest] as const,
  ]

  test.each(batches)('%s is taken by each, as its real target takes it', async (_, batch) => {
    expect(await deliver(local.webhook(), batch)).toEqual([204, ''])
    expect(await deliver(local.slack(), batch)).toEqual([200, 'ok'])
    expect(await deliver(local.teams(), batch)).toEqual([202, ''])
    expect((await messagesAfter(0)).slice(-3).map(({ source }) => source)).toEqual(['webhook', 'slack', 'teams'])
    expect(await deliver(local.mail(), batch)).toEqual([202, ''])
    expect(await newest()).toMatchObject({ source: 'mail', title: expect.stringMatching(/^(Re: )?\[Keytrail\] /) })
  })

  test('to Slack is drawn as header, text, fields, lists, link and fine print beside the colour', async () => {
    await deliver(local.slack(), batchOf(notification(contents.alert)))
    const message = await newest()
    const span = (text: string, ...styles: string[]) => ({ text, styles, url: null })
    expect(message?.title).toBe('Many failed logins of one user: Alice failed to log in 12 times.')
    expect(message?.parts).toEqual([
      { kind: 'heading', text: 'Many failed logins of one user' },
      {
        kind: 'box',
        colour: '#d13438',
        parts: [
          { kind: 'text', runs: [span('Alice failed to log in 12 times.')] },
          {
            kind: 'grid',
            cells: expect.arrayContaining([[span('Level', 'bold'), span('\nhigh')]]),
          },
          { kind: 'text', runs: [span('What to do', 'bold'), span('\nAsk the user.')] },
          { kind: 'text', runs: [span('Events', 'bold'), expect.anything()] },
          {
            kind: 'text',
            runs: [
              { text: 'Look at the log', styles: [], url: expect.stringMatching(/^https:\/\/logs\.acme\.test\//) },
            ],
          },
          { kind: 'note', runs: [span('HIGH · Keytrail · Acme · 2026-11-20 10:04:30 UTC')] },
        ],
      },
    ])
  })

  test('to Teams is drawn as a card with its action', async () => {
    await deliver(local.teams(), batchOf(notification(contents.alert)))
    const message = await newest()
    expect(message?.title).toBe('HIGH: Many failed logins of one user')
    const [box] = v.parse(v.array(v.object({ kind: v.literal('box'), parts: v.array(v.unknown()) })), message?.parts)
    expect(box?.parts[0]).toEqual({ kind: 'text', runs: [{ text: 'HIGH', styles: ['bold', 'attention'], url: null }] })
    expect(box?.parts.at(-1)).toEqual({
      kind: 'links',
      links: [{ title: 'Look at the log', url: expect.stringMatching(/^https:\/\/logs\.acme\.test\//) }],
    })
  })

  test('as e-mail is shown with sender, recipients, what it follows, and its text, in which addresses are links', async () => {
    await deliver(local.mail(), batchOf(notification(contents.resolved)))
    const message = await newest()
    const fact = (name: string, text: string, ...styles: string[]) => ({ name, runs: [{ text, styles, url: null }] })
    expect(message?.parts.slice(0, 2)).toEqual([
      { kind: 'heading', text: 'Re: [Keytrail] HIGH: Many failed logins of one user' },
      {
        kind: 'facts',
        facts: [
          fact('From', 'keytrail@acme.test'),
          fact('To', 'alice@acme.test, bob@acme.test'),
          {
            name: 'In reply to',
            runs: [expect.objectContaining({ text: expect.stringMatching(/^<\S+@acme\.test>$/) })],
          },
          fact('Signature', 'signature valid', 'good', 'bold'),
        ],
      },
    ])
    const link = {
      text: expect.stringMatching(/^https:/),
      styles: [],
      url: expect.stringMatching(/^https:\/\/logs\.acme/),
    }
    expect(message?.parts[2]).toMatchObject({ kind: 'text', runs: [{ url: null }, link, { url: null }] })
  })

  test('to a webhook is shown with id, type and signature, and raw as it was signed', async () => {
    const sent = requestTo(local.webhook(), batchOf(notification(contents.alert)))
    await responseTo(sent)
    const message = await newest()
    expect(message).toMatchObject({ title: 'alert.raised, signature valid', raw: sent.body })
    const fact = (name: string, text: string, ...styles: string[]) => ({ name, runs: [{ text, styles, url: null }] })
    expect(message?.parts).toEqual([
      {
        kind: 'facts',
        facts: [
          fact('Id', notification(contents.alert).id),
          fact('Type', 'alert.raised'),
          fact('Signature', 'signature valid', 'good', 'bold'),
        ],
      },
      { kind: 'json', text: JSON.stringify(JSON.parse(String(sent.body)), null, 2) },
    ])
  })
})

describe('a signature', () => {
  const requestOf = (...secrets: readonly string[]) =>
    requestTo(
      { ...targets.webhook, url: `${identity.inboxUrl}/webhook`, secrets },
      batchOf(notification(contents.test)),
    )
  const [otherSecret] = targets.webhook.secrets
  const verdictOn = async (request: SendRequest) => {
    expect(await responseTo(request)).toEqual([204, ''])
    return JSON.stringify((await newest())?.parts[0])
  }

  test('is valid beside one of another secret, as while secrets rotate', async () => {
    const both = requestOf(otherSecret, demoSigningSecret)
    expect(both.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    expect(await verdictOn(both)).toContain('signature valid')
  })

  test.each([
    ['of another secret', 'no signature is of', otherSecret, {}],
    ['of another id', 'no signature is of', demoSigningSecret, { 'webhook-id': 'another' }],
    ['of another scheme', 'no signature is of', demoSigningSecret, { 'webhook-signature': 'v1a,AAAA' }],
    ['that is missing', 'header is missing', demoSigningSecret, { 'webhook-signature': '' }],
    ['of no time', 'is no time', demoSigningSecret, { 'webhook-timestamp': 'now' }],
  ] as const)('%s is not valid, and the message is shown', async (_, problem, secret, headers) => {
    const sent = requestOf(secret)
    expect(await verdictOn({ ...sent, headers: { ...sent.headers, ...headers } })).toContain(problem)
  })

  test('is valid at the end of the tolerance and not past it', async () => {
    clock = millisecondsOf(now) + toleranceMs
    expect(await verdictOn(requestOf(demoSigningSecret))).toContain('signature valid')
    clock += 1
    expect(await verdictOn(requestOf(demoSigningSecret))).toContain('not of these minutes')
    clock = millisecondsOf(now)
  })
})

describe('the signature of an e-mail', () => {
  const sent = (accessKey: string) =>
    requestTo(
      { ...targets['acs-email'], host: new URL(identity.inboxUrl).host, accessKey },
      batchOf(notification(contents.test)),
    )
  const verdictOn = async (request: SendRequest) => {
    expect(await responseTo(request)).toEqual([202, ''])
    return JSON.stringify((await newest())?.parts[1])
  }

  test('of another key, time or body is not valid, and the e-mail is shown', async () => {
    expect(await verdictOn(sent(targets['acs-email'].accessKey))).toContain('it is not of this access key')
    const request = sent(demoAccessKey)
    expect(await verdictOn({ ...request, body: `${request.body} ` })).toContain('of another body')
    clock += toleranceMs + 1
    expect(await verdictOn(request)).toContain('not of these minutes')
    clock = millisecondsOf(now)
    expect(await verdictOn(request)).toContain('signature valid')
  })

  test('is nothing that a malformed e-mail has: it gets a 400 as from Azure', async () => {
    const response = await fetch(new URL('/emails:send', identity.inboxUrl), {
      method: 'POST',
      body: '{"senderAddress":"a@acme.test"}',
      headers: { 'content-type': 'application/json' },
    })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('"code":"BadRequest"')])
  })
})

describe('a body', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const teamsBody = (content: object) =>
    JSON.stringify({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
    })
  test.each([
    ['/webhook', '{', 'this is no {id, type, timestamp, data}, nor an array of them'],
    ['/webhook', '{"id":"1","type":"t","timestamp":"today","data":{}}', 'this is no {id'],
    ['/webhook', '[]', 'this is no {id'],
    ['/webhook', deep, 'this is no {id'],
    ['/slack', 'ok', 'invalid_payload'],
    ['/slack', '[]', 'no_text'],
    ['/slack', '{}', 'no_text'],
    ['/slack', deep, 'invalid_payload'],
    ['/slack', '{"text":"a","blocks":[{"type":"section"}]}', 'invalid_blocks'],
    ['/slack', '{"text":"a","blocks":[{"type":"unheard_of"}]}', 'invalid_blocks'],
    ['/slack', '{"text":"a","attachments":[{"blocks":[{"type":"header"}]}]}', 'invalid_attachments'],
    ['/teams', '{"text":"hello"}', 'this is no message with an Adaptive Card'],
    ['/teams', '{"type":"message","attachments":[]}', 'this is no message'],
    ['/teams', teamsBody({ type: 'AdaptiveCard' }), 'this is no message'],
    ['/teams', teamsBody({ type: 'AdaptiveCard', body: [{ type: 'TextBlock' }] }), 'this is no message'],
    ['/teams', deep, 'this is no message'],
  ])('to %s that is malformed gets a 400 and is not stored', async (path, body, reason) => {
    const before = await messagesAfter(0)
    const response = await post(path, body)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(reason)
    expect(await messagesAfter(0)).toEqual(before)
  })

  test('that is no UTF-8 is refused, and so is any that is not sent as JSON', async () => {
    expect((await post('/slack', new Uint8Array([0x22, 0xff, 0x22]))).status).toBe(400)
    expect((await post('/slack', '{"text":"from a form"}', 'text/plain')).status).toBe(400)
    expect((await post('/slack', '{"text":"a"}', 'application/json; charset=utf-8')).status).toBe(200)
  })

  test('is taken at the limit and refused one byte past it', async () => {
    const body = '{"text":"a"}'
    expect((await post('/slack', body.padEnd(inboxBodyBytesMax))).status).toBe(200)
    expect((await post('/slack', body.padEnd(inboxBodyBytesMax + 1))).status).toBe(413)
  })
})

test('the last messages are stored, and listed from any number on', async () => {
  for (let sent = 0; sent <= messagesMax; sent += 1) await post('/slack', `{"text":"message ${sent}"}`)

  const all = await messagesAfter(0)
  expect(all).toHaveLength(messagesMax)
  expect([all[0]?.title, all.at(-1)?.title]).toEqual(['message 1', `message ${messagesMax}`])
  const last = all.at(-1)?.number ?? 0
  expect((await messagesAfter(last - 2)).map(({ number }) => number)).toEqual([last - 1, last])
  expect((await fetch(`${identity.inboxUrl}/messages?after=-1`)).status).toBe(400)
})

describe('the page', () => {
  test.each([
    ['', 'text/html; charset=utf-8'],
    ['/inbox.css', 'text/css; charset=utf-8'],
    ['/inbox.js', 'text/javascript; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
    ['/messages', 'application/json'],
  ])('%s is served for itself alone, and may run nothing but its own files', async (path, type) => {
    const { status, headers } = await fetch(identity.inboxUrl + path)
    expect([status, headers.get('content-type')]).toEqual([200, type])
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('asks no other server for anything, and has neither styles nor scripts of its own', async () => {
    const html = await (await fetch(identity.inboxUrl)).text()
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
      '/inbox/icon.svg',
      '/inbox/inbox.css',
      '/inbox/inbox.js',
      '#messages',
    ])
    expect(html).not.toMatch(/<style|style=|<script(?! type="module" src=)|\son\w+=/)
    const css = await (await fetch(`${identity.inboxUrl}/inbox.css`)).text()
    expect(css).not.toMatch(/url\(|@import/)
  })

  test('shows nothing to a name that was pointed at this machine', async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const asked = request(`${identity.inboxUrl}/messages`, { headers: { host: 'evil.example:7072' } }, (response) =>
      resolve(response.resume().statusCode),
    )
    asked.end()
    expect(await promise).toBe(403)
  })

  test('lets no other site ask before it posts, and knows its methods', async () => {
    const preflight = await fetch(`${identity.inboxUrl}/slack`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null])
    const got = await fetch(`${identity.inboxUrl}/slack`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    const posted = await post('', '{}')
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await fetch(`${identity.inboxUrl}/..%2finbox.ts`)).status).toBe(404)
    expect((await fetch(`${identity.inboxUrl}es`)).status).toBe(404)
  })
})
