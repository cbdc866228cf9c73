// Signing in: authorization code with PKCE (RFC 7636) at an issuer. The token is in memory only, never stored.
import * as oauth from 'oauth4webapi'
import { record, text, textOrNull } from '../api/read.ts'
import { localPath } from '../app/router.ts'
import type { Config } from './config.ts'
import { orProblem, SignInProblem } from './problem.ts'
import { providerWay } from './provider.ts'
import { createRenewal, type Lifetime } from './renewal.ts'
import type { Tabs } from './tabs.ts'
import { vaultWay } from './vault.ts'
import type { Begun, Granted } from './way.ts'

/** How the issuer is to ask who the person is: to choose an account, or to sign in anew. Not all issuers know both. */
export type Prompt = 'select_account' | 'login'

export type Session = {
  /** The token; null once it has expired or is not there. */
  token(): string | null
  /** The name of the person; null if none is known. */
  name(): string | null
  /** Goes to the issuer, to come back to this path. Without a prompt, the issuer asks only whom it does not know. */
  signIn(returnTo: string, prompt?: Prompt): Promise<void>
  /**
   * What to ask for when someone else is to sign in; null: the issuer cannot be asked. Some issuers take no notice of the first
   * of the two: then the next attempt asks for the second.
   */
  otherPrompt(): Prompt | null
  /**
   * Finishes signing in with the URL that the issuer redirected to; returns the path to come back to, or null when it has gone to
   * the issuer again, which knows no choice of accounts. Throws SignInProblem.
   */
  finish(redirected: URL): Promise<string | null>
  /** Whether the token has only just come: if it is refused already, signing in again would loop for ever. */
  isNew(): boolean
  /** Why the app does not renew the token, in its own words; null while it does. */
  ending(): string | null
  /** Forgets the token; returns where the issuer ends its own session, if it has such an address. */
  signOut(): Promise<URL | null>
}

type SessionPorts = {
  readonly config: Pick<Config, 'signIn'>
  /** Where the issuer sends people back to, registered there as a redirect URI. */
  readonly redirectUri: string
  /** Holds the state of one sign-in on the way to the issuer and back, and nothing else. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly tabs: Tabs
  leave(url: URL): void
  /** Called when `ending` changes. */
  onEnding(reason: string | null): void
  now(): number
  set(run: () => void, ms: number): number
  clear(timer: number): void
}

/** The path of the redirect URI. */
export const signedInPath = '/app/signed-in'

const storageKey = 'keytrail.sign-in'
/** A token that is refused within this time was never valid. */
const newMs = 10_000
/** Signs in again this long before the token expires. */
const earlyMs = 5_000

export function createSession(ports: SessionPorts): Session {
  const { config, redirectUri, storage, now } = ports
  const way =
    config.signIn.kind === 'vault' ? vaultWay(config.signIn, redirectUri) : providerWay(config.signIn, redirectUri)
  const client: oauth.Client = { client_id: config.signIn.clientId }
  let signedIn: (Lifetime & { readonly name: string | null }) | null = null
  let ending: string | null = null
  let lastPrompt: string | null = null

  const end = (reason: string | null) => {
    if (reason === ending) return
    ending = reason
    ports.onEnding(reason)
  }
  const take = ({ token, lifetimeMs, name }: Granted) => {
    const since = now()
    signedIn = { token, since, until: since + lifetimeMs - earlyMs, name }
    end(null)
  }
  const renewal =
    way.renew &&
    createRenewal({
      ...ports,
      renew: way.renew,
      current: () => signedIn,
      take: ({ token, until }) => take({ token, lifetimeMs: until - now(), name: signedIn?.name ?? null }),
      refused: end,
    })

  const signIn = async (returnTo: string, prompt?: Prompt) => {
    const issuer = await way.issuer()
    const begun = {
      verifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      nonceVerifier: oauth.generateRandomCodeVerifier(),
      returnTo,
      prompt: prompt ?? null,
    }
    storage.setItem(storageKey, JSON.stringify(begun))
    ports.leave(
      authorizationUrl(issuer, {
        client_id: config.signIn.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: config.signIn.scope,
        state: begun.state,
        nonce: await oauth.calculatePKCECodeChallenge(begun.nonceVerifier),
        code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
        ...(prompt && { prompt }),
      }),
    )
  }

  return {
    token: () => (signedIn !== null && now() < signedIn.until ? signedIn.token : null),
    name: () => signedIn?.name ?? null,
    isNew: () => signedIn !== null && now() - signedIn.since < newMs,
    ending: () => ending,
    otherPrompt: () => {
      if (config.signIn.kind === 'vault') return null
      return lastPrompt === 'select_account' ? 'login' : 'select_account'
    },

    signIn,

    finish: async (redirected) => {
      const begun = begunIn(storage)
      if (begun === null) throw new SignInProblem('incomplete', '')
      lastPrompt = begun.prompt
      const issuer = await way.issuer()
      if (begun.prompt === 'select_account' && isUnknownPrompt(redirected)) {
        await signIn(begun.returnTo, 'login')
        return null
      }
      const parameters = await orProblem('issuer', async () =>
        oauth.validateAuthResponse(issuer, client, redirected, begun.state),
      )
      take(await way.redeem(issuer, parameters, begun))
      renewal?.start()
      return localPath(begun.returnTo)
    },

    signOut: async () => {
      signedIn = null
      renewal?.stop()
      const issuer = await way.issuer().catch(() => null)
      if (issuer?.end_session_endpoint === undefined) return null
      const url = new URL(issuer.end_session_endpoint)
      url.searchParams.set('client_id', config.signIn.clientId)
      return url
    },
  }
}

/** Whether the issuer refuses the request itself; that the person cancels is another thing. */
function isUnknownPrompt({ searchParams }: URL): boolean {
  return searchParams.has('error') && searchParams.get('error') !== 'access_denied'
}

/** The state of the sign-in that was begun; removed, so that it is used once. */
function begunIn(storage: SessionPorts['storage']): Begun | null {
  const stored = storage.getItem(storageKey)
  storage.removeItem(storageKey)
  if (stored === null) return null
  const from = record<Begun>(JSON.parse(stored))
  const [verifier, state] = [text(from, 'verifier'), text(from, 'state')]
  const [nonceVerifier, returnTo] = [text(from, 'nonceVerifier'), text(from, 'returnTo')]
  return { verifier, state, nonceVerifier, returnTo, prompt: textOrNull(from, 'prompt') }
}

function authorizationUrl(issuer: oauth.AuthorizationServer, parameters: Readonly<Record<string, string>>): URL {
  const { authorization_endpoint } = issuer
  if (authorization_endpoint === undefined) throw new SignInProblem('issuer', 'there is no authorization endpoint')
  const url = new URL(authorization_endpoint)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}
