// Without keys for secrets the routes of integrations are not there.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { userClaims } from '../../support/calls.ts'
import { acme, alice, guid } from '../../support/events.ts'
import { bodyOf } from '../../support/notifications/integrations.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp({ SECRET_KEYS: '' })
})
afterAll(() => app?.stop())

const path = `/organizations/${acme}/integrations`
const one = `${path}/${guid(1, '6')}`
test.each([
  `GET ${path}`,
  `POST ${path}`,
  `GET ${one}`,
  `PUT ${one}`,
  `DELETE ${one}`,
  `POST ${one}/rotate-secret`,
  `POST ${one}/test`,
  `GET ${one}/deliveries`,
  `GET ${one}/failed`,
  `POST ${one}/failed/replay`,
])('%s is a 404', async (request) => {
  const token = await app.issuer.sign(userClaims(alice, { orgowner: acme }))
  const body = /^(POST|PUT) \S+\/integrations(\/[^/]+)?$/.test(request) ? { body: bodyOf() } : {}
  expect((await app.send(request, { token, ...body })).status).toBe(404)
})
