// POST /connect/token: an API key of an organization, or a server key, for a token, as OAuth clients ask for it (RFC 6749 section 4.4);
// and a sign-in with the identity provider for a person's token, as the page asks for it (RFC 8693).
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { type IssueTokenPorts, issueToken } from '../../application/keys/issue-token.ts'
import { type SignInPorts, signIn } from '../../application/sign-in/sign-in.ts'
import { tokenSeconds } from '../../domain/keys/api-keys.ts'
import { readTokenRequest, scopeOf, type TokenRequestRefusal } from '../../domain/keys/token-requests.ts'
import { readSignInRequest } from '../../domain/sign-in/requests.ts'
import { readText } from '../http/body.ts'
import { type AddressSettings, addressOf } from '../http/client-context.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok, respondTo } from '../http/responses.ts'
import { signInResponse } from './sign-in-responses.ts'

export type IssueTokensPorts = IssueTokenPorts & {
  readonly address: AddressSettings
  /** Absent: there is no identity provider. */
  readonly signIn?: SignInPorts | undefined
}

/** Longest form, in characters. */
export const formCharsMax = 16 * 1024

export const issueTokens = (ports: IssueTokensPorts): Handler =>
  endpoint(async (request) => {
    const body = await readText(request)
    if (body.kind !== 'text') return respondTo(body)
    const form = formOf(request, body.text)
    const address = addressOf(request.headers, ports.address)
    const sought = ports.signIn && readSignInRequest(form)
    if (ports.signIn && sought) return respondToSignIn(ports.signIn, sought, address)

    const asked = readTokenRequest(form, request.headers.get('authorization'))
    if (asked.kind === 'refused') return refusal(asked)
    const issued = await issueToken(ports, asked, address)
    if (issued.kind === 'refused' || !asked.client) {
      const isLimited = issued.kind === 'refused' && issued.reason === 'too-many-failures'
      return isLimited ? tooMany(issued.waitMs) : refusal(clientUnknown)
    }
    // In this order: some shell clients cut the token out of the front of the text.
    const rest = { expires_in: tokenSeconds, token_type: 'Bearer', scope: scopeOf(asked.client) }
    return ok({ access_token: issued.token, ...rest })
  })

async function respondToSignIn(
  ports: SignInPorts,
  sought: NonNullable<ReturnType<typeof readSignInRequest>>,
  address: string | undefined,
): Promise<HttpResponseInit> {
  if (sought.kind === 'refused') return refusal(sought)
  const result = await signIn(ports, sought, address)
  return result.kind === 'refused' && result.reason === 'too-many-failures'
    ? tooMany(result.waitMs)
    : signInResponse(result)
}

/** The form in a body; empty if it is too long, or the body is no form. */
function formOf(request: HttpRequest, text: string): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')
  return new URLSearchParams(isForm && text.length <= formCharsMax ? text : '')
}

const clientUnknown: TokenRequestRefusal = {
  kind: 'refused',
  reason: 'invalid_client',
  description: 'unknown client or wrong secret',
}

/** RFC 6749 section 5.2. */
function refusal({ reason, description }: TokenRequestRefusal): HttpResponseInit {
  const unauthorized = reason === 'invalid_client'
  return {
    status: unauthorized ? 401 : 400,
    ...(unauthorized && { headers: { 'WWW-Authenticate': 'Basic realm="keytrail"' } }),
    jsonBody: { error: reason, error_description: description },
  }
}

/** RFC 6585 section 4. */
const tooMany = (waitMs: number): HttpResponseInit => ({
  status: 429,
  headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) },
  jsonBody: { error: 'temporarily_unavailable', error_description: 'too many failed attempts; try again later' },
})
