// Access tokens: accepted if this issuer signed them and they are valid now; refused otherwise; an outage is no refusal.
import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  exportJWK,
  exportSPKI,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { discoveryMs } from '../../../src/adapters/jose/published-keys.ts'
import { clockToleranceMs, joseTokens, type TokenSettings } from '../../../src/adapters/jose/tokens.ts'
import { Unavailable } from '../../../src/ports/errors.ts'

type KeyPair = GenerateKeyPairResult

/** The issuer's own name lacks the port of the address it is served from, as a reference server's may. */
const issuer = 'http://127.0.0.1'
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
const nowMs = Date.UTC(2026, 10, 22, 6, 28)
const nowSeconds = nowMs / 1_000
const toleranceSeconds = clockToleranceMs / 1_000

let keys: Record<(typeof algorithms)[number] | 'other', KeyPair>
let clock: number
let published: JWK[]
let metadata: unknown
let broken: string[]
let requests: string[]
let origin: string

const server = createServer((request, response) => {
  const path = request.url ?? ''
  requests.push(path)
  response.statusCode = broken.includes(path) ? 503 : 200
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(path === '/keys' ? { keys: published } : metadata))
})

const jwkOf = async (kid: string, { publicKey }: KeyPair): Promise<JWK> => ({ ...(await exportJWK(publicKey)), kid })

beforeAll(async () => {
  const [RS256, PS256, ES256, EdDSA, other] = await Promise.all(
    [...algorithms, 'ES256'].map((alg) => generateKeyPair(alg, { extractable: true })),
  )
  if (!RS256 || !PS256 || !ES256 || !EdDSA || !other) throw new Error('keys are missing')
  keys = { RS256, PS256, ES256, EdDSA, other }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(async () => {
  clock = nowMs
  published = await Promise.all(algorithms.map((alg) => jwkOf(alg, keys[alg])))
  metadata = { issuer, jwks_uri: `${origin}/keys` }
  broken = []
  requests = []
})

/** A token as the issuer writes them, an hour long; `claims` and `header` go over that, undefined omits a property. */
function sign(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: KeyPair['privateKey'] | Uint8Array = keys.ES256.privateKey,
): Promise<string> {
  const common = { iss: issuer, nbf: nowSeconds, iat: nowSeconds, exp: nowSeconds + 3_600, sub: 'alice' }
  const payload: JWTPayload = JSON.parse(JSON.stringify({ ...common, ...claims }))
  const protectedHeader: JWTHeaderParameters = JSON.parse(
    JSON.stringify({ alg: 'ES256', kid: 'ES256', typ: 'at+jwt', ...header }),
  )
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key)
}

const verifier = (settings: Partial<TokenSettings> = {}) =>
  joseTokens({ source: { kind: 'discovery', metadataUrl: `${origin}/metadata` }, ...settings }, () => clock)

const verify = async (token: string | Promise<string>, settings?: Partial<TokenSettings>) =>
  verifier(settings).verify(await token)

const invalid = { kind: 'refused', reason: 'token-invalid' }
const expired = { kind: 'refused', reason: 'token-expired' }

test('gives back the claims of a token that the issuer signed', async () => {
  const claims = { iss: issuer, sub: 'alice', orgowner: ['a', 'b'], exp: nowSeconds + 3_600 }
  expect(await verify(sign({ orgowner: ['a', 'b'] }))).toMatchObject({ kind: 'claims', claims })
})

describe('a signature', () => {
  test.each(algorithms)('by %s is accepted', async (alg) => {
    expect(await verify(sign({}, { alg, kid: alg }, keys[alg].privateKey))).toMatchObject({ kind: 'claims' })
  })

  test('by an HMAC of the public key is refused, wherever the key comes from', async () => {
    const publicKey = await exportSPKI(keys.RS256.publicKey)
    const forged = await sign({}, { alg: 'HS256', kid: 'RS256' }, Buffer.from(publicKey))
    expect(await verify(forged)).toEqual(invalid)
    expect(await verify(forged, { source: { kind: 'public-key', issuer, publicKey } })).toEqual(invalid)
  })

  test('by none is refused', async () => {
    const [, payload] = (await sign()).split('.')
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    expect(await verify(`${header}.${payload}.`)).toEqual(invalid)
  })

  test('by another key under a known name is refused', async () => {
    expect(await verify(sign({}, {}, keys.other.privateKey))).toEqual(invalid)
  })

  test('of other claims is refused', async () => {
    const [header, , signature] = (await sign()).split('.')
    const [, payload] = (await sign({ sub: 'mallory' })).split('.')
    expect(await verify(`${header}.${payload}.${signature}`)).toEqual(invalid)
  })

  test('by a key that the issuer does not name is refused', async () => {
    expect(await verify(sign({}, { kid: 'other' }, keys.other.privateKey))).toEqual(invalid)
  })

  test.each(['', 'x', 'a.b.c', 'a.b.c.d.e'])('is not in %j', async (token) => {
    expect(await verify(token)).toEqual(invalid)
  })
})

describe('the type', () => {
  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt'])('%s is accepted', async (typ) => {
    expect(await verify(sign({}, { typ }))).toMatchObject({ kind: 'claims' })
  })

  test.each([undefined, '', 'id+jwt', 'logout+jwt', 'dpop+jwt', 'at'])('%j is refused', async (typ) => {
    expect(await verify(sign({}, { typ }))).toEqual(invalid)
  })
})

describe('the issuer', () => {
  test('is called what its discovery document says, not where that is served', async () => {
    expect(await verify(sign({ iss: issuer }))).toMatchObject({ kind: 'claims' })
    expect(await verify(sign({ iss: origin }))).toEqual(invalid)
  })

  test.each([`${issuer}/`, 'https://elsewhere.example', ''])('is not %j', async (iss) => {
    expect(await verify(sign({ iss }))).toEqual(invalid)
  })
})

describe('the audience', () => {
  test.each([undefined, 'anything', ['several', 'things']])('may be %j when none is set', async (aud) => {
    expect(await verify(sign({ aud }))).toMatchObject({ kind: 'claims' })
  })

  test.each([
    ['keytrail', 'claims'],
    [['other', 'keytrail'], 'claims'],
    ['other', 'refused'],
    [[], 'refused'],
    [undefined, 'refused'],
  ])('%j, where keytrail is set, gives: %s', async (aud, kind) => {
    expect(await verify(sign({ aud }), { audience: 'keytrail' })).toMatchObject({ kind })
  })
})

describe('the time', () => {
  test.each([
    ['a second before it ends', { exp: nowSeconds + 1 }, { kind: 'claims' }],
    ['a second before the tolerance ends', { exp: nowSeconds - toleranceSeconds + 1 }, { kind: 'claims' }],
    ['when the tolerance ends', { exp: nowSeconds - toleranceSeconds }, expired],
    ['long after', { exp: nowSeconds - 86_400 }, expired],
    ['ahead by the tolerance', { nbf: nowSeconds + toleranceSeconds }, { kind: 'claims' }],
    ['ahead by a second more', { nbf: nowSeconds + toleranceSeconds + 1 }, invalid],
    ['without a beginning', { nbf: undefined }, { kind: 'claims' }],
    ['without an end', { exp: undefined }, invalid],
  ])('%s', async (_, claims, outcome) => {
    expect(await verify(sign(claims))).toMatchObject(outcome)
  })
})

describe('where the keys come from', () => {
  test('may be the address of a key set', async () => {
    const source = { kind: 'jwks', issuer, jwksUrl: `${origin}/keys` } as const
    expect(await verify(sign(), { source })).toMatchObject({ kind: 'claims' })
    expect(await verify(sign({ iss: origin }), { source })).toEqual(invalid)
    expect(new Set(requests)).toEqual(new Set(['/keys']))
  })

  test('may be one public key, for which nobody is asked', async () => {
    const source = { kind: 'public-key', issuer, publicKey: await exportSPKI(keys.ES256.publicKey) } as const
    expect(await verify(sign(), { source })).toMatchObject({ kind: 'claims' })
    expect(await verify(sign({}, { kid: 'any' }), { source })).toMatchObject({ kind: 'claims' })
    expect(await verify(sign({}, {}, keys.other.privateKey), { source })).toEqual(invalid)
    expect(await verify(sign({}, { alg: 'RS256' }, keys.RS256.privateKey), { source })).toEqual(invalid)
    expect(requests).toEqual([])
  })

  test('is no text that is not a public key', () => {
    expect(() => verifier({ source: { kind: 'public-key', issuer, publicKey: 'no key' } })).toThrow()
  })

  test('is asked once for many tokens, and again when the discovery document has become old', async () => {
    const { verify } = verifier()
    const token = await sign({ exp: nowSeconds + 86_400 })
    await Promise.all([verify(token), verify(token)])
    clock += discoveryMs - 1
    await verify(token)
    expect(requests).toEqual(['/metadata', '/keys'])
    clock += 1
    await verify(token)
    expect(requests).toEqual(['/metadata', '/keys', '/metadata', '/keys'])
  })
})

describe('a key that the issuer', () => {
  /** How soon jose asks for a key set again that does not have a key, and how long it uses one that has. */
  const [cooldownMs, keysMs] = [30_000, 600_000]
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
  afterEach(() => vi.useRealTimers())

  test('adds is known half a minute after the keys were last read', async () => {
    const { verify } = verifier()
    const token = await sign({}, { kid: 'new' }, keys.other.privateKey)
    expect(await verify(token)).toEqual(invalid)
    published.push(await jwkOf('new', keys.other))
    vi.setSystemTime(nowMs + cooldownMs)
    expect(await verify(token)).toMatchObject({ kind: 'claims' })
  })

  test('withdraws is accepted for ten minutes more and no longer', async () => {
    const { verify } = verifier()
    const token = await sign()
    await verify(token)
    published = published.filter(({ kid }) => kid !== 'ES256')
    vi.setSystemTime(nowMs + keysMs - 1)
    expect(await verify(token)).toMatchObject({ kind: 'claims' })
    vi.setSystemTime(nowMs + keysMs)
    expect(await verify(token)).toEqual(invalid)
  })
})

describe('an issuer that does not respond', () => {
  const faults: readonly (readonly [string, { broken?: string[]; metadata?: unknown }])[] = [
    ['no discovery document', { broken: ['/metadata'] }],
    ['no keys', { broken: ['/keys'] }],
    ['a discovery document that is none', { metadata: { issuer } }],
    ['an address of keys that is none', { metadata: { issuer, jwks_uri: 'keys' } }],
  ]

  test.each(faults)('as it should, with %s, is an outage that ends when it does', async (_, fault) => {
    const { verify } = verifier()
    const token = await sign()
    const whole = metadata
    broken = fault.broken ?? []
    metadata = fault.metadata ?? whole
    await expect(verify(token)).rejects.toBeInstanceOf(Unavailable)
    broken = []
    metadata = whole
    expect(await verify(token)).toMatchObject({ kind: 'claims' })
  })

  test('at an address of keys is an outage as well', async () => {
    const source = { kind: 'jwks', issuer, jwksUrl: 'http://127.0.0.1:1/keys' } as const
    await expect(verify(sign(), { source })).rejects.toThrow('issuer of tokens is unavailable')
  })

  test('is no outage for a token that says by itself that it is none', async () => {
    const { verify } = verifier()
    await verify(await sign())
    broken = ['/metadata', '/keys']
    expect(await verify('x')).toEqual(invalid)
  })
})
