// The endpoints of an issuer of the local identity server: discovery, keys, signing in and out, tokens.
import type { IncomingMessage } from 'node:http'
import { basicCredentials } from './grants.ts'
import { type SigningKey, signingAlgorithm } from './keys.ts'
import type { Mode } from './modes.ts'
import { bodyOf } from './request-body.ts'
import { respondToSignIn, type SignInContext, type SignInResponse } from './sign-in.ts'
import { respondToSignOut } from './sign-out.ts'

const bodyBytesMax = 16 * 1024

export type IdentityResponse = SignInResponse & { readonly body?: unknown }
type Context = SignInContext & { readonly key: SigningKey }

/** Responds to a request for a path below the issuer. */
export async function respondAt(path: string, request: IncomingMessage, context: Context): Promise<IdentityResponse> {
  const { mode, key } = context
  const isGet = request.method === 'GET'
  const isForm = request.method === 'POST'
  switch (path) {
    case '/.well-known/openid-configuration':
      return isGet ? { status: 200, body: discovery(mode) } : wrongMethod('GET')
    case '/.well-known/openid-configuration/jwks':
      return isGet ? { status: 200, body: { keys: [key.publicKey] } } : wrongMethod('GET')
    case '/connect/authorize':
      return isGet || isForm ? respondToSignIn(request, context) : wrongMethod('GET, POST')
    case '/connect/endsession':
      return isGet || isForm ? respondToSignOut(request, context) : wrongMethod('GET, POST')
    case '/connect/token':
      return isForm ? tokenFor(request, mode) : wrongMethod('POST')
    default:
      return { status: 404, body: { error: 'not found' } }
  }
}

async function tokenFor(request: IncomingMessage, mode: Mode): Promise<IdentityResponse> {
  const invalid = (status: number, error_description: string): IdentityResponse => ({
    status,
    body: { error: 'invalid_request', error_description },
  })
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    return invalid(400, 'the body must be application/x-www-form-urlencoded')
  }
  const bytes = await bodyOf(request, bodyBytesMax)
  if (bytes === undefined) return invalid(413, `the body may have ${bodyBytesMax} bytes`)

  const basic = basicCredentials(request.headers.authorization)
  const outcome = await mode.tokens(new URLSearchParams(bytes.toString()), basic)
  if (outcome.kind === 'tokens') return { status: 200, body: outcome.body }
  const unauthorized = outcome.error === 'invalid_client'
  return {
    status: unauthorized ? 401 : 400,
    body: { error: outcome.error, error_description: outcome.description },
    ...(unauthorized && { headers: { 'WWW-Authenticate': 'Basic realm="keytrail"' } }),
  }
}

function discovery({ issuer, discovery }: Mode) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
    authorization_endpoint: `${issuer}/connect/authorize`,
    token_endpoint: `${issuer}/connect/token`,
    end_session_endpoint: `${issuer}/connect/endsession`,
    token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [signingAlgorithm],
    ...discovery,
  }
}

function wrongMethod(allowed: string): IdentityResponse {
  return { status: 405, headers: { Allow: allowed }, body: { error: `use ${allowed}` } }
}
