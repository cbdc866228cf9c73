// /connect/authorize: shows the people to choose from, unless the browser has a session, and redirects back to the client with a code.
import type { IncomingMessage } from 'node:http'
import { type AuthorizationRequest, readAuthorization, withParameters } from './authorization.ts'
import type { World } from './claims.ts'
import type { Mode } from './modes.ts'
import { bodyOf } from './request-body.ts'
import type { BrowserSession, Sessions } from './sessions.ts'
import { type Page, refusalPage, signInPage } from './sign-in-page.ts'

const bodyBytesMax = 1_024

export type SignInResponse = {
  readonly status: number
  readonly html?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type SignInContext = {
  readonly mode: Mode
  readonly world: World
  readonly sessions: Sessions
  /** Unix ms. */
  readonly now: () => number
}

/** Responds to GET with the page or the redirect back, and to POST, from the page's form at the same address, with the redirect. */
export async function respondToSignIn(request: IncomingMessage, context: SignInContext): Promise<SignInResponse> {
  const { mode, world, sessions, now } = context
  const read = readAuthorization(new URLSearchParams(request.url?.split('?')[1] ?? ''), mode)
  if (read.kind === 'invalid') return shown(400, refusalPage(read.description))
  if (read.kind === 'refused') return { status: 303, headers: { Location: read.location } }
  const asked = read.request
  if (request.method === 'POST') return chosen(request, asked, context)

  const session = sessions.of(request)
  const isKnown = session !== undefined && mode.accounts.includes(session.account)
  const isFresh = asked.maxAge === null || (isKnown && now() - session.since <= asked.maxAge * 1_000)
  if (isKnown && isFresh && asked.prompt !== 'choose') return redirectWithCode(asked, session, mode)
  if (asked.prompt === 'none') return redirect(asked, mode, { error: 'login_required' })
  return shown(200, signInPage(mode.accounts, world, asked.clientId, asked.redirectUri))
}

async function chosen(
  request: IncomingMessage,
  asked: AuthorizationRequest,
  { mode, sessions }: SignInContext,
): Promise<SignInResponse> {
  // A page of another site cannot choose a person.
  const origin = request.headers.origin
  if (origin !== undefined && origin !== `http://${request.headers.host}`)
    return shown(403, refusalPage('The choice was made elsewhere'))
  const bytes = await bodyOf(request, bodyBytesMax)
  const email = new URLSearchParams(bytes?.toString()).get('username')
  if (email === null) return shown(400, refusalPage('Nobody was chosen'))

  const account = mode.accounts.find((each) => each.email === email)
  if (account === undefined) return redirect(asked, mode, { error: 'access_denied' })
  const { session, cookie } = sessions.begin(request, account, new URL(asked.redirectUri).origin)
  const { status, headers } = redirectWithCode(asked, session, mode)
  return { status, headers: { ...headers, 'Set-Cookie': cookie } }
}

function redirectWithCode(request: AuthorizationRequest, { account, since }: BrowserSession, mode: Mode) {
  return redirect(request, mode, { code: mode.codes.issue({ request, account, since }) })
}

function redirect(
  { redirectUri, state }: AuthorizationRequest,
  { issuer }: Mode,
  result: { readonly code: string } | { readonly error: string },
): SignInResponse {
  const parameters = { ...result, ...(state !== null && { state }), iss: issuer }
  return { status: 303, headers: { Location: withParameters(redirectUri, parameters) } }
}

function shown(status: number, { html, headers }: Page): SignInResponse {
  return { status, html, headers }
}
