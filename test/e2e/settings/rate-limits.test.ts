// Rate limits of the whole app: each kind of route at its limit and one past it, as its settings say.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { userClaims } from '../../support/calls.ts'
import { acme, alice, bob, guid } from '../../support/events.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'

let app: RunningApp
const tokens: Record<string, string> = {}

async function start(settings: Record<string, string>) {
  app = await startApp(settings)
  tokens.alice = await app.issuer.sign(userClaims(alice, { orgowner: acme }))
  tokens.bob = await app.issuer.sign(userClaims(bob, { orgowner: acme }))
  tokens.acme = await app.issuer.sign({ scope: 'api.organization', client_id: `organization.${acme}`, sub: acme })
  tokens.server = await app.issuer.sign({ scope: 'api.events.write', client_id: 'server', sub: 'server' })
}

const event = { type: 1000, date: '2026-11-20T09:30:00.123Z' }
const organization = { name: 'Acme', members: [{ id: guid(1, '6'), userId: alice, status: 2, type: 0 }] }

describe('with limits of two a minute', () => {
  const kinds = ['COLLECT', 'READ', 'EXPORT', 'PREVIEW', 'WRITE', 'SERVER', 'REFUSED']

  beforeAll(() => start(Object.fromEntries(kinds.map((kind) => [`RATE_LIMIT_${kind}`, '2']))))
  afterAll(() => app.stop())

  const forwarded = { 'x-forwarded-for': '203.0.113.7' }

  test.each([
    ['collect', ['POST /collect', 'POST /events/collect'], 'alice', [event]],
    ['read', ['GET /events', `GET /organizations/${acme}/alert-rules`, 'GET /organizations'], 'alice', undefined],
    [
      'read with a key',
      ['GET /public/events', 'GET /public/events/feed?cursor=end', 'GET /api/public/members'],
      'acme',
      undefined,
    ],
    ['export', [`GET /organizations/${acme}/events/export?format=csv`], 'alice', undefined],
    ['preview', [`POST /organizations/${acme}/alert-rules/preview`], 'alice', {}],
    ['write', [`POST /organizations/${acme}/alert-mutes`, `POST /organizations/${acme}/alert-rules`], 'alice', {}],
    ['server', [`PUT /directory/organizations/${acme}`, 'POST /events'], 'server', organization],
  ] as const)(
    '%s: two are taken, and the third is a 429 that says when to come again',
    async (_, requests, token, body) => {
      const send = (index: number) =>
        app.send(requests[index % requests.length] ?? '', { token: tokens[token] ?? '', ...(body && { body }) })
      const [first, second, third] = [await send(0), await send(1), await send(2)]
      expect([first.status, second.status]).not.toContain(429)
      expect(third).toMatchObject({ status: 429, json: { object: 'error', errors: null } })
      expect(third.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
      expect(third.headers.get('www-authenticate')).toBeNull()
    },
  )

  test('who has not asked is welcome, and so is what takes no token', async () => {
    expect((await app.send('GET /events', { token: tokens.bob ?? '' })).status).toBe(200)
    for (let time = 0; time < 3; time += 1) expect((await app.send('GET /alive')).status).toBe(200)
  })

  test('forged tokens are a 429 for their address after a while, and take nothing from whom they name', async () => {
    const forged = await app.issuer.forge(userClaims(bob, { orgowner: acme }))
    const statuses: number[] = []
    for (const token of [forged, forged, forged]) {
      statuses.push((await app.send('POST /collect', { token, body: [event], headers: forwarded })).status)
    }
    expect(statuses).toEqual([401, 401, 429])
    const own = { token: tokens.bob ?? '', body: [event], headers: forwarded }
    for (let time = 0; time < 2; time += 1) expect((await app.send('POST /collect', own)).status).toBe(200)
  })
})
