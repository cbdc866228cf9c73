// Who is signed in: authorization code with PKCE (RFC 7636) against the issuer. The token is in memory alone, never stored.
import * as oauth from 'oauth4webapi'
import { record, text } from '../api/read.ts'
import { ownPath } from '../app/router.ts'

/** What the app says of itself in config.json. */
export type Config = {
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
  /** Who signed in, as the issuer calls them; null when it does not say. */
  name(): string | null
  /** Goes to the issuer, to come back to this path. */
  signIn(returnTo: string): Promise<void>
  /** Finishes what the issuer answered; gives the path to come back to. Throws SignInProblem. */
  finish(answer: URL): Promise<string>
  /** Whether the token came only now: when it is refused already, signing in again would go on for ever. */
  isNew(): boolean
  /** Forgets the token; gives where the issuer ends its own session, if it says. */
  signOut(): Promise<URL | null>
}

/** Why nobody is signed in: the issuer's own words where it gave some. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem'
}

export type SessionPorts = {
  readonly config: Config
  /** Where the issuer sends people back to, registered there as a redirect URI. */
  readonly redirectUri: string
  /** What outlasts the way to the issuer and back; nothing else is ever put there. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  leave(url: URL): void
  now(): number
}

/** The path of the redirect URI. */
export const signedInPath = '/app/signed-in'

const storageKey = 'keytrail.sign-in'
/** A token refused within this time was never good. */
const newMs = 10_000
/** Signs in again this long before the issuer's word is over. */
const earlyMs = 5_000

export function createSession({ config, redirectUri, storage, leave, now }: SessionPorts): Session {
  let held: { token: string; since: number; until: number; name: string | null } | null = null
  const client: oauth.Client = { client_id: config.clientId }
  const allowed = { [oauth.allowInsecureRequests]: config.metadataUrl.startsWith('http:') }

  const discover = async () => {
    const answer = await fetch(config.metadataUrl, { headers: { accept: 'application/json' } })
    // The operator chose the document, so it names the issuer: the same that the app believes.
    const issuer = text(record(await answer.clone().json()), 'issuer')
    return oauth.processDiscoveryResponse(new URL(issuer), answer)
  }

  return {
    token: () => (held !== null && now() < held.until ? held.token : null),
    name: () => held?.name ?? null,
    isNew: () => held !== null && now() - held.since < newMs,

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

    finish: async (answer) => {
      const begun = begunIn(storage)
      if (begun === null) throw new SignInProblem('')
      const answered = await asProblem(async () => {
        const server = await discover()
        const parameters = oauth.validateAuthResponse(server, client, answer, begun.state)
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
      const lastsMs = answered.expires_in === undefined ? Number.POSITIVE_INFINITY : answered.expires_in * 1_000
      held = { token: answered.access_token, since, until: since + lastsMs - earlyMs, name: nameIn(answered) }
      return ownPath(begun.returnTo)
    },

    signOut: async () => {
      held = null
      const server = await discover().catch(() => null)
      if (server?.end_session_endpoint === undefined) return null
      const url = new URL(server.end_session_endpoint)
      url.searchParams.set('client_id', config.clientId)
      return url
    },
  }
}

/** What was begun before the way to the issuer; taken out, so that it is used once. */
function begunIn(storage: SessionPorts['storage']) {
  const kept = storage.getItem(storageKey)
  storage.removeItem(storageKey)
  if (kept === null) return null
  const from = record(JSON.parse(kept))
  const [verifier, state] = [text(from, 'verifier'), text(from, 'state')]
  return { verifier, state, nonce: text(from, 'nonce'), returnTo: text(from, 'returnTo') }
}

function authorizationUrl(server: oauth.AuthorizationServer, parameters: Readonly<Record<string, string>>): URL {
  if (server.authorization_endpoint === undefined) throw new SignInProblem('the issuer has no authorization endpoint')
  const url = new URL(server.authorization_endpoint)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

function nameIn(answered: oauth.TokenEndpointResponse): string | null {
  const claims = oauth.getValidatedIdTokenClaims(answered)
  const name = claims?.name ?? claims?.email
  return typeof name === 'string' ? name : null
}

/** Whatever fails on the way to the issuer and back, in its own words. */
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
