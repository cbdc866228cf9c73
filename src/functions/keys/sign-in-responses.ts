// What the token endpoint says to the page: a token of ours, or in words why there is none (RFC 6749 section 5, RFC 8693 section 2.2).
import type { HttpResponseInit } from '@azure/functions'
import type { SignInRefusal, signIn } from '../../application/sign-in/sign-in.ts'
import { personTokenSeconds } from '../../domain/sign-in/person.ts'
import { accessTokenType } from '../../domain/sign-in/requests.ts'
import { ok } from '../http/responses.ts'

/** Each refusal in a sentence for people, in ASCII alone (RFC 6749 section 5.2); none says what an account may do. */
const descriptions: Readonly<Record<SignInRefusal, string>> = {
  'id-token-invalid': "The identity provider's token is not valid.",
  'id-token-expired': "The identity provider's token has expired. Sign in again.",
  'id-token-old': 'The sign-in took too long. Sign in again.',
  'id-token-used': 'This sign-in was used already. Sign in again.',
  'issuer-wrong': 'The token is of another identity provider or tenant.',
  'tenant-wrong': 'The token is of another tenant.',
  'audience-wrong': 'The token is for another application.',
  'nonce-wrong': 'The token is not of a sign-in that was begun here.',
  'email-missing': 'The identity provider says no e-mail address.',
  'email-unverified': 'The identity provider has not verified the e-mail address.',
  'not-a-member': 'You are not a confirmed member of any organization here. Ask an owner or an operator.',
  'session-over': 'The sign-in is over after 12 hours. Sign in again.',
  'provider-changed': 'The sign-in was with another identity provider. Sign in again.',
  'code-refused': 'The identity provider refuses the code. Sign in again.',
  'codes-not-redeemed': 'Codes are redeemed by the page itself.',
  'token-invalid': 'The token is not valid.',
  'token-expired': 'The token has expired. Sign in again.',
}

/** The response to a sign-in. */
export function signInResponse(
  result: Exclude<Awaited<ReturnType<typeof signIn>>, { reason: 'too-many-failures' }>,
): HttpResponseInit {
  if (result.kind === 'token') {
    return ok({
      access_token: result.token,
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: personTokenSeconds,
      scope: 'api',
    })
  }
  const error = result.reason === 'codes-not-redeemed' ? 'unsupported_grant_type' : 'invalid_grant'
  return { status: 400, jsonBody: { error, error_description: descriptions[result.reason] } }
}
