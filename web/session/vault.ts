// Signing in with the vault's own tokens: its issuer gives one that the app takes as it is.
import * as oauth from 'oauth4webapi'
import { record, text } from '../api/read.ts'
import type { VaultSignIn } from './config.ts'
import { orProblem } from './problem.ts'
import { lifetimeMsOf, type Way } from './way.ts'

export function vaultWay({ metadataUrl, clientId, scope }: VaultSignIn, redirectUri: string): Way {
  const client: oauth.Client = { client_id: clientId }
  const allowed = { [oauth.allowInsecureRequests]: metadataUrl.startsWith('http:') }

  return {
    issuer: () =>
      orProblem('issuer', async () => {
        const response = await fetch(metadataUrl, { headers: { accept: 'application/json' } })
        // The operator chose the document, so it names the issuer: the same one that the app trusts.
        const issuer = text(record(await response.clone().json()), 'issuer')
        return oauth.processDiscoveryResponse(new URL(issuer), response)
      }),
    redeem: (issuer, parameters, { verifier, nonceVerifier }) =>
      orProblem('issuer', async () => {
        const none = oauth.None()
        const response = await oauth.authorizationCodeGrantRequest(
          ...([issuer, client, none, parameters, redirectUri, verifier, allowed] as const),
        )
        const expectedNonce = await oauth.calculatePKCECodeChallenge(nonceVerifier)
        const idToken = scope.split(' ').includes('openid') ? { expectedNonce } : {}
        const tokens = await oauth.processAuthorizationCodeResponse(issuer, client, response, idToken)
        const claims = oauth.getValidatedIdTokenClaims(tokens)
        const name = claims?.name ?? claims?.email
        return {
          token: tokens.access_token,
          lifetimeMs: lifetimeMsOf(tokens),
          name: typeof name === 'string' ? name : null,
        }
      }),
    renew: null,
  }
}
