// /connect/authorize: shows the people to choose from, and redirects back to the client with a code.
import type { IncomingMessage } from 'node:http'
import { type Codes, type ReadRequest, readAuthorization, withParameters } from './authorization.ts'
import type { World } from './claims.ts'
import { bodyOf } from './request-body.ts'
import { type Page, refusalPage, signInPage } from './sign-in-page.ts'

const bodyBytesMax = 1_024

export type SignInResponse = {
  readonly status: number
  readonly html?: string
  readonly headers?: Readonly<Record<string, string>>
}

type Context = { readonly issuer: string; readonly world: World; readonly codes: Codes }

/** Responds to GET with the page, and to POST, from the page's form at the same address, with the redirect back. */
export async function respondToSignIn(request: IncomingMessage, context: Context): Promise<SignInResponse> {
  const { issuer, world } = context
  const read = readAuthorization(new URLSearchParams(request.url?.split('?')[1] ?? ''), issuer)
  if (read.kind === 'invalid') return shown(400, refusalPage(read.description))
  if (read.kind === 'refused') return { status: 303, headers: { Location: read.location } }
  if (request.method === 'GET') return shown(200, signInPage(world, read.request.clientId, read.request.redirectUri))
  return chosen(request, read, context)
}

async function chosen(
  request: IncomingMessage,
  { request: asked }: Extract<ReadRequest, { kind: 'request' }>,
  { issuer, world, codes }: Context,
): Promise<SignInResponse> {
  // A page of another site cannot choose a person.
  const origin = request.headers.origin
  if (origin !== undefined && origin !== `http://${request.headers.host}`)
    return shown(403, refusalPage('The choice was made elsewhere'))
  const bytes = await bodyOf(request, bodyBytesMax)
  const email = new URLSearchParams(bytes?.toString()).get('username')
  if (email === null) return shown(400, refusalPage('Nobody was chosen'))

  const person = world.people.find((each) => each.email === email)
  const result = person ? { code: codes.issue({ request: asked, person }) } : { error: 'access_denied' }
  const parameters = { ...result, ...(asked.state !== null && { state: asked.state }), iss: issuer }
  return { status: 303, headers: { Location: withParameters(asked.redirectUri, parameters) } }
}

function shown(status: number, { html, headers }: Page): SignInResponse {
  return { status, html, headers }
}
