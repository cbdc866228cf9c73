// The two issuers of the local identity server: a vault's, whose tokens name memberships, and a plain OpenID Connect provider.
import { randomBytes } from 'node:crypto'
import { type Codes, type Issuance, memoryCodes } from './authorization.ts'
import type { Account, World } from './claims.ts'
import { type Credentials, decideGrant, decidePlainGrant, type Refusal } from './grants.ts'
import { type Sign, tokenSeconds } from './signing.ts'

export type Mode = Issuance & {
  /** Who can sign in, in the order of the sign-in page. */
  readonly accounts: readonly Account[]
  readonly codes: Codes
  /** What the discovery document says beside what both have in common. */
  readonly discovery: Readonly<Record<string, unknown>>
  /** Responds to a request for a token, decided from its form and HTTP Basic. */
  readonly tokens: (form: URLSearchParams, basic: Credentials | undefined) => Promise<Tokens | Refusal>
}

type Tokens = { readonly kind: 'tokens'; readonly body: Readonly<Record<string, unknown>> }

type ModeOptions = {
  readonly issuer: string
  readonly world: World
  readonly sign: Sign
  /** Unix ms. */
  readonly now: () => number
}

/** Issues tokens like those of the reference server. */
export function vaultMode({ issuer, world, sign, now }: ModeOptions): Mode {
  const scopes = ['api', 'offline_access', 'openid', 'profile', 'email'] as const
  const codes = memoryCodes(now)
  return {
    issuer,
    scopes,
    isFirstNeeded: false,
    accounts: world.people,
    codes,
    discovery: {
      grant_types_supported: ['authorization_code', 'password', 'client_credentials'],
      scopes_supported: [...scopes, 'api.organization', 'api.events.write'],
    },
    tokens: async (form, basic) => {
      const grant = decideGrant(form, basic, world, codes)
      if (grant.kind === 'refused') return grant
      const access_token = await sign(grant.claims)
      const scope = grant.claims.scope.join(' ')
      const id = grant.idClaims && { id_token: await sign(grant.idClaims, 'JWT') }
      // In this order: some shell clients cut the token out of the front of the text.
      const body = { access_token, expires_in: tokenSeconds, token_type: 'Bearer', scope, ...id }
      return { kind: 'tokens', body }
    },
  }
}

/** Issues ID tokens as any provider does: who a person is, and nothing of vaults. Its access tokens say nothing. */
export function plainMode({ issuer, world, sign, now }: ModeOptions): Mode {
  const scopes = ['openid', 'profile', 'email'] as const
  const codes = memoryCodes(now)
  return {
    issuer,
    scopes,
    isFirstNeeded: true,
    accounts: [...world.operators, ...world.people],
    codes,
    discovery: {
      grant_types_supported: ['authorization_code'],
      scopes_supported: scopes,
      prompt_values_supported: ['none', 'login', 'select_account', 'consent'],
      claims_supported: ['sub', 'name', 'email', 'email_verified', 'auth_time', 'nonce'],
    },
    tokens: async (form, basic) => {
      const grant = decidePlainGrant(form, basic, codes)
      if (grant.kind === 'refused') return grant
      const id_token = await sign(grant.idClaims, 'JWT')
      const access_token = randomBytes(32).toString('base64url')
      const scope = grant.scope.join(' ')
      return { kind: 'tokens', body: { access_token, expires_in: tokenSeconds, token_type: 'Bearer', scope, id_token } }
    },
  }
}
