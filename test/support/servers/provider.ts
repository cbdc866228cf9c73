// A real OpenID Connect provider for tests: node-oidc-provider with people to choose from, in memory, at a free port.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import Provider, { type Adapter, type AdapterPayload, interactionPolicy } from 'oidc-provider'

type Account = {
  /** The `sub` of the person's tokens. */
  readonly id: string
  readonly name: string
  /** What their ID tokens say beside that. */
  readonly claims: Readonly<Record<string, string | boolean>>
}

export type TestProvider = {
  readonly issuer: string
  /** Where the server listens. */
  readonly origin: string
  /** Lets clients in that come back to this address. */
  readonly open: (redirectUri: string) => void
  /** An ID token with any claims that goes over the provider's own, signed with its key. */
  readonly sign: (claims: JWTPayload) => Promise<string>
  readonly stop: () => void
}

type ProviderOptions = {
  readonly accounts: readonly Account[]
  readonly clientIds: readonly string[]
  /** The name that it gives itself; absent: the server's own origin. */
  readonly issuer?: string
}

/** Starts it. The people are on its sign-in page as buttons, like those of the local identity server. */
export async function startProvider({ accounts, clientIds, issuer }: ProviderOptions): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'provider-key', alg: 'RS256', use: 'sig' }
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const own = issuer ?? origin

  return {
    issuer: own,
    origin,
    open: (redirectUri) => {
      const provider = new Provider(own, {
        adapter: memoryAdapters(),
        jwks: { keys: [jwk] },
        cookies: { keys: ['a key of the test'] },
        clients: clientIds.map((client_id) => ({
          client_id,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          redirect_uris: [redirectUri],
        })),
        ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
        clientBasedCORS: () => true,
        claims: { openid: ['sub', 'tid'], profile: ['name'], email: ['email', 'email_verified'] },
        // As most providers do: what the scopes ask for is in the ID token.
        conformIdTokenClaims: false,
        findAccount: (_, id) => accountOf(accounts.find((each) => each.id === id)),
        features: { devInteractions: { enabled: false } },
        interactions: { policy: withoutConsent(), url: (_, { uid }) => `/interaction/${uid}` },
        loadExistingGrant: async ({ oidc }) => {
          const grant = new oidc.provider.Grant({
            clientId: oidc.client?.clientId ?? '',
            accountId: oidc.session?.accountId ?? '',
          })
          grant.addOIDCScope('openid profile email')
          await grant.save()
          return grant
        },
      })
      const respond = provider.callback()
      server.on('request', (request, response) => {
        if (request.url?.startsWith('/interaction/')) void interact(provider, accounts, request, response)
        else respond(request, response)
      })
    },
    sign: (claims) =>
      new SignJWT({ iss: own, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: jwk.kid })
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const accountOf = (account: Account | undefined) =>
  account && { accountId: account.id, claims: async () => ({ sub: account.id, name: account.name, ...account.claims }) }

function withoutConsent() {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return policy
}

/** The sign-in page, and what follows from a choice there. */
async function interact(
  provider: Provider,
  accounts: readonly Account[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const form = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''))
    await provider.interactionFinished(request, response, { login: { accountId: form.get('username') ?? '' } })
    return
  }
  const buttons = accounts.map(({ id, name }) => `<button name="username" value="${id}">${name}</button>`)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><title>Sign in</title><form method="post">${buttons.join('')}</form>`)
}

/** Where the provider keeps its sessions, codes and grants. */
function memoryAdapters() {
  const stored = new Map<string, AdapterPayload>()
  return (kind: string): Adapter => {
    const keyOf = (id: string) => `${kind} ${id}`
    const findBy = (name: 'uid' | 'userCode') => async (value: string) =>
      [...stored].find(([key, payload]) => key.startsWith(`${kind} `) && payload[name] === value)?.[1]
    return {
      upsert: async (id, payload) => void stored.set(keyOf(id), payload),
      find: async (id) => stored.get(keyOf(id)),
      findByUid: findBy('uid'),
      findByUserCode: findBy('userCode'),
      consume: async (id) => {
        const payload = stored.get(keyOf(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1_000)
      },
      destroy: async (id) => void stored.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of stored) {
          if (key.startsWith(`${kind} `) && payload.grantId === grantId) stored.delete(key)
        }
      },
    }
  }
}
