// What the ways of signing in have in common: a request at an issuer, and a token of what it gives.
import type * as oauth from 'oauth4webapi'

/** A token that the app takes. */
export type Granted = {
  readonly token: string
  /** How long it lives, in milliseconds. */
  readonly lifetimeMs: number
  /** The name of the person; null if there is none. */
  readonly name: string | null
}

/** What a tab holds while the person is at the issuer. */
export type Begun = {
  readonly verifier: string
  readonly state: string
  /** The request's nonce is its SHA-256, so that only this tab can use the ID token that bears it. */
  readonly nonceVerifier: string
  readonly returnTo: string
  /** How the issuer was to ask; null: as it likes. */
  readonly prompt: string | null
}

export type Way = {
  /** Throws SignInProblem if it is not to be had. */
  issuer(): Promise<oauth.AuthorizationServer>
  /** Gets a token for the parameters that the issuer sent back; throws SignInProblem. */
  redeem(issuer: oauth.AuthorizationServer, parameters: URLSearchParams, begun: Begun): Promise<Granted>
  /** Gets a new token for one that still lives; throws SignInProblem. Null: this way has no renewal. */
  readonly renew: ((token: string) => Promise<Granted>) | null
}

export function lifetimeMsOf({ expires_in }: oauth.TokenEndpointResponse): number {
  return expires_in === undefined ? Number.POSITIVE_INFINITY : expires_in * 1_000
}
