// The local identity server: discovery, JWKS, sign-in and tokens for the demo's people, and the inbox, on 127.0.0.1 alone. Never part of the deployed app.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { olga, people } from './demo/people/people.ts'
import { acme, other, provider } from './demo/people/world.ts'
import { demoAccessKey, demoSigningSecret } from './demo/seed/integrations.ts'
import { type Claims, organizationClaims, serverClaims, userClaims, type World } from './identity/claims.ts'
import { type IdentityResponse, respondAt } from './identity/endpoints.ts'
import { signingKeyIn } from './identity/keys.ts'
import { plainMode, vaultMode } from './identity/modes.ts'
import { memorySessions } from './identity/sessions.ts'
import { signer } from './identity/signing.ts'
import { createInbox } from './inbox/inbox.ts'
import { ben, nora, trialOrganization } from './vaultwarden/people.ts'

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
  /** The issuer of the plain mode: ID tokens as any provider's, without claims of a vault. */
  readonly plainIssuer: string
  /** Where the inbox's page is, and the base URL of what it takes messages at. */
  readonly inboxUrl: string
  /** A token as the person with this address gets it; throws when there is none. */
  userToken(email: string): Promise<string>
  organizationToken(organizationId: string): Promise<string>
  serverToken(): Promise<string>
  stop(): Promise<void>
}

/** Starts the server; throws with code EADDRINUSE when the port is taken. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { port, keyFile, world = demoWorld, now = Date.now } = options
  const key = await signingKeyIn(keyFile)
  const server = createServer({ requestTimeout: 60_000, keepAliveTimeout: 130_000 })
  const listening = await listen(server, port)
  const issuer = `http://127.0.0.1:${listening}`
  const plainIssuer = `${issuer}/oidc`
  const sign = signer(key, issuer, now)
  const vault = vaultMode({ issuer, world, sign, now })
  const plain = plainMode({ issuer: plainIssuer, world, sign: signer(key, plainIssuer, now), now })
  const shared = { key, world, sessions: memorySessions(listening, now), now }

  const respond = async (request: IncomingMessage): Promise<IdentityResponse> => {
    if (!namesLoopback(request.headers.host)) return { status: 403, body: { error: 'this server is local' } }
    if (request.method === 'OPTIONS') return { status: 204, headers: preflight(request) }
    const [, mode = '', path = ''] = /^(\/identity|\/oidc)?(\/.*)$/.exec(request.url?.split('?')[0] ?? '') ?? []
    return respondAt(path, request, { ...shared, mode: mode === '/oidc' ? plain : vault })
  }
  const inbox = createInbox({ signingSecret: demoSigningSecret, accessKey: demoAccessKey, now })
  server.on('request', (request, response) => {
    if (namesLoopback(request.headers.host) && inbox.take(request, response)) return
    respond(request)
      .catch((): IdentityResponse => ({ status: 500, body: { error: 'server_error' } }))
      .then((result) => send(response, result))
  })

  return {
    issuer,
    plainIssuer,
    inboxUrl: `${issuer}/inbox`,
    userToken: async (email) => sign(claimsOf(email, world)),
    organizationToken: (organizationId) => sign(organizationClaims(organizationId)),
    serverToken: () => sign(serverClaims),
    stop: () => stop(server),
  }
}

const demoWorld: World = {
  people: [...people, nora, ben],
  operators: [olga],
  organizations: [acme, other, trialOrganization],
  providers: [provider],
}

function claimsOf(email: string, world: World): Claims {
  const person = world.people.find((each) => each.email === email)
  if (person === undefined) throw new Error(`nobody has the address ${email}`)
  return userClaims(person, world, 'web', ['api', 'offline_access'])
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
