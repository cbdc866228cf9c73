// Who calls too often: counted by the name in a valid token, and by address without one.
import { beforeEach, expect, test } from 'vitest'
import { memoryRateLimits, rateLimitsDefault } from '../../../src/adapters/in-process/rate-limits.ts'
import type { Scope } from '../../../src/domain/directory/principal.ts'
import {
  type Authenticate,
  authenticateWith,
  limitedTo,
  unauthorized,
} from '../../../src/functions/http/authenticate.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { RateKind, RateLimiter } from '../../../src/ports/rate-limits.ts'
import { tokensOf, userClaims } from '../../support/calls.ts'
import { acme, alice, bob, globex } from '../../support/events.ts'

const tokens = tokensOf({
  alice: userClaims(alice),
  'alice-again': userClaims(alice, { client_id: 'web' }),
  bob: userClaims(bob),
  acme: { scope: 'api.organization', client_id: `organization.${acme}` },
  globex: { scope: 'api.organization', client_id: `organization.${globex}` },
  server: { scope: 'api.events.write', client_id: 'server' },
  'server-of-alice': { scope: 'api.events.write', client_id: alice },
})
const scopes: Readonly<Record<string, Scope>> = {
  acme: 'api.organization',
  globex: 'api.organization',
  server: 'api.events.write',
  'server-of-alice': 'api.events.write',
}
const limits = { ...rateLimitsDefault, collect: 2, read: 2, write: 2, server: 2, refused: 2 }
const address = { trustedProxies: 1 }
let limiter: RateLimiter

beforeEach(() => {
  limiter = memoryRateLimits(limits)
})

const through = (kind: RateKind, authenticate: Authenticate = authenticateWith(tokens)) =>
  limitedTo(kind, authenticate, { limiter, address })

async function ask(token: string, { from = '203.0.113.7', kind = 'read' }: { from?: string; kind?: RateKind } = {}) {
  const headers = new Headers({ authorization: `Bearer ${token}`, ...(from && { 'x-forwarded-for': from }) })
  const caller = await through(kind)(headers, scopes[token] ?? 'api')
  return caller.kind === 'refused' ? caller.reason : 'welcome'
}
const asked = async (times: number, ...[token, options]: Parameters<typeof ask>) => {
  const responses: string[] = []
  for (let time = 0; time < times; time += 1) responses.push(await ask(token, options))
  return responses
}

test.each(['alice', 'acme', 'server'])(
  '%s is welcome as often as the limit says, and refused once more',
  async (token) => {
    expect(await asked(3, token)).toEqual(['welcome', 'welcome', 'too-many-requests'])
  },
)

test('two callers do not share a count, also behind one address', async () => {
  await asked(3, 'alice')
  await asked(3, 'acme')
  await asked(3, 'server')
  for (const other of ['bob', 'globex', 'server-of-alice'])
    expect(await asked(2, other)).toEqual(['welcome', 'welcome'])
})

test('one person has one count, for any client, token or address', async () => {
  expect(await asked(2, 'alice', { from: '203.0.113.7' })).toEqual(['welcome', 'welcome'])
  expect(await ask('alice-again', { from: '203.0.113.8' })).toBe('too-many-requests')
})

test('each kind of request has a count of its own', async () => {
  await asked(3, 'alice', { kind: 'read' })
  expect(await asked(2, 'alice', { kind: 'write' })).toEqual(['welcome', 'welcome'])
})

test('what is no valid token uses up nothing of the caller it names, and counts for its address alone', async () => {
  expect(await asked(3, 'forged')).toEqual(['token-invalid', 'token-invalid', 'too-many-requests'])
  expect(await asked(2, 'alice')).toEqual(['welcome', 'welcome'])
  expect(await ask('forged', { from: '203.0.113.8' })).toBe('token-invalid')
})

test('addresses of one IPv6 network share a count; without an address nothing is counted', async () => {
  await asked(2, 'forged', { from: '2001:db8::1' })
  expect(await ask('forged', { from: '2001:db8::2' })).toBe('too-many-requests')
  expect(await asked(4, 'forged', { from: '' })).toEqual(Array(4).fill('token-invalid'))
})

test('a genuine token of another kind counts as none', async () => {
  const headers = new Headers({ authorization: 'Bearer alice', 'x-forwarded-for': '203.0.113.9' })
  const reasons = []
  for (let time = 0; time < 3; time += 1) {
    const caller = await through('read')(headers, 'api.events.write')
    reasons.push(caller.kind === 'refused' && caller.reason)
  }
  expect(reasons).toEqual(['scope-missing', 'scope-missing', 'too-many-requests'])
  expect(await ask('alice')).toBe('welcome')
})

test('while tokens cannot be verified nothing is counted', async () => {
  const failing = authenticateWith({ verify: () => Promise.reject(new Unavailable('identity server', undefined)) })
  const headers = new Headers({ authorization: 'Bearer alice', 'x-forwarded-for': '203.0.113.7' })
  for (let time = 0; time < 4; time += 1) {
    await expect(through('read', failing)(headers, 'api')).rejects.toBeInstanceOf(Unavailable)
  }
  expect(await asked(2, 'alice')).toEqual(['welcome', 'welcome'])
})

test.each([
  [1, '1'],
  [999, '1'],
  [1_000, '1'],
  [1_001, '2'],
  [60_000, '60'],
])('%i ms to wait are whole seconds, at least one', (waitMs, seconds) => {
  const response = unauthorized({ kind: 'refused', reason: 'too-many-requests', rate: 'read', waitMs })
  expect(response).toMatchObject({
    status: 429,
    headers: { 'Retry-After': seconds },
    jsonBody: { object: 'error', message: 'Too many reads within a minute. Try again later.', errors: null },
  })
})

test.each([
  ['alice', 'read', 'reads'],
  ['alice', 'write', 'changes'],
  ['alice', 'collect', 'uploads of events'],
  ['alice', 'export', 'exports'],
  ['alice', 'preview', 'previews of rules'],
  ['server', 'server', 'requests of this server'],
  ['forged', 'read', 'requests without a valid token'],
  ['forged', 'export', 'requests without a valid token'],
] as const)('the refusal of %s, limited as %s, says what is limited: %s', async (token, kind, what) => {
  limiter = { count: async () => 1_000 }
  const headers = new Headers({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' })
  const caller = await through(kind)(headers, scopes[token] ?? 'api')
  const response = caller.kind === 'refused' ? unauthorized(caller) : undefined
  expect(response).toMatchObject({
    status: 429,
    jsonBody: { message: `Too many ${what} within a minute. Try again later.`, errors: null },
  })
})
