// Why signing in failed, as one kind of error wherever it failed.
import * as oauth from 'oauth4webapi'

/**
 * `issuer`: the issuer said no; `refused`: the app said no to the person whom the issuer named; `unreachable`: one of them did
 * not respond as it should; `incomplete`: the address belongs to no sign-in that was begun in this tab.
 */
type Kind = 'issuer' | 'refused' | 'unreachable' | 'incomplete'

/** The message is the issuer's or the app's own, for people. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem'
  readonly kind: Kind

  constructor(kind: Kind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** Runs a step against the issuer or the app (`refusal` says which: what a refusal is then); throws SignInProblem if it fails. */
export async function orProblem<T>(refusal: 'issuer' | 'refused', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SignInProblem) throw error
    if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
      throw new SignInProblem(refusal, error.error_description ?? error.error)
    }
    // A refusal whose challenge is in a header, for one: the client is not known (RFC 6749 section 5.2).
    if (error instanceof oauth.WWWAuthenticateChallengeError) throw new SignInProblem(refusal, `status ${error.status}`)
    throw new SignInProblem('unreachable', error instanceof Error ? error.message : String(error))
  }
}
