// Tokens of our own: what they say, who can check them, and that nothing else passes for one.
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { joseIssuedTokens } from '../../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../../src/adapters/jose/issuers.ts'
import { clockToleranceMs } from '../../../src/adapters/jose/tokens.ts'
import { principalFrom } from '../../../src/domain/directory/principal.ts'
import { tokenSeconds } from '../../../src/domain/keys/api-keys.ts'
import type { TokenVerifier } from '../../../src/ports/tokens.ts'
import { tokensOf, userClaims } from '../../support/calls.ts'
import { acme, alice } from '../../support/events.ts'

const issuer = 'https://keytrail.example'
const nowMs = Date.UTC(2026, 10, 22, 6, 28)
const seconds = nowMs / 1_000
const pemOf = (pair: { privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'] }) =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const genuine = { scope: ['api.organization'], client_id: `organization.${acme}`, client_sub: acme }

/** A token signed with this key, as ours are unless the test says otherwise. */
const signed = (claims: Record<string, unknown>, { key = ec.privateKey, alg = 'ES256', typ = 'at+jwt' } = {}) =>
  new SignJWT({ iss: issuer, nbf: seconds, iat: seconds, exp: seconds + 60, ...genuine, ...claims })
    .setProtectedHeader({ alg, typ })
    .sign(key)

describe.each([
  ['ES256', pemOf(ec)],
  ['RS256', pemOf(rsa)],
])('with %s', (algorithm, signingKey) => {
  let clock = nowMs
  const own = joseIssuedTokens({ issuer, signingKey }, () => clock)

  test('a token says what the reference’s say, for an hour', async () => {
    const token = await own.issue(acme)
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      nbf: seconds,
      iat: seconds,
      exp: seconds + tokenSeconds,
      ...genuine,
    })
    const { keys } = await own.publicKeys()
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: 'at+jwt', kid: expect.any(String) })
    expect(keys).toEqual([expect.objectContaining({ kid: decodeProtectedHeader(token).kid, alg: algorithm })])
  })

  test('anybody can check it with what is published, which holds nothing private', async () => {
    const published = await own.publicKeys()
    for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(published.keys[0]).not.toHaveProperty(part)
    const keySet = createLocalJWKSet({ keys: published.keys.map((key) => ({ kty: '', ...key })) })
    const verified = await jwtVerify(await own.issue(acme), keySet, { issuer, currentDate: new Date(nowMs) })
    expect(verified.payload.client_sub).toBe(acme)
  })

  test('it is valid as the organization’s, until it has expired', async () => {
    const token = await own.issue(acme)
    const verified = await own.verify(token)
    expect(verified.kind === 'claims' && principalFrom(verified.claims, 'api.organization', verified.trust)).toEqual({
      kind: 'organization',
      organizationId: acme,
    })
    clock = nowMs + tokenSeconds * 1_000 + clockToleranceMs
    expect(await own.verify(token)).toEqual({ kind: 'refused', reason: 'token-expired' })
    clock = nowMs
  })
})

describe('what passes for no token of ours', () => {
  const own = joseIssuedTokens({ issuer, signingKey: pemOf(ec) }, () => nowMs)
  const publicPem = Buffer.from(createPublicKey(ec.privateKey).export({ type: 'spki', format: 'pem' }))

  test.each([
    ['nothing changed', () => signed({}), 'claims'],
    ['another key', () => signed({}, { key: stranger.privateKey }), 'refused'],
    ['another algorithm', () => signed({}, { key: rsa.privateKey, alg: 'RS256' }), 'refused'],
    [
      'the public key as a shared secret',
      () =>
        new SignJWT({ iss: issuer, exp: seconds + 60, ...genuine })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(publicPem),
      'refused',
    ],
    ['another type', () => signed({}, { typ: 'JWT' }), 'refused'],
    ['another issuer', () => signed({ iss: 'https://elsewhere.example' }), 'refused'],
    ['no end', () => signed({ exp: undefined }), 'refused'],
    ['a person’s scope', () => signed({ ...userClaims(alice), scope: ['api'] }), 'refused'],
    ['a person’s scope besides', () => signed({ scope: ['api.organization', 'api'] }), 'refused'],
    ['a server’s scope', () => signed({ scope: 'api.events.write' }), 'refused'],
    ['a client that is no organization', () => signed({ client_id: 'server' }), 'refused'],
    ['text', async () => 'no.token.at-all', 'refused'],
  ])('with %s', async (_, make, kind) => {
    expect((await own.verify(await make())).kind).toBe(kind)
  })
})

describe('two issuers side by side', () => {
  const own = joseIssuedTokens({ issuer, signingKey: pemOf(ec) }, () => nowMs)
  const asked: string[] = []
  const other = tokensOf({})
  const both = verifierOf([own], {
    verify: (token) => {
      asked.push(token)
      return other.verify(token)
    },
  } satisfies TokenVerifier)

  test('each is asked about the tokens that name it, and about no other', async () => {
    const [ours, forged] = [await own.issue(acme), await signed({}, { key: stranger.privateKey })]
    expect((await both.verify(ours)).kind).toBe('claims')
    expect((await both.verify(forged)).kind).toBe('refused')
    expect(asked).toEqual([])

    const others = [await signed({ iss: 'https://identity.example' }), await signed({ iss: undefined }), 'text', '']
    for (const token of others) expect((await both.verify(token)).kind).toBe('refused')
    expect(asked).toEqual(others)
  })
})
