// Renewing the token while the page is open: in time, once for all tabs, through outages, and until the app refuses.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { earlyMs, pauseMs } from '../../../web/session/renewal.ts'
import type { Tabs } from '../../../web/session/tabs.ts'
import { until } from '../../support/waiting.ts'
import { appToken, begun, connectedTabs, sessionIn, startServer } from './issuer.ts'

const hourMs = 3_600_000
/** A token is taken for expired five seconds before it is. */
const dueMs = hourMs - 5_000 - earlyMs

let server: Awaited<ReturnType<typeof startServer>>
let claims: Readonly<Record<string, unknown>>
let issued: number
let clock: { ms: number }

beforeEach(async () => {
  server = await startServer()
  claims = { sub: 'u', auth_time: 1 }
  issued = 0
  clock = { ms: 0 }
  respond()
})
afterEach(() => server.stop())

function respond(expires_in = 3_600): void {
  server.replies.set('/connect/token', () => {
    const access_token = appToken({ ...claims, jti: ++issued })
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in } }
  })
}

/** A tab in which a person has just signed in. */
async function signedInTab(tabs: Tabs = connectedTabs()()) {
  const provider = { issuer: server.url, authorizationEndpoint: `${server.url}/a`, tokenEndpoint: `${server.url}/t` }
  const client = { clientId: 'ours', scope: 'openid', redeemedBy: 'app', endSessionEndpoint: null } as const
  const tab = sessionIn(server.url, { kind: 'provider', ...provider, ...client }, tabs, clock)
  await tab.session.finish((await begun(tab.session, tab.left, '/app')).back)
  return tab
}

test('a token is renewed before it expires, with itself, again and again', async () => {
  const { session, nextAt, runDue } = await signedInTab()
  expect(nextAt()).toBe(dueMs)
  for (const time of [1, 2]) {
    const before = session.token()
    clock.ms = nextAt() ?? 0
    runDue()
    await until(() => session.token() !== before)
    expect(Object.fromEntries(server.posted[time]?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: before,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    })
    expect(nextAt()).toBe(clock.ms + dueMs)
  }
})

test('several tabs of a person renew once, and all go on with the new token', async () => {
  const open = connectedTabs()
  const tabs = [await signedInTab(open()), await signedInTab(open()), await signedInTab(open())]
  const before = issued
  clock.ms = dueMs
  for (const { runDue } of tabs) runDue()
  await until(() => tabs.every(({ nextAt }) => nextAt() === clock.ms + dueMs))
  expect(issued).toBe(before + 1)
  expect(new Set(tabs.map(({ session }) => session.token())).size).toBe(1)
})

test('a tab takes no token of another person, and none of an earlier sign-in', async () => {
  const open = connectedTabs()
  const first = await signedInTab(open())
  claims = { sub: 'v', auth_time: 1 }
  const ofAnother = await signedInTab(open())
  claims = { sub: 'u', auth_time: 2 }
  const later = await signedInTab(open())
  const tokens = [ofAnother.session.token(), later.session.token()]

  claims = { sub: 'u', auth_time: 1 }
  clock.ms = dueMs
  const before = first.session.token()
  first.runDue()
  await until(() => first.session.token() !== before)
  expect([ofAnother.session.token(), later.session.token()]).toEqual(tokens)
})

test('an outage is waited out', async () => {
  const { session, nextAt, runDue, endings } = await signedInTab()
  const before = session.token()
  server.replies.set('/connect/token', { status: 503, body: {} })
  clock.ms = dueMs
  runDue()
  await until(() => nextAt() === dueMs + pauseMs)
  expect(session.token()).toBe(before)
  respond()
  clock.ms += pauseMs
  runDue()
  await until(() => session.token() !== before)
  expect(endings).toEqual([])
})

test('a refusal ends it, with the app’s reason, while the token still lives', async () => {
  const { session, nextAt, runDue, endings } = await signedInTab()
  const body = { error: 'invalid_grant', error_description: 'twelve hours are over' }
  server.replies.set('/connect/token', { status: 400, body })
  clock.ms = dueMs
  runDue()
  await until(() => endings.length > 0)
  expect(endings).toEqual(['twelve hours are over'])
  expect(session.ending()).toBe('twelve hours are over')
  expect(session.token()).not.toBeNull()
  expect(nextAt()).toBeUndefined()
})

test('a token that has expired meanwhile, as while the machine slept, is not sent', async () => {
  const { session, runDue, nextAt } = await signedInTab()
  clock.ms = hourMs
  runDue()
  await until(() => nextAt() === undefined)
  expect(server.posted).toHaveLength(1)
  expect([session.token(), session.ending()]).toEqual([null, null])
})

test('tokens that live ever shorter, towards the end of the sign-in, are not renewed without a pause', async () => {
  respond(60)
  expect((await signedInTab()).nextAt()).toBe(pauseMs)
})
