// Secrets of integrations: they are nowhere in clear but in what is opened to send, and their keys can be changed without a gap.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  openSecrets,
  sealSecrets,
  unreadableSecrets,
} from '../../../src/application/notifications/integration-secrets.ts'
import { secretNames } from '../../../src/domain/notifications/targets/registry.ts'
import { secretsNeeded } from '../../../src/domain/notifications/targets/targets.ts'
import { signingSecret } from '../../domain/notifications/targets/webhook/samples.ts'
import type { Answered } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'
import {
  bodyOf,
  boxOf,
  callsOf,
  givenSecrets,
  idOf,
  integrationRoutes,
  type Ports,
  Shown,
  secretKey,
  targets,
} from '../../support/notifications/integrations.ts'

const bare = { kind: 'webhook', url: targets.webhook.url }
const storedIntegration = async (ports: Ports, id: string) => {
  const stored = (await ports.integrations.integrationsOf(acme)).find((each) => each.id === id)
  if (!stored) throw new Error('no integration')
  return stored
}

describe('no secret', () => {
  const allOf = ({ text, headers, log }: Answered) => [text, ...[...headers].flat(), ...log].join('\n')
  /** The parts of secrets in a text. */
  const leaksIn = (text: string) => text.match(/s3cret\S*|whsec_[\w+/]+/g) ?? []
  const storedOf = async (
    { integrations, outbox, queue, notifications }: Ports,
    ids: readonly ReturnType<typeof idOf>[],
  ) =>
    JSON.stringify([
      await integrations.integrationsOf(acme),
      await Promise.all(ids.map((id) => outbox.due(acme, id, Number.MAX_SAFE_INTEGER, 100))),
      await Promise.all(ids.map((id) => outbox.failedOf(acme, id, 100, null))),
      queue.messages,
      queue.poison,
      notifications.messages,
    ])

  test('is in a response, a log line or anything stored, on any request', async () => {
    const routes = await integrationRoutes()
    const { ports } = routes
    const responses: Answered[] = []
    const asked = async (response: Promise<Answered>) => {
      responses.push(await response)
      return response
    }
    const ids = []
    for (const target of Object.values(targets)) {
      const id = idOf((await asked(routes.create(bodyOf(target), 'alice'))).json)
      ids.push(id)
      await asked(routes.put(id, bodyOf(target), 'alice'))
      await asked(routes.put(id, bodyOf(target, { name: '' }), 'alice'))
      await asked(routes.put(id, bodyOf({ ...target, more: 1 }), 'alice'))
      await asked(routes.put(id, JSON.stringify(bodyOf(target)).slice(0, -1), 'alice'))
      for (const other of Object.values(targets)) await asked(routes.put(id, bodyOf(other), 'alice'))
      await asked(routes.read(id, 'alice'))
      await asked(routes.test(id, 'alice'))
      await routes.fail(id, [ids.length])
      await asked(routes.deliveries(id, 'alice'))
      await asked(routes.failed(id, 'alice'))
      await asked(routes.replay(id, 'alice'))
    }
    await asked(routes.list('alice'))
    const spoilt = [
      { ...targets.webhook, secret: `${signingSecret}!` },
      { ...targets.webhook, url: `http${targets.webhook.url.slice('https'.length)}` },
      { ...targets.webhook, url: `${targets.webhook.url}#x` },
      { ...targets['slack-webhook'], url: `${targets['slack-webhook'].url} ` },
      { ...targets['slack-bot'], token: `${targets['slack-bot'].token} x` },
      { ...targets.hec, token: targets.hec.token.repeat(100) },
      { ...targets.datadog, apiKey: [targets.datadog.apiKey] },
      { ...targets.teams, kind: targets.teams.url },
    ]
    for (const target of spoilt) expect((await asked(routes.create(bodyOf(target), 'alice'))).status).toBe(400)

    expect(givenSecrets).toHaveLength(Object.values(targets).flatMap(({ kind }) => secretsNeeded(kind)).length)
    const everything = [...responses.map(allOf), await storedOf(ports, ids)].join('\n')
    expect(givenSecrets.filter((secret) => everything.includes(secret))).toEqual([])
    expect(leaksIn(everything)).toEqual([])
  })

  test('is in the response to a fault or its log line, though the fault holds it', async () => {
    const { ports, create } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    const faulty = () => {
      throw new TypeError(`cannot send to ${givenSecrets.join()}`, { cause: givenSecrets })
    }
    const broken = [
      { ...ports, integrations: { ...ports.integrations, change: async () => faulty() } },
      { ...ports, integrations: { ...ports.integrations, integrationsOf: async () => faulty() } },
      { ...ports, box: { ...ports.box, open: faulty, seal: faulty } },
      { ...ports, maySendTo: faulty },
    ]
    for (const calls of broken.map(callsOf)) {
      for (const response of [await calls.create(bodyOf(), 'alice'), await calls.put(id, bodyOf(), 'alice')]) {
        expect(response.status).toBe(500)
        expect(response.log.join()).toMatch(/^TypeError /)
        expect(leaksIn(allOf(response))).toEqual([])
      }
    }
  })

  test('that we generate is stored in clear, or shown more than once', async () => {
    const routes = await integrationRoutes()
    const made = await routes.create(bodyOf(bare), 'alice')
    const id = idOf(made.json)
    const rotated = await routes.rotate(id, 'alice')
    const later = [
      await routes.read(id, 'alice'),
      await routes.list('alice'),
      await routes.put(id, bodyOf(bare), 'alice'),
    ]
    const everything = [...later.map(allOf), ...made.log, ...rotated.log, await storedOf(routes.ports, [id])].join('\n')
    expect(leaksIn(everything)).toEqual([])
    const shown = [made, rotated].map(({ json }) => v.parse(Shown, json).signingSecret)
    const { secret, previousSecret } = openSecrets(routes.ports.box, acme, await storedIntegration(routes.ports, id))
    expect([previousSecret, secret]).toEqual(shown)
  })

  test('does in another’s place: each is sealed for its organization, its integration and its name', () => {
    const [box, id] = [boxOf(secretKey('k1')), guid(1, '6')]
    const sealed = sealSecrets(box, acme, id, { url: 'https://a.test/', token: 'x' })
    expect(openSecrets(box, acme, { id, sealed })).toEqual({ url: 'https://a.test/', token: 'x' })
    expect(openSecrets(box, globex, { id, sealed })).toEqual({})
    expect(openSecrets(box, acme, { id: guid(2, '6'), sealed })).toEqual({})
    const { url = '', token = '' } = sealed
    expect(openSecrets(box, acme, { id, sealed: { url: token, token: url } })).toEqual({})
  })
})

describe('a change of keys', () => {
  const [k1, k2] = [secretKey('k1'), secretKey('k2')]
  /** Each kind of integration, its secrets sealed with k1, a webhook's with a previous one. */
  async function sealedWithFirst() {
    const routes = await integrationRoutes({ keys: [k1] })
    const ids: Record<string, ReturnType<typeof idOf>> = {}
    for (const target of Object.values(targets)) {
      ids[target.kind] = idOf((await routes.create(bodyOf(target), 'alice')).json)
    }
    await routes.rotate(ids.webhook ?? guid(0), 'alice')
    const secrets = async () =>
      Promise.all(
        Object.values(ids).map(async (id) => openSecrets(boxOf(k1), acme, await storedIntegration(routes.ports, id))),
      )
    return {
      routes,
      ids,
      before: await secrets(),
      /** The app, started anew with these keys. */
      withKeys: (...keys: string[]) => {
        const ports = { ...routes.ports, box: boxOf(...keys) }
        const opened = async (id: string) => openSecrets(ports.box, acme, await storedIntegration(ports, id))
        return { ...callsOf(ports), ports, opened: () => Promise.all(Object.values(ids).map(opened)) }
      },
    }
  }
  const bareTargets = Object.fromEntries(
    Object.entries(targets).map(([kind, target]) => [
      kind,
      Object.fromEntries(Object.entries(target).filter(([name]) => !secretNames.some((each) => each === name))),
    ]),
  )

  test('leaves everything as it works: what the old key sealed opens, and is sealed anew when it is saved', async () => {
    const { withKeys, ids, before } = await sealedWithFirst()
    const both = withKeys(k2, k1)
    expect(await both.opened()).toEqual(before)
    expect((await both.list('alice')).text).not.toMatch(/"unreadableSecrets":\["/)
    for (const [kind, target] of Object.entries(bareTargets)) {
      const id = ids[kind] ?? guid(0)
      expect(await both.put(id, bodyOf(target), 'alice')).toMatchObject({
        status: 200,
        json: { unreadableSecrets: [] },
      })
      const { sealed } = await storedIntegration(both.ports, id)
      expect(Object.values(sealed).filter((text) => !both.ports.box.isCurrent(text))).toEqual([])
    }
    expect(await both.opened()).toEqual(before)

    const second = withKeys(k2)
    expect(await second.opened()).toEqual(before)
    for (const id of Object.values(ids)) expect((await second.test(id, 'alice')).status).toBe(202)
  })

  test('is made for a webhook by a rotation of its signing secret, too', async () => {
    const { withKeys, ids } = await sealedWithFirst()
    const id = ids.webhook ?? guid(0)
    const both = withKeys(k2, k1)
    const { secret } = openSecrets(both.ports.box, acme, await storedIntegration(both.ports, id))
    const { signingSecret: next } = v.parse(Shown, (await both.rotate(id, 'alice')).json)
    const { ports } = withKeys(k2)
    expect(openSecrets(ports.box, acme, await storedIntegration(ports, id))).toEqual({
      url: targets.webhook.url,
      secret: next,
      previousSecret: secret,
    })
  })

  test('that takes the old one away too early shows what must be given again, and sends nothing meanwhile', async () => {
    const { withKeys, ids, routes } = await sealedWithFirst()
    const id = ids.hec ?? guid(0)
    await routes.fail(id, [1])
    const second = withKeys(k2)
    expect(await second.read(id, 'alice')).toMatchObject({ status: 200, json: { unreadableSecrets: ['url', 'token'] } })
    for (const response of [await second.test(id, 'alice'), await second.replay(id, 'alice')]) {
      expect(response).toMatchObject({ status: 409, json: { message: expect.stringContaining('url, token') } })
    }
    const stored = await second.put(id, bodyOf(bareTargets.hec), 'alice')
    expect(stored).toMatchObject({ status: 200, json: { unreadableSecrets: ['url', 'token'] } })
    const given = await second.put(id, bodyOf(targets.hec), 'alice')
    expect(given).toMatchObject({ status: 200, json: { unreadableSecrets: [] } })
    expect((await second.test(id, 'alice')).status).toBe(202)
    expect((await second.replay(id, 'alice')).status).toBe(202)
  })

  test('that takes it away too early gives up a signing secret that another takes the place of', async () => {
    const { withKeys, ids } = await sealedWithFirst()
    const id = ids.webhook ?? guid(0)
    const second = withKeys(k2)
    const rotated = await second.rotate(id, 'alice')
    expect(rotated).toMatchObject({
      status: 200,
      json: { unreadableSecrets: ['url'], target: { previousSecretUntil: null } },
    })
    const stored = await storedIntegration(second.ports, id)
    expect(stored.sealed).not.toHaveProperty('previousSecret')
    expect(unreadableSecrets(second.ports.box, acme, stored)).toEqual(['url'])
    // The old key comes back: what it sealed is there.
    expect(unreadableSecrets(boxOf(k2, k1), acme, stored)).toEqual([])
  })

  test('that takes it away too early leaves deleting and switching off as they are', async () => {
    const { withKeys, ids } = await sealedWithFirst()
    const second = withKeys(k2)
    const off = await second.put(ids.teams ?? guid(0), bodyOf(bareTargets.teams, { enabled: false }), 'alice')
    expect(off).toMatchObject({ status: 200, json: { enabled: false } })
    expect((await second.remove(ids.teams ?? guid(0), 'alice')).status).toBe(204)
  })
})
