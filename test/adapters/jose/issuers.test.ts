// Several issuers at once: each token by the keys and rules of the issuer that it names, and of no other.
import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import { joseIssuedTokens } from '../../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../../src/adapters/jose/issuers.ts'
import { josePersonTokens } from '../../../src/adapters/jose/person-tokens.ts'
import { joseTokens, type TokenSettings } from '../../../src/adapters/jose/tokens.ts'
import { principalFrom } from '../../../src/domain/directory/principal.ts'
import { PersonTokenClaims } from '../../../src/domain/sign-in/person.ts'
import type { TokenVerifier } from '../../../src/ports/tokens.ts'
import { ownIssuer, signingKey } from '../../support/api-keys.ts'
import { personClaims } from '../../support/calls.ts'
import { acme, alice, guid } from '../../support/events.ts'

const now = () => Date.UTC(2026, 10, 22, 6, 28)
const seconds = now() / 1_000
const vaultwarden = 'https://vault.example|login'
const names = { first: vaultwarden, second: 'https://identity.example', third: 'https://old.example|login' }
type Name = keyof typeof names

type Pair = Awaited<ReturnType<typeof pair>>
const pair = () => generateKeyPair('RS256', { extractable: true })
const own = { issuer: ownIssuer, signingKey: signingKey('ES256') }
const issuer = joseIssuedTokens(own, now)
let keys: Record<Name, Pair>
let verifier: TokenVerifier

beforeAll(async () => {
  keys = { first: await pair(), second: await pair(), third: await pair() }
  const settingsOf = async (name: Name, trust: NonNullable<TokenSettings['trust']>, audience?: string) => ({
    issuer: names[name],
    ...joseTokens(
      {
        source: { kind: 'public-key', issuer: names[name], publicKey: await exportSPKI(keys[name].publicKey) },
        trust,
        ...(audience !== undefined && { audience }),
      },
      now,
    ),
  })
  const further = [await settingsOf('second', 'memberships', 'keytrail'), await settingsOf('third', 'identity')]
  verifier = verifierOf([issuer, ...further], await settingsOf('first', 'memberships'))
})

/** A token as Vaultwarden's login gives it, of this issuer and signed by this one's key; `claims` go over that. */
const token = (iss: string | undefined, signer: Name, claims: Record<string, unknown> = {}) =>
  new SignJWT({
    nbf: seconds,
    exp: seconds + 7_200,
    sub: alice,
    premium: true,
    name: 'Alice',
    email: 'alice@acme.test',
    email_verified: true,
    sstamp: guid(1, 'f'),
    device: guid(2, 'f'),
    devicetype: 'Linux CLI',
    client_id: 'cli',
    scope: ['api', 'offline_access'],
    amr: ['Application'],
    ...(iss !== undefined && { iss }),
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(keys[signer].privateKey)

const callerOf = async (text: string) => {
  const verified = await verifier.verify(text)
  return verified.kind === 'refused' ? verified : principalFrom(verified.claims, 'api', verified.trust)
}

test('a login token of Vaultwarden names the person, whose rights are the directory’s', async () => {
  expect(await callerOf(await token(vaultwarden, 'first'))).toMatchObject({
    kind: 'user',
    knownBy: 'vault',
    userId: alice,
    organizations: new Map(),
    isOperator: false,
  })
})

test('memberships of a token count where its issuer is trusted with them', async () => {
  const claims = { orgowner: acme, aud: 'keytrail' }
  expect(await callerOf(await token(names.second, 'second', claims))).toMatchObject({
    organizations: new Map([[acme, 'owner']]),
  })
  expect(await callerOf(await token(names.third, 'third', claims))).toMatchObject({ organizations: new Map() })
})

describe('a token', () => {
  test.each<[string, string | undefined, Name, Record<string, unknown>]>([
    ['of the first issuer by the key of the second', names.first, 'second', {}],
    ['of the second issuer by the key of the first', names.second, 'first', { aud: 'keytrail' }],
    ['of the third issuer by the key of the first', names.third, 'first', {}],
    ['of ours by the key of the first', ownIssuer, 'first', {}],
    ['of the second issuer for another audience', names.second, 'second', { aud: 'other' }],
    ['of the second issuer for no audience', names.second, 'second', {}],
    ['of no issuer', undefined, 'first', {}],
    ['of an issuer that nobody named', 'https://else.example', 'first', {}],
    ['of an issuer with one character more', `${names.first}/`, 'first', {}],
    ['of an issuer in another letter case', names.third.toUpperCase(), 'third', {}],
    ['of the vault that is no login token', 'https://vault.example|invite', 'first', {}],
  ])('%s is refused', async (_, iss, signer, claims) => {
    expect(await callerOf(await token(iss, signer, claims))).toEqual({ kind: 'refused', reason: 'token-invalid' })
  })

  test('of a vault makes no operator and grants no role, even if it says so', async () => {
    const claims = personClaims(alice, { operator: true, granted: { [acme]: 'owner' }, aud: 'keytrail' })
    for (const name of ['first', 'second', 'third'] as const) {
      expect(await callerOf(await token(names[name], name, claims))).toMatchObject({
        isOperator: false,
        granted: new Map(),
        knownBy: 'vault',
      })
    }
  })

  test('of ours is verified by our key alone, for people as for API keys', async () => {
    const persons = josePersonTokens(own, now)
    const content = v.parse(
      PersonTokenClaims,
      personClaims(alice, { operator: true, idp: 'x', person: alice, roles: [] }),
    )
    expect(await callerOf(await persons.issue(content))).toMatchObject({ knownBy: 'provider', isOperator: true })
    const stranger = josePersonTokens({ ...own, signingKey: signingKey('ES256') }, now)
    const forged = await stranger.issue(content)
    expect(await callerOf(forged)).toEqual({ kind: 'refused', reason: 'token-invalid' })
  })
})
