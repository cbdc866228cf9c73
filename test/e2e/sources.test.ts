// A source in the running app: connected, pulled from the simulated Bitwarden server over HTTP, paused, given another key, and removed.
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventLog, type PublicEvent } from '../../local/bitwarden/events.ts'
import { type ListeningServer, listenBitwarden } from '../../local/bitwarden/http.ts'
import type { SimulatedOrganization } from '../../local/bitwarden/organization.ts'
import { bitwardenServer } from '../../local/bitwarden/server.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, guid } from '../support/events.ts'
import { secretKey } from '../support/notifications/integrations.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'
import { viewedAt } from '../support/sources/arrivals.ts'
import { publicMember } from '../support/sources/vault.ts'

const [path, startMs] = [`/organizations/${acme}/sources`, Date.now()]
const hourMs = 3_600_000
const [firstSecret, secondSecret] = ['the-first-secret', 'the-second-secret']
const events = eventLog('date', Math.random)
const organization: SimulatedOrganization = {
  id: acme,
  name: 'Acme',
  clientSecret: firstSecret,
  enabled: true,
  useEvents: true,
  members: [publicMember(1, { userId: alice, name: 'Alice', type: 0, groups: [guid(1, 'e')] }), publicMember(2)],
  groups: [{ id: guid(1, 'e'), name: 'Everyone', externalId: null, collections: [] }],
  collections: [{ id: guid(1, 'f'), externalId: null, groups: [] }],
  policies: [{ id: guid(1, '9'), type: 0, enabled: true, data: null }],
  events,
}

let app: RunningApp
let vault: ListeningServer
let token: string

beforeAll(async () => {
  // Every third twice: equal events are as many in the log.
  const history = Array.from({ length: 160 }, (_, index) => viewedAt(startMs - (index + 1) * 5 * hourMs))
  events.append(history.flatMap((arrival, index) => (index % 3 === 0 ? [arrival, arrival] : [arrival])))
  const server = bitwardenServer({ organizations: [organization], now: Date.now, random: Math.random })
  vault = await listenBitwarden(server, 0)
  app = await startApp({ SECRET_KEYS: secretKey('k1') })
  token = await app.issuer.sign(userClaims(alice, { orgowner: acme }))
  const owner = { id: guid(1, 'd'), userId: alice, status: 2, type: 0 }
  const operator = await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })
  await app.send(`PUT /directory/organizations/${acme}`, {
    token: operator,
    body: { name: 'Acme Corp', members: [owner] },
  })
})
afterAll(async () => {
  await app?.stop()
  await vault?.stop()
})

const send = (request: string, body?: unknown) => app.send(request, { token, ...(body !== undefined && { body }) })
/** By hand, as the timer does each minute. */
const runTimer = async () => {
  const response = await fetch(`${app.url}/admin/functions/pullSources`, { method: 'POST', body: '{"input":""}' })
  expect(response.status).toBe(202)
}

const Source = v.looseObject({
  id: v.string(),
  status: v.string(),
  message: v.string(),
  eventsPulled: v.number(),
  lastPullAt: v.nullable(v.string()),
  directory: v.nullable(v.unknown()),
  lastError: v.nullable(v.looseObject({ reason: v.string() })),
})
type Shown = v.InferOutput<typeof Source>
const shown = async (id: string) => v.parse(Source, (await send(`GET ${path}/${id}`)).json)
/** Lets the timer run until the source is as wanted. */
const pulledUntil = (what: string, id: string, holds: (source: Shown) => boolean) =>
  eventually(what, async () => {
    await runTimer()
    const source = await shown(id)
    return holds(source) && source
  })

const Logged = v.looseObject({
  type: v.number(),
  itemId: v.nullish(v.string()),
  actingUserId: v.nullish(v.string()),
  actingUserName: v.nullish(v.string()),
  date: v.string(),
})
const Page = v.object({ data: v.array(Logged), continuationToken: v.nullable(v.string()) })

/** What the log has, less audit events. */
async function logged() {
  const found: v.InferOutput<typeof Logged>[] = []
  const query = `start=${new Date(startMs - 100 * 24 * hourMs).toISOString()}&end=${new Date(startMs + 24 * hourMs).toISOString()}`
  for (let next: string | null = ''; next !== null; ) {
    const response = await send(`GET /organizations/${acme}/events?${query}${next && `&continuationToken=${next}`}`)
    const { data, continuationToken }: v.InferOutput<typeof Page> = v.parse(Page, response.json)
    found.push(...data)
    next = continuationToken
  }
  return found.filter(({ type }) => type < 9_000)
}
const inOrder = (all: readonly { readonly type: number; readonly date: string }[]) =>
  all.map(({ type, date }) => `${type} ${new Date(date).toISOString()}`).toSorted()
const ofVault = (): readonly PublicEvent[] => events.all(Date.now())
const isComplete = () =>
  eventually('the log has what the vault has', async () => {
    const found = await logged()
    return found.length >= ofVault().length && found
  })

const newSource = (clientSecret: string) => ({
  kind: 'bitwarden-api',
  name: 'Vault',
  region: 'self-hosted',
  url: vault.url,
  clientId: `organization.${acme}`,
  clientSecret,
})

test('a source brings its history, its people and what is new; stops while paused or with a wrong key; and its events stay', async () => {
  const wrong = await send(`POST ${path}/check`, newSource('no-secret-of-it'))
  expect(wrong.json).toMatchObject({ ok: false, problem: 'key-refused' })
  expect((await send(`POST ${path}/check`, newSource(firstSecret))).json).toMatchObject({ ok: true })
  const made = await send(`POST ${path}`, newSource(firstSecret))
  expect(made.status).toBe(201)
  const { id } = v.parse(Source, made.json)

  const current = await pulledUntil('the history is read', id, ({ status }) => status === 'current')
  expect(current).toMatchObject({ directory: { members: 2, groups: 1, collections: 1, policies: 1 }, lastError: null })
  const found = await isComplete()
  expect(inOrder(found)).toEqual(inOrder(ofVault()))
  expect(new Set(found.map(({ actingUserName }) => actingUserName))).toEqual(new Set(['Alice']))

  expect((await send(`PUT ${path}/${id}`, { paused: true })).json).toMatchObject({ status: 'paused' })
  events.append([viewedAt(Date.now() - 1_000)])
  await runTimer()
  expect((await shown(id)).eventsPulled).toBe(current.eventsPulled)

  organization.clientSecret = secondSecret
  // A new key ends the token of the old one.
  const replaced = await send(`PUT ${path}/${id}`, { paused: false, clientSecret: 'mistyped' })
  expect(replaced.status).toBe(200)
  const refused = await pulledUntil('the key is refused', id, ({ status }) => status === 'failing')
  expect(refused.lastError?.reason).toBe('key-refused')
  await send(`PUT ${path}/${id}`, { clientSecret: secondSecret })
  await pulledUntil('what was new meanwhile is pulled', id, (source) => source.eventsPulled > current.eventsPulled)
  expect(inOrder(await isComplete())).toEqual(inOrder(ofVault()))

  expect((await send(`DELETE ${path}/${id}`)).status).toBe(204)
  expect((await send(`GET ${path}`)).json).toMatchObject({ data: [] })
  expect((await logged()).length).toBe(ofVault().length)
  for (const secret of [firstSecret, secondSecret, 'mistyped']) expect(app.log.join('\n')).not.toContain(secret)
})
