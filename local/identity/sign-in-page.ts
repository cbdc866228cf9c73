// The page to choose a person of the demo: a button for each, without a script. Pure.
import { createHash } from 'node:crypto'
import { memberStatus, memberType } from '../../src/domain/directory/directory.ts'
import type { Account, World } from './claims.ts'
import { demoSecret } from './grants.ts'

export type Page = { readonly html: string; readonly headers: Readonly<Record<string, string>> }

/** The page for a client at this address; its form is sent to the page's own address. */
export function signInPage(accounts: readonly Account[], world: World, clientId: string, redirectUri: string): Page {
  const buttons = accounts.map((person) => `<li>${buttonFor(person, world)}</li>`)
  const body = `<h1>Who are you?</h1>
<p><strong>${escaped(clientId)}</strong> at <strong>${escaped(new URL(redirectUri).origin)}</strong> asks you to sign in. This is the identity server of
<code>npm start</code>: choose one of its people, who are made up. Nobody is asked for a password; where a tool asks, it is <code>${demoSecret}</code>.</p>
<form method="post"><ul>${buttons.join('\n')}</ul>
<button class="plain" name="username" value="">Cancel</button></form>`
  return page('Sign in · Keytrail', body, new URL(redirectUri).origin)
}

/** The page for a request without an allowed redirect URI. */
export function refusalPage(description: string): Page {
  return page('Not possible · Keytrail', `<h1>That is not possible</h1><p>${escaped(description)}.</p>`)
}

/** The page at the end of a session, for a client that names no address to come back to; links to its origin if that is known. */
export function signedOutPage(client: string | undefined): Page {
  const link = client === undefined ? '' : `<p><a href="${escaped(client)}/">Back to ${escaped(client)}</a></p>`
  const body = `<h1>You are signed out</h1><p>The identity server has ended your session.</p>${link}`
  return page('Signed out · Keytrail', body)
}

function buttonFor(person: Account, world: World): string {
  const { name, email } = person
  const roles = rolesOf(person, world).join(', ') || 'belongs nowhere'
  return `<button name="username" value="${escaped(email)}"><strong>${escaped(name)}</strong><span>${escaped(email)}</span><span>${escaped(roles)}</span></button>`
}

const roleNames = new Map<number, string>([
  [memberType.owner, 'owner'],
  [memberType.admin, 'admin'],
  [memberType.user, 'user'],
  [memberType.custom, 'custom role'],
])

function rolesOf(person: Account, { organizations, providers, operators }: World): string[] {
  const isTheirs = (each: { userId: string | null; status: number }) =>
    each.userId === person.id && each.status === memberStatus.confirmed
  return [
    ...(operators.includes(person) ? ['operator of Keytrail'] : []),
    ...organizations.flatMap(({ name, members }) =>
      members.filter(isTheirs).map(({ type, permissions }) => {
        const reads = permissions?.accessEventLogs ? ', reads the log' : ''
        return `${roleNames.get(type) ?? 'member'} of ${name}${reads}`
      }),
    ),
    ...providers.filter(({ users }) => users.some(isTheirs)).map(({ name }) => `works for ${name}`),
  ]
}

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:2rem auto;padding:0 1rem}
ul{list-style:none;padding:0;display:grid;gap:.5rem}
button{font:inherit;width:100%;padding:.6rem .9rem;text-align:left;border:1px solid GrayText;border-radius:.5rem;background:Canvas;color:CanvasText;cursor:pointer;display:grid}
button:hover{border-color:LinkText}
button:focus-visible{outline:3px solid LinkText;outline-offset:2px}
button.plain{width:auto}`
const styleHash = createHash('sha256').update(style).digest('base64')

/** Browsers check the redirects of a form against `form-action`: the client's origin must be in it. */
function page(title: string, body: string, formTarget?: string): Page {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><link rel="icon" href="/inbox/icon.svg" type="image/svg+xml"><style>${style}</style></head>
<body><main>${body}</main></body></html>
`
  const policy = [
    "default-src 'none'",
    "img-src 'self'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${formTarget === undefined ? "'none'" : `'self' ${formTarget}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  // Not `no-referrer`: with it a form would not state its origin.
  return { html, headers: { 'Content-Security-Policy': policy.join('; '), 'Referrer-Policy': 'same-origin' } }
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}
