// /organizations/{id}/value-lists: lists that owners and admins keep, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { knownLists, listsMax } from '../../../src/domain/alerts/lists/value-list.ts'
import { deleteValueList, listValueLists, putValueList } from '../../../src/functions/alerts/value-lists.ts'
import { alertRuleRoutes } from '../../support/alerts/alert-rules.ts'
import { began } from '../../support/alerts/alerts.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, guid, instant } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

const now = '2026-11-22T06:28:00.000Z'
const given = { kind: 'networks', values: ['2001:DB8::/48', '10.0.0.0/8', '10.0.0.0/8'] }

async function listRoutes() {
  const rules = await alertRuleRoutes()
  const { ports } = rules
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...rules,
    rules,
    list: (token?: string, id = acme) => call(listValueLists(ports), { params: { id }, ...as(token) }),
    put: (name: string, body: unknown, token?: string, id = acme) =>
      call(putValueList(ports), { method: 'PUT', params: { id, name }, body, ...as(token) }),
    remove: (name: string, token?: string, id = acme) =>
      call(deleteValueList(ports), { method: 'DELETE', params: { id, name }, ...as(token) }),
  }
}

describe('an owner or admin', () => {
  test('sees the lists that every organization has, empty at first, by name', async () => {
    const { list } = await listRoutes()
    const empty = (name: string, kind: string) => {
      return { object: 'valueList', name, kind, values: [], known: true, changedAt: null, changedBy: null }
    }
    expect((await list('alice')).json).toEqual({
      object: 'list',
      data: [
        empty('break_glass_accounts', 'people'),
        empty('critical_items', 'items'),
        empty('service_accounts', 'serviceAccounts'),
        empty('trusted_networks', 'networks'),
      ],
      continuationToken: null,
    })
  })

  test.each(['alice', 'bob'])('%s puts a list, sees its values in their one form, and empties it', async (who) => {
    const { list, put, remove } = await listRoutes()
    const made = await put('trusted_networks', given, who)
    expect(made).toMatchObject({
      status: 200,
      json: { values: ['10.0.0.0/8', '2001:db8::/48'], changedAt: now, changedBy: who === 'alice' ? alice : bob },
    })
    expect((await list(who)).json).toMatchObject({ data: { length: 4, 3: made.json } })
    expect(await remove('trusted_networks', who)).toMatchObject({ status: 204, text: '' })
    expect((await list(who)).json).toMatchObject({ data: { 3: { values: [], changedAt: null } } })
    expect((await remove('trusted_networks', who)).status).toBe(404)
  })

  test('makes lists of other names, and deletes them', async () => {
    const { list, put, remove } = await listRoutes()
    expect(await put('backup_jobs', { kind: 'text', values: ['nightly'] }, 'alice')).toMatchObject({
      json: { name: 'backup_jobs', known: false },
    })
    expect((await list('alice')).json).toMatchObject({ data: { length: 5 } })
    expect((await remove('backup_jobs', 'alice')).status).toBe(204)
    expect((await list('alice')).json).toMatchObject({ data: { length: 4 } })
  })

  test('deletes no list that a rule uses, on or off: the refusal names those rules', async () => {
    const { rules, put, remove, reported } = await listRoutes()
    await put('backup_jobs', { kind: 'text', values: ['nightly'] }, 'alice')
    const by = { token: 'alice' }
    const rule = (number: number) =>
      `${selecting("{itemName|expand: '%backup_jobs%'}").replace('T', `Copies ${number}`)}id: ${guid(number, 'e')}\n`
    const numbers = [1, 2, 3, 4, 5, 6, 7]
    for (const number of numbers) expect((await rules.create(rule(number), by)).status).toBe(201)
    expect((await rules.set(guid(1, 'e'), { enabled: false }, by)).status).toBe(200)
    const before = reported().length
    const named = [1, 2, 3, 4, 5].map((number) => `“Copies ${number}”`).join(', ')
    expect(await remove('backup_jobs', 'alice')).toMatchObject({
      status: 409,
      json: { message: `Rules use this list: ${named} and 2 more. Change them first, or empty the list.` },
    })
    expect(reported()).toHaveLength(before)
    for (const number of numbers) expect((await rules.remove(guid(number, 'e'), by)).status).toBe(204)
    expect((await remove('backup_jobs', 'alice')).status).toBe(204)
  })

  test('empties a list that every organization has, used or not', async () => {
    const { rules, put, remove } = await listRoutes()
    await put('trusted_networks', given, 'alice')
    const text = selecting("{ipAddress|cidr|expand: '%trusted_networks%'}")
    expect((await rules.create(text, { token: 'alice' })).status).toBe(201)
    expect((await remove('trusted_networks', 'alice')).status).toBe(204)
  })

  test.each([
    ['values.1', 'a value that is none of its kind', { kind: 'networks', values: ['10.0.0.0/8', 'office'] }],
    ['values.0', 'everybody’s network', { kind: 'networks', values: ['0.0.0.0/0'] }],
    ['kind', 'another kind of a known list', { kind: 'people', values: [] }],
    ['kind', 'no kind', { values: [] }],
    ['values', 'too many values', { kind: 'networks', values: Array.from({ length: 1_001 }, () => '10.0.0.0/8') }],
  ])('gets a 400 that names %s for %s', async (member, _, body) => {
    const { put, reported } = await listRoutes()
    expect(await put('trusted_networks', body, 'alice')).toMatchObject({
      status: 400,
      json: { errors: { [member]: [expect.any(String)] } },
    })
    expect(reported()).toEqual([])
  })

  test.each(['Trusted', 'a-b', 'x'.repeat(65)])(
    'gets a 400 for a name that is none, and deletes none: %s',
    async (name) => {
      const { put, remove } = await listRoutes()
      expect(await put(name, given, 'alice')).toMatchObject({
        status: 400,
        json: { errors: { name: ['must be 1 to 64 of a to z, 0 to 9 and _'] } },
      })
      expect((await remove(name, 'alice')).status).toBe(404)
    },
  )

  test('has at most so many lists, and only so much room for them', async () => {
    const { put } = await listRoutes()
    for (let made = knownLists.size; made < listsMax; made += 1) {
      expect((await put(`list_${made}`, { kind: 'text', values: [] }, 'alice')).status).toBe(200)
    }
    expect((await put('beyond', { kind: 'text', values: [] }, 'alice')).status).toBe(409)
    const values = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(256, 'x'))
    expect((await put('list_8', { kind: 'text', values }, 'alice')).status).toBe(200)
    expect((await put('list_9', { kind: 'text', values }, 'alice')).status).toBe(409)
    expect((await put('list_9', { kind: 'text', values: values.slice(500) }, 'alice')).status).toBe(200)
  })
})

test('every change is in the organization’s log: who changed which list, and by how much', async () => {
  const { ports, put, remove, reported } = await listRoutes()
  await put('trusted_networks', given, 'alice')
  await put('trusted_networks', { ...given, values: ['10.0.0.0/8'] }, 'bob')
  await remove('trusted_networks', 'bob')
  const common = { type: 9_006, organizationId: acme, date: instant(now) }
  expect(reported()).toMatchObject([
    {
      ...common,
      actingUserId: alice,
      objectName: 'trusted_networks: 2 values added (10.0.0.0/8, 2001:db8::/48), 0 removed',
    },
    { ...common, actingUserId: bob, objectName: 'trusted_networks: 0 values added, 1 removed (2001:db8::/48)' },
    { ...common, actingUserId: bob, objectName: 'trusted_networks: deleted, 0 values added, 1 removed (10.0.0.0/8)' },
  ])
  expect(await ports.schedule.due(began, 10)).toMatchObject([{ organizationId: acme, at: began }])
  expect((await ports.configurations.configurationOf(acme)).unreported).toEqual([])
})

describe('anybody else', () => {
  const routes = ['list', 'put', 'remove'] as const
  type Routes = Awaited<ReturnType<typeof listRoutes>>
  const attempt = (made: Routes, route: (typeof routes)[number], token?: string) => {
    if (route === 'list') return made.list(token)
    return route === 'put' ? made.put('trusted_networks', given, token) : made.remove('trusted_networks', token)
  }

  test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const made = await listRoutes()
      await made.put('trusted_networks', given, 'alice')
      const before = await made.ports.configurations.configurationOf(acme)
      const response = await attempt(made, route, token)
      expect(response.status).toBe(status)
      expect(response.text).not.toContain('10.0.0.0')
      expect(await made.ports.configurations.configurationOf(acme)).toEqual(before)
      expect(made.reported()).toHaveLength(1)
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const made = await listRoutes()
    expect((await attempt(made, route, await made.keyToken())).status).toBe(401)
  })
})
