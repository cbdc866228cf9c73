// Signing in: authorization code with PKCE (RFC 7636) against the issuer. The token is in memory only, never stored.
import * as oauth from 'oauth4webapi'
import { record, text } from '../api/read.ts'
import { localPath } from '../app/router.ts'

/** The app's config.json. */
type Config = {
  /** Where the issuer's discovery document is. */
  readonly metadataUrl: string
  readonly clientId: string
  readonly scope: string
  readonly version: string
}

export function readConfig(json: unknown): Config {
  const from = record(json)
  return {
    metadataUrl: text(from, 'metadataUrl'),
    clientId: text(from, 'clientId'),
    scope: text(from, 'scope'),
    version: text(from, 'version'),
  }
}

export type Session = {
  /** The token; null once it has expired or is not there. */
  token(): string | null
  /** The name that the issuer gives of the person; null if it gives none. */
  name(): string | null
  /** Goes to the issuer, to come back to this path. */
  signIn(returnTo: string): Promise<void>
  /** Finishes signing in with the URL that the issuer redirected to; returns the path to come back to. Throws SignInProblem. */
  finish(redirected: URL): Promise<string>
  /** Whether the token has only just come: if it is refused already, signing in again would loop for ever. */
  isNew(): boolean
  /** Forgets the token; returns where the issuer ends its own session, if it has such an address. */
  signOut(): Promise<URL | null>
}

/** Why signing in failed: the issuer's message, if it gave one. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem'
}

type SessionPorts = {
  readonly config: Config
  /** Where the issuer sends people back to, registered there as a redirect URI. */
  readonly redirectUri: string
  /** Holds the state of one sign-in on the way to the issuer and back, and nothing else. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  leave(url: URL): void
  now(): number
}

/** The path of the redirect URI. */
export const signedInPath = '/app/signed-in'

const storageKey = 'keytrail.sign-in'
/** A token that is refused within this time was never valid. */
const newMs = 10_000
/** Signs in again this long before the token expires. */
const earlyMs = 5_000

export function createSession({ config, redirectUri, storage, leave, now }: SessionPorts): Session {
  let signedIn: { token: string; since: number; until: number; name: string | null } | null = null
  const client: oauth.Client = { client_id: config.clientId }
  const allowed = { [oauth.allowInsecureRequests]: config.metadataUrl.startsWith('http:') }

  const discover = async () => {
    const response = await fetch(config.metadataUrl, { headers: { accept: 'application/json' } })
    // The operator chose the document, so it names the issuer: the same one that the app trusts.
    const issuer = text(record(await response.clone().json()), 'issuer')
    return oauth.processDiscoveryResponse(new URL(issuer), response)
  }

  return {
    token: () => (signedIn !== null && now() < signedIn.until ? signedIn.token : null),
    name: () => signedIn?.name ?? null,
    isNew: () => signedIn !== null && now() - signedIn.since < newMs,

    signIn: async (returnTo) => {
      const server = await asProblem(discover)
      const verifier = oauth.generateRandomCodeVerifier()
      const state = oauth.generateRandomState()
      const nonce = oauth.generateRandomNonce()
      storage.setItem(storageKey, JSON.stringify({ verifier, state, nonce, returnTo }))
      leave(
        authorizationUrl(server, {
          client_id: config.clientId,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: config.scope,
          state,
          nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }),
      )
    },

    finish: async (redirected) => {
      const begun = begunIn(storage)
      if (begun === null) throw new SignInProblem('')
      const tokens = await asProblem(async () => {
        const server = await discover()
        const parameters = oauth.validateAuthResponse(server, client, redirected, begun.state)
        const { verifier } = begun
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          parameters,
          redirectUri,
          verifier,
          allowed,
        )
        const idToken = config.scope.split(' ').includes('openid')
        return oauth.processAuthorizationCodeResponse(server, client, response, {
          ...(idToken ? { expectedNonce: begun.nonce } : {}),
        })
      })
      const since = now()
      const lifetimeMs = tokens.expires_in === undefined ? Number.POSITIVE_INFINITY : tokens.expires_in * 1_000
      signedIn = { token: tokens.access_token, since, until: since + lifetimeMs - earlyMs, name: nameIn(tokens) }
      return localPath(begun.returnTo)
    },

    signOut: async () => {
      signedIn = null
      const server = await discover().catch(() => null)
      if (server?.end_session_endpoint === undefined) return null
      const url = new URL(server.end_session_endpoint)
      url.searchParams.set('client_id', config.clientId)
      return url
    },
  }
}

/** The state of the sign-in that was begun; removed, so that it is used once. */
function begunIn(storage: SessionPorts['storage']) {
  const stored = storage.getItem(storageKey)
  storage.removeItem(storageKey)
  if (stored === null) return null
  const from = record(JSON.parse(stored))
  const [verifier, state] = [text(from, 'verifier'), text(from, 'state')]
  return { verifier, state, nonce: text(from, 'nonce'), returnTo: text(from, 'returnTo') }
}

function authorizationUrl(server: oauth.AuthorizationServer, parameters: Readonly<Record<string, string>>): URL {
  if (server.authorization_endpoint === undefined) throw new SignInProblem('the issuer has no authorization endpoint')
  const url = new URL(server.authorization_endpoint)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

function nameIn(tokens: oauth.TokenEndpointResponse): string | null {
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  const name = claims?.name ?? claims?.email
  return typeof name === 'string' ? name : null
}

/** A failure on the way to the issuer and back as a SignInProblem, with the issuer's message. */
async function asProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SignInProblem) throw error
    if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
      throw new SignInProblem(error.error_description ?? error.error)
    }
    throw new SignInProblem(error instanceof Error ? error.message : String(error))
  }
}
