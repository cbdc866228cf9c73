// /connect/endsession: ends the browser's session (OpenID Connect RP-Initiated Logout 1.0), and leads back where the client asks for it.
import type { IncomingMessage } from 'node:http'
import { isLoopback, withParameters } from './authorization.ts'
import { bodyOf } from './request-body.ts'
import type { Sessions } from './sessions.ts'
import type { SignInResponse } from './sign-in.ts'
import { signedOutPage } from './sign-in-page.ts'

const bodyBytesMax = 16 * 1024

/** Responds to GET and POST; without an address of this machine to lead back to, with a page that says so. */
export async function respondToSignOut(
  request: IncomingMessage,
  { sessions }: { readonly sessions: Sessions },
): Promise<SignInResponse> {
  const posted = request.method === 'POST' ? await bodyOf(request, bodyBytesMax) : undefined
  const query = new URLSearchParams(posted?.toString() ?? request.url?.split('?')[1])
  const { ended, cookie } = sessions.end(request)
  const headers = { 'Set-Cookie': cookie }

  const back = query.get('post_logout_redirect_uri')
  if (back === null || !isLoopback(back)) {
    const { html, headers: ofPage } = signedOutPage(ended?.client)
    return { status: 200, html, headers: { ...ofPage, ...headers } }
  }
  const state = query.get('state')
  return { status: 303, headers: { ...headers, Location: withParameters(back, state === null ? {} : { state }) } }
}
