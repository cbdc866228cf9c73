// A browser and a client for tests of the local identity server: keeps the cookie, chooses people, and redeems codes.
import * as oauth from 'oauth4webapi'
import * as v from 'valibot'
import { alice } from '../../../local/demo/people/people.ts'

const redirectUri = 'http://127.0.0.1:7071/app/signed-in'
const verifier = 'v'.repeat(43)

/** What changes in a request that is in order; null takes a parameter away. */
export type Changes = Readonly<Record<string, string | null>>
type Reply = {
  readonly status: number
  readonly location: URL | null
  readonly setCookie: string
  readonly html: string
}

/** Signs in at this issuer with its vault's scopes or as a plain provider's client. */
export function browserAt(issuer: string, scope = 'openid profile email') {
  let cookie = ''
  const go = async (address: URL, form?: Readonly<Record<string, string>>): Promise<Reply> => {
    const response = await fetch(address, {
      headers: { cookie },
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    const html = await response.text()
    const setCookie = response.headers.get('set-cookie') ?? ''
    if (setCookie !== '') cookie = setCookie.split(';')[0] ?? ''
    return { status: response.status, location: URL.parse(response.headers.get('location') ?? ''), setCookie, html }
  }
  const addressWith = async (changes: Changes): Promise<URL> => {
    const all: Changes = {
      response_type: 'code',
      client_id: 'keytrail',
      redirect_uri: redirectUri,
      scope,
      state: 'a state',
      nonce: 'a nonce',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...changes,
    }
    const url = new URL(`${issuer}/connect/authorize`)
    for (const [name, value] of Object.entries(all)) if (value !== null) url.searchParams.set(name, value)
    return url
  }
  return {
    cookie: () => cookie,
    authorize: async (changes: Changes = {}) => go(await addressWith(changes)),
    choose: async (username: string = alice.email, changes: Changes = {}) =>
      go(await addressWith(changes), { username }),
    endSession: (query = '') => go(new URL(`${issuer}/connect/endsession${query}`)),
    redeem: (code: string | null, changes: Readonly<Record<string, string>> = {}) =>
      redeem(issuer, code ?? '', changes),
  }
}

const Body = v.record(v.string(), v.union([v.string(), v.number()]))

async function redeem(issuer: string, code: string, changes: Readonly<Record<string, string>>) {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'keytrail' }
  const body = new URLSearchParams({ ...form, code_verifier: verifier, ...changes })
  const response = await fetch(`${issuer}/connect/token`, { method: 'POST', body })
  return { status: response.status, body: v.parse(Body, await response.json()) }
}
