// Every operation of openapi.yaml refuses on the running app as it is documented; `send` checks each response against the document.
import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { directoryBytesMax } from '../../src/functions/directory/write-directory.ts'
import { bodyBytesMax } from '../../src/functions/http/body.ts'
import { batchBytesMax } from '../../src/functions/ingest/collect.ts'
import { signingKey } from '../support/api-keys.ts'
import { personClaims, userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { secretKey } from '../support/notifications/integrations.ts'
import { checkedFetch } from '../support/openapi/check.ts'
import { below, has, isOwnRoute, type Operation, operations } from '../support/openapi/document.ts'
import { type RunningApp, startApp } from '../support/servers/running-app.ts'

const [provider, item] = [guid(1, '7'), guid(1, 'd')]

let app: RunningApp
/** Tokens by security scheme: of a person with every right at Acme, and of one with none there. */
const tokens: Record<string, { readonly good: string; readonly stranger: string }> = {}
/** Of an operator. */
let operator: string
/** Tokens that say the right thing and are forged, expired, or another issuer's. */
const bad: string[] = []

beforeAll(async () => {
  const issuedTokens = { TOKEN_ISSUER: 'http://keytrail.test', TOKEN_SIGNING_KEY: signingKey('RS256') }
  // More requests with bad tokens than one address may send in a minute.
  app = await startApp({ ...issuedTokens, SECRET_KEYS: secretKey('k1'), RATE_LIMIT_REFUSED: '0' })
  const { sign } = app.issuer
  const keyOf = (id: string) => sign({ client_id: `organization.${id}`, client_sub: id, scope: 'api.organization' })
  operator = await new SignJWT(personClaims(guid(9, 'b'), { operator: true }))
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
    .setIssuer(issuedTokens.TOKEN_ISSUER)
    .setExpirationTime('1h')
    .sign(createPrivateKey(issuedTokens.TOKEN_SIGNING_KEY))
  const server = await sign({ client_id: 'server', scope: 'api.events.write' })
  const user = userClaims(alice, { orgowner: acme, providerprovideradmin: provider })
  tokens.userToken = { good: await sign(user), stranger: await sign(userClaims(bob)) }
  tokens.organizationKey = { good: await keyOf(acme), stranger: await keyOf(globex) }
  tokens.serverToken = { good: server, stranger: server }

  const expired = { exp: Math.floor(Date.now() / 1_000) - 301 }
  const key = { client_id: `organization.${acme}`, scope: 'api.organization' }
  for (const claims of [user, key, { client_id: 'server', scope: 'api.events.write' }]) {
    bad.push(await app.issuer.forge(claims))
    bad.push(await sign({ ...claims, ...expired }), await sign({ ...claims, iss: 'https://elsewhere.example' }))
  }

  const put = (path: string, body: unknown) => app.send(`PUT /directory/${path}`, { token: server, body })
  const person = { userId: alice, status: 2, type: 0 }
  const items = [{ id: item, collections: [] }]
  await put(`organizations/${acme}`, { name: 'Acme', items, members: [{ id: guid(1, '6'), ...person }] })
  await put(`organizations/${globex}`, { name: 'Globex', enabled: false })
  await put(`providers/${provider}`, { name: 'Provider', users: [{ id: guid(1, '4'), ...person }] })
})
afterAll(() => app?.stop())

/** The path of an operation, with ids of what there is. */
function pathOf({ route }: Operation): string {
  const ids: Record<string, string> = {
    id: route.includes('/providers') ? provider : route.startsWith('/ciphers') ? item : acme,
    orgId: acme,
    memberId: guid(1, '6'),
    providerUserId: guid(1, '4'),
    keyId: guid(1, 'e'),
    itemId: item,
    personId: alice,
    machineAccountId: guid(1, '9'),
    secretId: guid(1, '7'),
    address: '203.0.113.7',
    alertId: guid(1, '3'),
    incidentId: guid(1, '0'),
    muteId: guid(1, '2'),
    exceptionId: guid(1, '8'),
    name: 'trusted_networks',
    ruleId: guid(1, 'f'),
    integrationId: guid(1, '5'),
    sourceId: guid(1, 'a'),
  }
  return route.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')
}

const requestOf = (operation: Operation) => `${operation.method} ${pathOf(operation)}`
const isOperators = ({ place }: Operation) =>
  has(below(place, 'tags'), '0') && below(place, 'tags', '0').value === 'Operations'
const schemeOf = ({ security }: Operation) => security.flatMap(Object.keys)[0] ?? ''
const goodToken = (operation: Operation) => {
  const token = isOperators(operation) ? operator : tokens[schemeOf(operation)]?.good
  return token === undefined ? {} : { token }
}
const responding = (status: string) => operations.filter(({ responses }) => status in responses)
const takingBodies = operations.filter(({ place }) => has(place, 'requestBody'))

describe('a 401 without a token, with a bad one, and with one of another kind', () => {
  const closed = operations.filter(({ security }) => security.some((each) => Object.values(each).flat().length > 0))

  test.each(closed)('$method $route', async (operation) => {
    const others = Object.keys(tokens).filter((scheme) => scheme !== schemeOf(operation))
    const ofOtherKinds = others.map((scheme) => tokens[scheme]?.good ?? '')
    for (const token of [undefined, 'x.y.z', ...bad, ...ofOtherKinds]) {
      expect((await app.send(requestOf(operation), token === undefined ? {} : { token })).status).toBe(401)
    }
  })
})

describe('a 404 for a person who may not know', () => {
  test.each(responding('404').filter((operation) => /^(user|organization)/.test(schemeOf(operation))))(
    '$method $route',
    async (operation) => {
      // These need a vault's own token: people who signed in elsewhere get a 404.
      const needsVaultToken = /^\/(collect|events)/.test(operation.route)
      const token = needsVaultToken ? operator : (tokens[schemeOf(operation)]?.stranger ?? '')
      const body = has(operation.place, 'requestBody') ? { body: {} } : {}
      expect((await app.send(requestOf(operation), { token, ...body })).status).toBe(404)
    },
  )

  test.each(responding('404').filter((operation) => schemeOf(operation) === 'serverToken'))(
    '$method $route, for an id without its dashes',
    async (operation) => {
      const request = requestOf(operation).replaceAll(/[\w-]{36}/g, (id) => id.replaceAll('-', ''))
      expect((await app.send(request, { ...goodToken(operation), body: {} })).status).toBe(404)
    },
  )
})

describe('a 400 for a wrong parameter', () => {
  test.each(operations.filter(({ parameters }) => parameters.some((each) => each.in === 'query')))(
    '$method $route',
    async (operation) => {
      const names = operation.parameters.map(({ name }) => name)
      const wrong = ['expand', 'limit', 'start', 'continuationToken'].find((name) => names.includes(name)) ?? ''
      const needed = names.includes('format') ? 'format=csv&' : ''
      const response = await app.send(`${requestOf(operation)}?${needed}${wrong}=all`, goodToken(operation))
      expect(response).toMatchObject({ status: 400, json: { errors: { [wrong]: [expect.any(String)] } } })
    },
  )
})

const asked = operations.filter(({ security }) => security.some((each) => Object.keys(each).length > 0))
// Not `__proto__`: the library that reads requests loses it.
const someQueries = [
  'colour=red',
  'toString=1',
  'constructor',
  'valueOf=',
  'start_=2026-11-01',
  '%ED%A0%BD=%F0%9F%A6%8A',
]

describe('a query parameter that is not known', () => {
  test.each(asked.filter(({ route }) => isOwnRoute(route)))('is a 400: $method $route', async (operation) => {
    for (const query of someQueries) {
      const response = await app.send(`${requestOf(operation)}?${query}`, goodToken(operation))
      expect(response).toMatchObject({ status: 400, json: { object: 'error', errors: expect.anything() } })
      const [name = ''] = new URLSearchParams(query).keys()
      expect(response.text).toContain(JSON.stringify({ [name]: ['is not known'] }))
    }
  })

  test.each(asked.filter(({ method, route }) => method === 'GET' && !isOwnRoute(route)))(
    'is passed over: $method $route',
    async (operation) => {
      const plain = await app.send(requestOf(operation), goodToken(operation))
      for (const query of someQueries) {
        const response = await app.send(`${requestOf(operation)}?${query}`, goodToken(operation))
        expect(response.status).toBe(plain.status)
      }
    },
  )
})

describe('a property that is not known', () => {
  // The others take arrays, forms and the texts of rules.
  const ofObjects = takingBodies.filter(
    ({ route }) => !/collect|members$|^\/events$|\/items$|connect\/token|alert-rules$|\/\{ruleId\}$/.test(route),
  )

  test.each(ofObjects)('is a 400, under any name: $method $route', async (operation) => {
    for (const name of ['colour', 'toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf', 'prototype']) {
      const body = `{"${name}":{"a":1}}`
      const response = await app.send(requestOf(operation), { ...goodToken(operation), body })
      expect(response.status).toBe(400)
      expect(response.text).toContain(`"${name}":["is not known"]`)
    }
  })
})

function bytesMaxOf(route: string): number {
  if (route.includes('collect') || route === '/events') return batchBytesMax
  return route.startsWith('/directory') ? directoryBytesMax : bodyBytesMax
}

describe('a body', () => {
  test.each(takingBodies)('that is none is a 400: $method $route', async (operation) => {
    expect((await app.send(requestOf(operation), { ...goodToken(operation), body: '{' })).status).toBe(400)
  })

  test.each(takingBodies)('that is too large is a 413: $method $route', async (operation) => {
    const body = 'x'.repeat(bytesMaxOf(operation.route) + 1)
    expect((await app.send(requestOf(operation), { ...goodToken(operation), body })).status).toBe(413)
  })

  test.each(takingBodies)('in chunks is a 411: $method $route', async (operation) => {
    const { method } = operation
    const headers = { authorization: `Bearer ${goodToken(operation).token}` }
    const body = new Blob(['{}']).stream()
    const response = await checkedFetch(app.url + pathOf(operation), { method, headers, body, duplex: 'half' })
    expect(response.status).toBe(411)
  })
})

test('the 21st API key is a 409', async () => {
  const create = async () =>
    (
      await app.send(`POST /organizations/${acme}/api-keys`, {
        token: tokens.userToken?.good ?? '',
        body: { name: 'x' },
      })
    ).status
  for (let made = 0; made < 20; made += 1) expect(await create()).toBe(201)
  expect(await create()).toBe(409)
})
