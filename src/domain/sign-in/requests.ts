// Requests of the page to the token endpoint: token exchange (RFC 8693) and authorization code (RFC 6749 section 4.1.3). Pure.

/** What the page asks for: a token for an ID token, for its own earlier token, or for a code that the app redeems. */
export type SignInRequest =
  | { readonly kind: 'id-token'; readonly idToken: string; readonly nonceVerifier: string }
  | { readonly kind: 'renewal'; readonly token: string }
  | {
      readonly kind: 'code'
      readonly code: string
      readonly codeVerifier: string
      readonly redirectUri: string
      readonly nonceVerifier: string
    }

type RequestRefusal = {
  readonly kind: 'refused'
  readonly reason: 'invalid_request'
  readonly description: string
}

/** RFC 8693 section 2.1. */
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const codeGrant = 'authorization_code'
/** RFC 8693 section 3. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

/** 32 random bytes in base64url. */
const verifierForm = /^[\w-]{43}$/

/** Reads a request with one of these grants; undefined for another grant. Ignores unknown fields of the form. */
export function readSignInRequest(form: URLSearchParams): SignInRequest | RequestRefusal | undefined {
  const grant = form.get('grant_type')
  if (grant !== exchangeGrant && grant !== codeGrant) return undefined
  const repeated = [...new Set(form.keys())].find((name) => form.getAll(name).length > 1)
  if (repeated !== undefined) return refused('a field is given more than once')
  const nonceVerifier = form.get('nonce_verifier') ?? ''
  if (grant === codeGrant) {
    const [code, codeVerifier, redirectUri] = [form.get('code'), form.get('code_verifier'), form.get('redirect_uri')]
    if (!code || !codeVerifier || !redirectUri) return refused('code, code_verifier and redirect_uri are needed')
    if (!verifierForm.test(nonceVerifier)) return refused(nonceMissing)
    return { kind: 'code', code, codeVerifier, redirectUri, nonceVerifier }
  }
  const token = form.get('subject_token')
  if (!token) return refused('subject_token is needed')
  const type = form.get('subject_token_type')
  if (type === accessTokenType) return { kind: 'renewal', token }
  if (type !== idTokenType) return refused(`subject_token_type is ${idTokenType} or ${accessTokenType}`)
  if (!verifierForm.test(nonceVerifier)) return refused(nonceMissing)
  return { kind: 'id-token', idToken: token, nonceVerifier }
}

const nonceMissing = 'nonce_verifier is needed: 43 characters in base64url'

const refused = (description: string): RequestRefusal => ({ kind: 'refused', reason: 'invalid_request', description })
