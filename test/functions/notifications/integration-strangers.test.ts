// The routes of integrations refuse everybody but the organization's owners and admins, and change nothing for them.
import { describe, expect, test } from 'vitest'
import type { Guid } from '../../../src/domain/guid.ts'
import { began } from '../../support/alerts/alerts.ts'
import { acme, globex } from '../../support/events.ts'
import {
  bodyOf,
  callRoute,
  idOf,
  integrationRoutes,
  type Routes,
  routeNames,
} from '../../support/notifications/integrations.ts'
import { strangers } from '../../support/people.ts'

/** All that the routes can change. */
const stateOf = async ({ ports }: Routes, id: Guid) => ({
  integrations: await ports.integrations.integrationsOf(acme),
  waiting: await ports.outbox.due(acme, id, began * 2, 10),
  failed: await ports.outbox.failedOf(acme, id, 10, null),
  attempts: await ports.outbox.attemptsOf(acme, id),
  messages: [...ports.notifications.messages],
  events: [...ports.queue.messages],
})

describe('anybody else', () => {
  test.each(
    routeNames.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)),
  )('cannot %s: %s', async (route, _, token, status) => {
    const made = await integrationRoutes()
    const id = idOf((await made.create(bodyOf(), 'alice')).json)
    await made.fail(id, [1])
    const before = await stateOf(made, id)
    const response = await callRoute(made, route, id, token)
    expect(response.status).toBe(status)
    expect(response.text).not.toMatch(/Security|acme\.test/)
    expect(await stateOf(made, id)).toEqual(before)
  })

  test.each(routeNames)('cannot %s with the organization’s own key', async (route) => {
    const made = await integrationRoutes()
    const id = idOf((await made.create(bodyOf(), 'alice')).json)
    expect((await callRoute(made, route, id, await made.keyToken())).status).toBe(401)
  })

  test.each(routeNames.filter((route) => route !== 'list' && route !== 'create'))(
    'cannot %s what is another organization’s through their own',
    async (route) => {
      const made = await integrationRoutes()
      const id = idOf((await made.create(bodyOf(), 'alice')).json)
      await made.fail(id, [1])
      const before = await stateOf(made, id)
      expect((await callRoute(made, route, id, 'erin', globex)).status).toBe(404)
      expect(await stateOf(made, id)).toEqual(before)
    },
  )
})
