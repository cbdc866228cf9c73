// What routes for mutes and exceptions have in common: each change is reported and evaluated, and nobody else makes, sees or ends one.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { createAlertException } from '../../../src/functions/alerts/alert-exceptions.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { call } from '../calls.ts'
import { acme, globex } from '../events.ts'
import { strangers } from '../people.ts'
import { type alertPorts, began, loginsRule } from './alerts.ts'

type Made = Awaited<ReturnType<typeof alertPorts>>
type Response = Awaited<ReturnType<typeof call>>
type Routes = Pick<Made, 'ports' | 'reported' | 'keyToken'> & {
  readonly list: (token?: string) => Promise<Response>
  readonly make: (token?: string) => Promise<Response>
  readonly end: (id: string, token?: string, organizationId?: typeof acme) => Promise<Response>
}

export const idOf = (json: unknown) => v.parse(v.object({ id: v.string() }), json).id

/** Describes routes that make, list and end things of the rule `loginsRule`; `create` is the one that makes them. */
export function describeMadeAndEnded(
  kind: 'mutes' | 'exceptions',
  code: number,
  routesOf: () => Promise<Routes>,
  create: typeof createAlertException,
  given: object,
) {
  describe(`every change of ${kind}`, () => {
    test('has the organization evaluated, and leaves nothing unreported', async () => {
      const { ports, make } = await routesOf()
      await make('alice')
      expect(await ports.schedule.due(began, 10)).toMatchObject([{ organizationId: acme, at: began }])
      expect((await ports.configurations.configurationOf(acme)).unreported).toEqual([])
    })

    test('is stored and reported later if the log is unavailable', async () => {
      const { ports } = await routesOf()
      const queue = {
        ...ports.queue,
        enqueue: async () => {
          throw new Unavailable('event queue', new Error('x'))
        },
      }
      const asked = { method: 'POST', params: { id: acme }, body: given, token: 'alice' }
      expect((await call(create({ ...ports, queue }), asked)).status).toBe(503)
      expect(await ports.configurations.configurationOf(acme)).toMatchObject({
        [kind]: [{ ruleId: loginsRule }],
        unreported: [{ type: code }],
      })
      expect(await ports.schedule.due(began, 10)).toHaveLength(1)
    })
  })

  describe(`anybody else, of ${kind}`, () => {
    const routes = ['list', 'make', 'end'] as const
    const attempt = (made: Routes, route: (typeof routes)[number], id: string, token?: string) =>
      route === 'end' ? made.end(id, token) : made[route](token)

    test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
      'cannot %s: %s',
      async (route, _, token, status) => {
        const made = await routesOf()
        const { json } = await made.make('alice')
        const before = await made.ports.configurations.configurationOf(acme)
        const response = await attempt(made, route, idOf(json), token)
        expect(response.status).toBe(status)
        expect(response.text).not.toContain(loginsRule)
        expect(await made.ports.configurations.configurationOf(acme)).toEqual(before)
        expect(made.reported()).toHaveLength(1)
      },
    )

    test.each(routes)('cannot %s with the organization’s own key', async (route) => {
      const made = await routesOf()
      const { json } = await made.make('alice')
      expect((await attempt(made, route, idOf(json), await made.keyToken())).status).toBe(401)
    })

    test('cannot end one of another organization through their own', async () => {
      const { make, end, list } = await routesOf()
      const { json } = await make('alice')
      expect((await end(idOf(json), 'erin', globex)).status).toBe(404)
      expect((await list('alice')).json).toMatchObject({ data: [json] })
    })
  })
}
