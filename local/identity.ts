// The local identity server: discovery, JWKS, sign-in and tokens for the demo's people, and the inbox, on 127.0.0.1 alone. Never part of the deployed app.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { SignJWT } from 'jose'
import { people } from './demo/people/people.ts'
import { acme, other, provider } from './demo/people/world.ts'
import { demoSigningSecret } from './demo/seed/integrations.ts'
import { type Codes, memoryCodes, pageScopes } from './identity/authorization.ts'
import { type Claims, organizationClaims, serverClaims, userClaims, type World } from './identity/claims.ts'
import { basicCredentials, decideGrant } from './identity/grants.ts'
import { type SigningKey, signingAlgorithm, signingKeyIn } from './identity/keys.ts'
import { bodyOf } from './identity/request-body.ts'
import { respondToSignIn, type SignInResponse } from './identity/sign-in.ts'
import { createInbox } from './inbox/inbox.ts'

/** How long a token lives; seconds. */
export const tokenSeconds = 3_600
const bodyBytesMax = 16 * 1024

type IdentityOptions = {
  /** 0 takes a free port. */
  port: number
  /** Holds the signing key; made when missing. */
  keyFile: string
  /** Absent: the demo's people. */
  world?: World
  /** Milliseconds since 1970; absent: the clock. */
  now?: () => number
}

export type Identity = {
  /** Base URL without a slash at its end, and the `iss` of every token. */
  readonly issuer: string
  /** Where the inbox's page is, and the base URL of what it takes messages at. */
  readonly inboxUrl: string
  /** A token as the person with this address gets it; throws when there is none. */
  userToken(email: string): Promise<string>
  organizationToken(organizationId: string): Promise<string>
  serverToken(): Promise<string>
  stop(): Promise<void>
}

type Sign = (claims: Claims | Readonly<Record<string, string>>, typ?: 'at+jwt' | 'JWT') => Promise<string>
type IdentityResponse = SignInResponse & { readonly body?: unknown }

/** Starts the server; throws with code EADDRINUSE when the port is taken. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { port, keyFile, world = demoWorld, now = Date.now } = options
  const key = await signingKeyIn(keyFile)
  const server = createServer({ requestTimeout: 60_000, keepAliveTimeout: 130_000 })
  const issuer = `http://127.0.0.1:${await listen(server, port)}`
  const sign: Sign = (claims, typ = 'at+jwt') => signed(claims, typ, key, issuer, now())
  const codes = memoryCodes(now)

  const inbox = createInbox({ signingSecret: demoSigningSecret, now })
  server.on('request', (request, response) => {
    if (namesLoopback(request.headers.host) && inbox.take(request, response)) return
    respondTo(request, { issuer, key, world, sign, codes })
      .catch(() => ({ status: 500, body: { error: 'server_error' } }))
      .then((result) => send(response, result))
  })

  return {
    issuer,
    inboxUrl: `${issuer}/inbox`,
    userToken: async (email) => sign(claimsOf(email, world)),
    organizationToken: (organizationId) => sign(organizationClaims(organizationId)),
    serverToken: () => sign(serverClaims),
    stop: () => stop(server),
  }
}

const demoWorld: World = { people, organizations: [acme, other], providers: [provider] }

function claimsOf(email: string, world: World): Claims {
  const person = world.people.find((each) => each.email === email)
  if (person === undefined) throw new Error(`nobody has the address ${email}`)
  return userClaims(person, world, 'web', ['api', 'offline_access'])
}

function signed(
  claims: Parameters<Sign>[0],
  typ: string,
  key: SigningKey,
  issuer: string,
  nowMs: number,
): Promise<string> {
  const seconds = Math.floor(nowMs / 1000)
  return new SignJWT({ ...claims, nbf: seconds })
    .setProtectedHeader({ alg: signingAlgorithm, kid: key.publicKey.kid, typ })
    .setIssuer(issuer)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenSeconds)
    .sign(key.privateKey)
}

type Context = { issuer: string; key: SigningKey; world: World; sign: Sign; codes: Codes }

async function respondTo(request: IncomingMessage, context: Context): Promise<IdentityResponse> {
  if (!namesLoopback(request.headers.host)) return { status: 403, body: { error: 'this server is local' } }
  if (request.method === 'OPTIONS') return { status: 204, headers: preflight(request) }

  const path = request.url?.split('?')[0]?.replace(/^\/identity(?=\/)/, '')
  if (path === '/connect/token') return request.method === 'POST' ? tokenFor(request, context) : wrongMethod('POST')
  if (path === '/connect/authorize') {
    return /^(GET|POST)$/.test(request.method ?? '') ? respondToSignIn(request, context) : wrongMethod('GET, POST')
  }
  const documents: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': discovery(context.issuer),
    '/.well-known/openid-configuration/jwks': { keys: [context.key.publicKey] },
  }
  const document = documents[path ?? '']
  if (document === undefined) return { status: 404, body: { error: 'not found' } }
  return request.method === 'GET' ? { status: 200, body: document } : wrongMethod('GET')
}

async function tokenFor(request: IncomingMessage, { world, sign, codes }: Context): Promise<IdentityResponse> {
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
  const grant = decideGrant(new URLSearchParams(bytes.toString()), basic, world, codes)
  if (grant.kind === 'granted') {
    const access_token = await sign(grant.claims)
    const scope = grant.claims.scope.join(' ')
    const id = grant.idClaims && { id_token: await sign(grant.idClaims, 'JWT') }
    // In this order: some shell clients cut the token out of the front of the text.
    return { status: 200, body: { access_token, expires_in: tokenSeconds, token_type: 'Bearer', scope, ...id } }
  }
  const unauthorized = grant.error === 'invalid_client'
  return {
    status: unauthorized ? 401 : 400,
    body: { error: grant.error, error_description: grant.description },
    ...(unauthorized && { headers: { 'WWW-Authenticate': 'Basic realm="keytrail"' } }),
  }
}

function discovery(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
    authorization_endpoint: `${issuer}/connect/authorize`,
    token_endpoint: `${issuer}/connect/token`,
    grant_types_supported: ['authorization_code', 'password', 'client_credentials'],
    scopes_supported: [...pageScopes, 'api.organization', 'api.events.write'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [signingAlgorithm],
  }
}

/** A page of some other site whose name was pointed at 127.0.0.1 sends that name as Host, and gets nothing. */
function namesLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? '')
}

function preflight(request: IncomingMessage): Readonly<Record<string, string>> {
  return {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? 'authorization, content-type',
    'Access-Control-Max-Age': '600',
  }
}

function wrongMethod(allowed: string): IdentityResponse {
  return { status: 405, headers: { Allow: allowed }, body: { error: `use ${allowed}` } }
}

function send(response: ServerResponse, { status, body, html, headers }: IdentityResponse): void {
  const text = html ?? (body === undefined ? '' : JSON.stringify(body))
  response.writeHead(status, {
    // The page is for people alone.
    ...(html === undefined && { 'Access-Control-Allow-Origin': '*' }),
    ...(html !== undefined && { 'Content-Type': 'text/html; charset=utf-8' }),
    'Cache-Control': 'no-store',
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(status === 413 && { Connection: 'close' }),
    ...headers,
  })
  response.end(text)
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the identity server listens on no port')
  return address.port
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
