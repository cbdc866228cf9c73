// Rate limits as they are without settings: none is in a real client's way.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { userClaims } from '../../support/calls.ts'
import { acme, alice } from '../../support/events.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'

let app: RunningApp
const event = { type: 1000, date: '2026-11-20T09:30:00.123Z' }

beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

test('a client sends 20,000 kept events a hundred at a time', async () => {
  const token = await app.issuer.sign(userClaims(alice))
  const body = Array.from({ length: 100 }, () => event)
  const statuses = new Set<number>()
  for (let upload = 0; upload < 200; upload += 1) {
    statuses.add((await app.send('POST /collect', { token, body })).status)
  }
  expect([...statuses]).toEqual([200])
})

test('a follower of the feed asks five hundred times without a pause', async () => {
  const token = await app.issuer.sign({ scope: 'api.organization', client_id: `organization.${acme}` })
  const statuses = new Set<number>()
  for (let page = 0; page < 500; page += 1) {
    statuses.add((await app.send('GET /public/events/feed?cursor=end', { token })).status)
  }
  expect([...statuses]).toEqual([200])
})
