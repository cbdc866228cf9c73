// Signing in at a provider: its ID token says who a person is, and the app exchanges it for a token of its own (RFC 8693).

import * as oauth from 'oauth4webapi'
import { signatureAlgorithms } from '../../src/domain/sign-in/signature-algorithms.ts'
import type { ProviderSignIn } from './config.ts'
import { claimsIn } from './own-token.ts'
import { orProblem } from './problem.ts'
import { type Begun, type Granted, lifetimeMsOf, type Way } from './way.ts'

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const tokenType = (name: 'id_token' | 'access_token') => `urn:ietf:params:oauth:token-type:${name}`

/** The app judges times, by its own clock; a person's may be far off. */
const clockToleranceSeconds = 86_400

/** `redirectUri` is below the app's origin, where its own token endpoint is. */
export function providerWay(config: ProviderSignIn, redirectUri: string): Way {
  const client: oauth.Client = { client_id: config.clientId, [oauth.clockTolerance]: clockToleranceSeconds }
  const app = new URL('/connect/token', redirectUri)
  const appServer: oauth.AuthorizationServer = { issuer: app.origin, token_endpoint: app.href }

  const grantedByApp = (grantType: string, form: Readonly<Record<string, string>>): Promise<Granted> =>
    orProblem('refused', async () => {
      const response = await oauth.genericTokenEndpointRequest(appServer, client, oauth.None(), grantType, form, {
        [oauth.allowInsecureRequests]: app.protocol === 'http:',
      })
      const tokens = await oauth.processGenericTokenEndpointResponse(appServer, client, response)
      const { access_token: token } = tokens
      const { name, email } = claimsIn(token)
      return { token, lifetimeMs: lifetimeMsOf(tokens), name: name ?? email }
    })

  /** The ID token that the code is good for, as the page checks it before the app does. */
  const idTokenFor = (issuer: oauth.AuthorizationServer, parameters: URLSearchParams, begun: Begun) =>
    orProblem('issuer', async () => {
      const none = oauth.None()
      const allowed = { [oauth.allowInsecureRequests]: config.tokenEndpoint.startsWith('http:') }
      const response = await oauth.authorizationCodeGrantRequest(
        ...([issuer, client, none, parameters, redirectUri, begun.verifier, allowed] as const),
      )
      const expectedNonce = await oauth.calculatePKCECodeChallenge(begun.nonceVerifier)
      const options = { expectedNonce, requireIdToken: true }
      const { id_token } = await oauth.processAuthorizationCodeResponse(issuer, client, response, options)
      return id_token ?? ''
    })

  return {
    issuer: async () => ({
      issuer: config.issuer,
      authorization_endpoint: config.authorizationEndpoint,
      token_endpoint: config.tokenEndpoint,
      id_token_signing_alg_values_supported: signatureAlgorithms,
      ...(config.endSessionEndpoint !== null && { end_session_endpoint: config.endSessionEndpoint }),
    }),
    redeem: async (issuer, parameters, begun) => {
      if (config.redeemedBy === 'app') {
        return grantedByApp('authorization_code', {
          code: parameters.get('code') ?? '',
          code_verifier: begun.verifier,
          redirect_uri: redirectUri,
          nonce_verifier: begun.nonceVerifier,
        })
      }
      return grantedByApp(exchangeGrant, {
        subject_token: await idTokenFor(issuer, parameters, begun),
        subject_token_type: tokenType('id_token'),
        nonce_verifier: begun.nonceVerifier,
      })
    },
    renew: (token) =>
      grantedByApp(exchangeGrant, { subject_token: token, subject_token_type: tokenType('access_token') }),
  }
}
