// Without a signing key the routes of API keys are not there.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tokenForm } from '../../support/api-keys.ts'
import { userClaims } from '../../support/calls.ts'
import { acme, alice, guid } from '../../support/events.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp({ TOKEN_ISSUER: 'http://keytrail.test', TOKEN_SIGNING_KEY: '' })
})
afterAll(() => app?.stop())

test.each([
  'POST /connect/token',
  'POST /identity/connect/token',
  'GET /.well-known/openid-configuration',
  'GET /.well-known/jwks.json',
  `GET /organizations/${acme}/api-keys`,
  `POST /organizations/${acme}/api-keys`,
  `POST /organizations/${acme}/api-keys/${guid(1)}/rotate`,
  `DELETE /organizations/${acme}/api-keys/${guid(1)}`,
])('%s is a 404', async (request) => {
  const token = await app.issuer.sign(userClaims(alice, { orgowner: acme }))
  const body = request.startsWith('POST') ? { body: tokenForm(`organization.${acme}`, 'x') } : {}
  expect((await app.send(request, { token, ...body })).status).toBe(404)
})
