// A large organization through the routes of the whole app: written in one request, written again, changed in parts, and read by its people.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guidOfContent } from '../../src/domain/guid.ts'
import { userClaims } from '../support/calls.ts'
import { acme, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const path = `/directory/organizations/${acme}`
const count = 7_000
const collection = (index: number) => ({
  id: guid(index % 100, '5'),
  readOnly: false,
  hidePasswords: false,
  manage: false,
})
const person = (index: number) => ({
  id: guidOfContent('member', index),
  userId: guidOfContent('user', index),
  status: 2,
  type: 1,

  name: `Person ${index}`,
  email: `person.${index}@acme.test`,
  collections: [collection(index), collection(index + 1)],
})
const items = Array.from({ length: count }, (_, index) => ({ id: guidOfContent('item', index), collections: [] }))
const whole = { name: 'Acme', members: Array.from({ length: count }, (_, index) => person(index)), items }

let app: RunningApp
let server: string

beforeAll(async () => {
  app = await startApp()
  server = await app.issuer.sign({ scope: 'api.events.write', client_id: 'server', sub: 'server' })
})
afterAll(() => app?.stop())

/** What the log shows to a person whose token claims nothing. */
async function statusFor(index: number): Promise<number> {
  const token = await app.issuer.sign(userClaims(guidOfContent('user', index)))
  return (await app.send(`GET /organizations/${acme}/events`, { token })).status
}

test('7,000 members in two collections each and as many items are written in one request, and again', async () => {
  for (const name of ['Acme', 'Acme', 'Acme Ltd']) {
    expect((await app.send(`PUT ${path}`, { token: server, body: { ...whole, name } })).status).toBe(204)
  }
  for (const index of [0, count - 1]) expect(await statusFor(index)).toBe(200)
  expect(await statusFor(count)).toBe(404)
})

test('a member more, and one less, need no whole organization', async () => {
  const body = [person(count)]
  expect((await app.send(`PUT ${path}/members`, { token: server, body })).status).toBe(204)
  expect(await statusFor(count)).toBe(200)
  expect((await app.send(`DELETE ${path}/members/${person(0).id}`, { token: server })).status).toBe(204)
  await eventually('the member is gone', async () => (await statusFor(0)) === 404)
  expect(await statusFor(1)).toBe(200)
})

test('what one reports of an item among many is taken', async () => {
  const token = await app.issuer.sign(userClaims(guidOfContent('user', 1)))
  const cipherId = guidOfContent('item', count - 1)
  const body = [{ type: 1107, cipherId, organizationId: acme, date: '2026-11-20T09:30:00.123Z' }]
  const response = await app.send('POST /collect', { token, body })
  expect(response).toMatchObject({ status: 200, json: { accepted: 1, dropped: [] } })
})
