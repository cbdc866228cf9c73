// The simulated server on the wire: both forms of address, and connections that break.
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ListeningServer, listenBitwarden } from '../../../local/bitwarden/http.ts'
import { organizationId, world } from './world.ts'

let simulated: ReturnType<typeof world>
let listening: ListeningServer

beforeEach(async () => {
  simulated = world()
  listening = await listenBitwarden(simulated.server, 0)
})
afterEach(() => listening.stop())

const form = () =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'api.organization',
    client_id: `organization.${organizationId}`,
    client_secret: 'right',
  })

async function bearer(path = '/identity/connect/token') {
  const response = await fetch(listening.url + path, { method: 'POST', body: form() })
  const { access_token } = v.parse(v.object({ access_token: v.string() }), await response.json())
  return { headers: { authorization: `Bearer ${access_token}` } }
}

test.each([
  ['/identity', '/api'],
  ['', ''],
])('serves tokens below "%s" and lists below "%s"', async (identity, api) => {
  const response = await fetch(`${listening.url}${api}/public/members`, await bearer(`${identity}/connect/token`))
  expect(response.status).toBe(200)
  expect(response.headers.get('date')).toBe(new Date(simulated.clock.now).toUTCString())
  expect(await response.json()).toMatchObject({ object: 'list', data: [{ email: 'alice@demo.test' }] })
})

test('a response that is cut has its head, and no end', async () => {
  const options = await bearer()
  simulated.conditions.faultOf = () => ({ kind: 'cut' })
  const response = await fetch(`${listening.url}/api/public/members`, options)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

test('a reset gives no response, and silence none either', async () => {
  simulated.conditions.faultOf = () => ({ kind: 'reset' })
  await expect(fetch(`${listening.url}/api/public/members`)).rejects.toThrow()

  simulated.conditions.faultOf = () => ({ kind: 'silence' })
  const ended = new AbortController()
  const waiting = fetch(`${listening.url}/identity/connect/token`, {
    method: 'POST',
    body: form(),
    signal: ended.signal,
  })
  await expect.poll(() => simulated.server.counts.tokens).toBe(1)
  ended.abort()
  await expect(waiting).rejects.toThrow()
})
