// Searches of an organization's log: what names and ids find, what is a problem, on lists, exports and feeds.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { exportEvents } from '../../../src/functions/log/export-events.ts'
import {
  type ReadEventsPorts,
  readOrganizationEvents,
  readSecretEvents,
} from '../../../src/functions/log/read-events.ts'
import { readFeed } from '../../../src/functions/log/read-feed.ts'
import { readPublicEvents } from '../../../src/functions/log/read-public-events.ts'
import { readSuggestions } from '../../../src/functions/log/suggest-names.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../support/events.ts'

const agency = guid(1, '9')
const [carol, agent] = [guid(3, 'b'), guid(4, 'b')]
const [rootItem, rootCa, wifi, unnamed] = [guid(1, 'd'), guid(2, 'd'), guid(0xa, 'e'), guid(7, 'e')]
const [admins, mfa, shared] = [guid(1, '5'), guid(2, '5'), guid(3, '5')]
const memberOf = (user: Guid) => guid(Number.parseInt(user.slice(-2), 16), '7')

const members = [
  member(alice, { id: memberOf(alice), type: memberType.owner, name: 'Alice Adams', email: 'alice@demo.test' }),
  member(bob, { id: memberOf(bob), name: 'Bob Brown', email: 'bob@demo.test' }),
  member(carol, { id: memberOf(carol), name: 'Carol Brown', email: 'carol@demo.test' }),
]
const entry = {
  members,
  providerId: agency,
  groups: [
    { id: admins, name: 'Admins' },
    { id: guid(4, '5'), name: 'Office' },
  ],
  collections: [{ id: shared, name: 'Shared, all' }],
  policies: [{ id: mfa, type: 0, name: null }],
}

let minutes = 0
/** An event a minute after the one before, by the name under which tests expect it. */
const at = (properties: Record<string, unknown>): AcceptedEvent =>
  event({
    cipherId: undefined,
    date: new Date(Date.UTC(2026, 10, 20, 10, minutes++)).toISOString(),
    ...properties,
  })
const events = {
  viewed: at({ cipherId: rootItem, ipAddress: '203.0.113.7', deviceType: 9 }),
  copied: at({ type: 1111, cipherId: rootCa, ipAddress: '203.0.113.8', deviceType: 25 }),
  bobCopied: at({ type: 1111, cipherId: wifi, actingUserId: bob, ipAddress: '198.51.100.1' }),
  carolExported: at({ type: 1602, actingUserId: carol }),
  carolRemoved: at({ type: 1503, organizationUserId: memberOf(carol) }),
  agentOpened: at({ type: 1603, actingUserId: agent }),
  groupEdited: at({ type: 1401, groupId: admins }),
  policyChanged: at({ type: 1700, policyId: mfa }),
  collectionEdited: at({ type: 1301, collectionId: shared, actingUserId: bob }),
  unnamedEdited: at({ type: 1101, cipherId: unnamed, actingUserId: bob, date: '2026-11-18T02:30:00Z' }),
  provisioned: at({ type: 1500, actingUserId: undefined, systemUser: 1, organizationUserId: memberOf(bob) }),
  keyMade: at({ type: 9020, objectId: guid(5, '4'), objectName: 'SIEM' }),
}
type Name = keyof typeof events
const nameOf = (id: string) => Object.entries(events).find(([, each]) => each.id === id)?.[0]

const Body = v.object({
  data: v.array(v.object({ id: v.string() })),
  continuationToken: v.optional(v.nullable(v.string())),
  cursor: v.optional(v.string()),
})
const Errors = v.object({ object: v.literal('error'), errors: v.record(v.string(), v.array(v.string())) })

let ports: ReadEventsPorts & { directory: ReturnType<typeof memoryDirectory> }

beforeEach(async () => {
  const [store, directory] = [memoryEventStore(), memoryDirectory()]
  await store.append(Object.values(events))
  const items = [
    { id: rootItem, name: 'Cloud root' },
    { id: rootCa, name: 'Root CA' },
    { id: wifi, name: 'Office Wi-Fi' },
  ]
  await directory.putOrganization(
    acme,
    organization(acme, entry),
    items.map((each) => ({ ...each, collections: [] })),
  )
  // Carol has left since, and the Wi-Fi is deleted.
  await directory.deleteMember(acme, memberOf(carol))
  await directory.deleteItem(acme, wifi)
  await directory.putProvider(agency, provider(agency, { users: [providerUser(agent, { name: 'Avery Agent' })] }))
  const authenticate = authenticateWith(
    tokensOf({
      alice: userClaims(alice, { orgowner: acme }),
      key: { scope: 'api.organization', client_id: `organization.${acme}`, client_sub: acme },
    }),
  )
  ports = { store, directory, authenticate, now: () => Date.UTC(2026, 10, 22, 12) }
})

type Handled = (ports: ReadEventsPorts) => Parameters<typeof call>[0]
const ask = (parameters: Record<string, string>, handled: Handled = readOrganizationEvents, token = 'alice') =>
  call(handled(ports), {
    path: `/events?${new URLSearchParams(parameters)}`,
    params: { id: acme, orgId: acme },
    token,
  })

async function found(q: string, more: Record<string, string> = {}): Promise<(string | undefined)[]> {
  const { status, text } = await ask({ q, ...more })
  expect(status, text).toBe(200)
  return v.parse(Body, JSON.parse(text)).data.map(({ id }) => nameOf(id))
}

async function problems(q: string, more: Record<string, string> = {}): Promise<readonly string[]> {
  const { status, text } = await ask({ q, ...more })
  expect(status, text).toBe(400)
  return v.parse(Errors, JSON.parse(text)).errors.q ?? []
}

describe('a search finds', () => {
  test.each([
    ['who:alice@demo.test what:copied', ['copied']],
    ['who:"Alice Adams" what:viewed,copied', ['copied', 'viewed']],
    ['what:viewed what:copied -who:bob', ['copied', 'viewed']],
    [`who:${bob}`, ['collectionEdited', 'bobCopied', 'unnamedEdited']],
    [`who:${memberOf(bob)}`, ['collectionEdited', 'bobCopied', 'unnamedEdited']],
    ['who:brown -what:edited', ['carolExported', 'bobCopied']],
    ['who:carol', ['carolExported']],
    ['carol', ['carolRemoved', 'carolExported']],
    ['carol@demo.test', ['carolRemoved', 'carolExported']],
    ['member:carol', ['carolRemoved']],
    ['who:"Avery Agent"', ['agentOpened']],
    ['who:scim', ['provisioned']],
    ['who:SCIM,carol', ['provisioned', 'carolExported']],
    ['member:bob -who:scim', []],
    ['item:"cloud root"', ['viewed']],
    ['item:root', ['copied', 'viewed']],
    ['root -what:viewed', ['copied']],
    ['item:office', ['bobCopied']],
    [`item:${unnamed}`, ['unnamedEdited']],
    [unnamed.toUpperCase(), ['unnamedEdited']],
    ['e0000000', ['bobCopied', 'unnamedEdited']],
    ['item:d0000000', ['copied', 'viewed']],
    ['group:admins', ['groupEdited']],
    ['collection:"shared, all"', ['collectionEdited']],
    ['policy:two', ['policyChanged']],
    [guid(5, '4'), ['keyMade']],
    [events.viewed.id, ['viewed']],
    ['203.0.113.7', ['viewed']],
    ['ip:203.0.113.0/24 -ip:203.0.113.7', ['copied']],
    ['device:cli', ['copied']],
    ['who:alice -device:cli,web -what:administration', []],
    ['what:exported', ['carolExported']],
    ['before:2026-11-19', ['unnamedEdited']],
    ['after:2026-11-20T10:07Z before:2026-11-20T10:08Z', ['policyChanged']],
    ['who:alice root what:viewed', ['viewed']],
    ['alice carol', ['carolRemoved']],
    [
      '',
      [
        'keyMade',
        'provisioned',
        'collectionEdited',
        'policyChanged',
        'groupEdited',
        'agentOpened',
        'carolRemoved',
        'carolExported',
        'bobCopied',
        'copied',
        'viewed',
        'unnamedEdited',
      ],
    ],
  ] satisfies [string, Name[]][])('by %j %j', async (q, names) => {
    expect(await found(q)).toEqual(names)
  })

  test('what passes the other parameters too', async () => {
    expect(await found('root', { type: '1107,1000' })).toEqual(['viewed'])
    expect(await found('what:viewed,copied', { type: '1111', actingUserId: bob })).toEqual(['bobCopied'])
    expect(await found('what:viewed', { type: '1111' })).toEqual([])
    expect(await found('ip:203.0.113.0/24', { ipAddress: '203.0.113.8/31,10.0.0.0/8' })).toEqual(['copied'])
    expect(await found('device:cli', { device: '9' })).toEqual([])
    expect(await found('who:alice', { start: '2026-11-20T10:06:00Z', end: '2026-11-20T10:07:00Z' })).toEqual([
      'policyChanged',
      'groupEdited',
    ])
  })
})

describe('a search is refused', () => {
  test.each([
    ['who:alcie', ['character 5: nothing is called "alcie"; write "Alice Adams" or "alice@demo.test"']],
    [
      'who:zoe',
      ['character 5: nothing is called "zoe"; write a name, an e-mail address, an id or its first eight digits'],
    ],
    [
      'item:alice',
      ['character 6: nothing is called "alice"; write a name, an e-mail address, an id or its first eight digits'],
    ],
    ['project:website', ['character 9: no project has a known name; write an id, or its first eight digits']],
    [
      'copied',
      [
        'character 1: nothing is called "copied"; write what:copied, or a name, an e-mail address, an id or its first eight digits',
      ],
    ],
    [
      '12345678',
      ['character 1: nothing is called "12345678"; write a name, an e-mail address, an id or its first eight digits'],
    ],
    [
      'wo:alice what:copyed',
      ['character 15: "copyed" is no kind of event; write copied', 'character 1: "wo:" is not known; write who:'],
    ],
    [
      'item:""',
      ['character 6: nothing is called ""; write a name, an e-mail address, an id or its first eight digits'],
    ],
    ['after:2025-01-01', ['character 1: the range is longer than 367 days; write after: and before:']],
  ])('that is %j: %j', async (q, messages) => {
    expect([...(await problems(q))].toSorted()).toEqual(messages.toSorted())
  })

  test('with two ranges', async () => {
    expect(await problems('before:2026-11-20', { start: '2026-11-01' })).toEqual([
      'character 1: after: and before: do not go with start and end; write one or the other',
    ])
  })

  test('whose digits begin more ids than are looked up', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => guid(index, '8'))
    await ports.store.append(ids.map((cipherId) => at({ cipherId })))
    expect(await problems('80000000')).toEqual(['character 1: "80000000" begins too many ids; write a whole one'])
    expect(await found(`${ids[3]}`)).toHaveLength(1)
  })

  test('whose name is that of more things than a search takes', async () => {
    const items = Array.from({ length: 101 }, (_, index) => ({
      id: guid(index, '3'),
      name: `Key ${index}`,
      collections: [],
    }))
    await ports.directory.putItems(acme, items.slice(1))
    expect(await found('item:key')).toEqual([])
    await ports.directory.putItems(acme, items)
    expect(await problems('item:key')).toEqual(['character 6: "key" names 101 ids; write more of the name'])
    expect(await found('item:"key 7"')).toEqual([])
  })
})

describe('a search goes on', () => {
  test('page by page, with the same text alone, also when a name comes to mean more', async () => {
    const page = async (parameters: Record<string, string>) => {
      const { status, text } = await ask({ pageSize: '1', ...parameters })
      return status === 200 ? v.parse(Body, JSON.parse(text)) : undefined
    }
    const first = await page({ q: 'item:root after:2026-11-19' })
    expect(first?.data.map(({ id }) => nameOf(id))).toEqual(['copied'])
    const continuationToken = first?.continuationToken ?? ''
    await ports.directory.putItems(acme, [{ id: unnamed, name: 'Root', collections: [] }])
    await ports.directory.putItems(acme, [{ id: unnamed, name: 'Other', collections: [] }])
    const second = await page({ q: 'item:root after:2026-11-19', continuationToken })
    expect(second?.data.map(({ id }) => nameOf(id))).toEqual(['viewed'])
    expect(await page({ q: 'item:root', continuationToken })).toBeUndefined()
    expect(await page({ continuationToken })).toBeUndefined()
  })

  test('in exports', async () => {
    const { status, text } = await ask({ q: 'item:root', format: 'ndjson' }, exportEvents)
    expect(status).toBe(200)
    expect([...text.matchAll(/"object":"event","id":"([^"]+)"/g)].map(([, id = '']) => nameOf(id))).toEqual([
      'copied',
      'viewed',
    ])
    expect((await ask({ q: 'item:rot', format: 'ndjson' }, exportEvents)).status).toBe(400)
  })

  test('in feeds, whose cursor passes what is not asked for', async () => {
    const { text } = await ask({ q: 'item:root', limit: '3' }, readFeed)
    const page = v.parse(Body, JSON.parse(text))
    expect(page.data.map(({ id }) => nameOf(id))).toEqual(['viewed', 'copied'])
    const rest = await ask({ q: 'before:2026-11-19', cursor: page.cursor ?? '' }, readFeed)
    expect(v.parse(Body, JSON.parse(rest.text)).data.map(({ id }) => nameOf(id))).toEqual(['unnamedEdited'])
    expect((await ask({ q: 'item:rot' }, readFeed)).status).toBe(400)
  })
})

describe('suggestions', () => {
  const Suggestions = v.object({
    data: v.array(v.object({ key: v.string(), value: v.string(), name: v.string(), gone: v.boolean() })),
  })
  const suggested = async (parameters: Record<string, string>) => {
    const { status, text } = await ask(parameters, readSuggestions)
    expect(status, text).toBe(200)
    return v
      .parse(Suggestions, JSON.parse(text))
      .data.map(({ key, value, gone }) => `${key}:${value}${gone ? ' (gone)' : ''}`)
  }

  test.each([
    [{ text: 'a' }, ['group:Admins', 'who:alice@demo.test', 'who:Avery Agent', 'collection:Shared, all']],
    [{ text: 'BRO' }, ['who:bob@demo.test', 'who:carol@demo.test (gone)']],
    [{ key: 'member', text: 'a' }, ['member:alice@demo.test']],
    [{ key: 'item', text: '' }, ['item:Cloud root', 'item:Root CA', 'item:Office Wi-Fi (gone)']],
    [{ key: 'policy', text: 'login' }, ['policy:Require two-step login']],
    [{ text: 'zzz' }, []],
  ])('for %j are %j', async (parameters, names) => {
    expect(await suggested(parameters)).toEqual(names)
  })

  test('are ten at most, and each finds what it names', async () => {
    const items = Array.from({ length: 12 }, (_, index) => ({
      id: guid(index, '3'),
      name: `Key ${index}`,
      collections: [],
    }))
    await ports.directory.putItems(acme, items)
    expect(await suggested({ text: 'key' })).toHaveLength(10)
    for (const each of await suggested({}))
      expect((await ask({ q: each.replace(/:(.*?)(?: \(gone\))?$/, ':"$1"') })).status).toBe(200)
  })

  test('are refused for another key or a long text', async () => {
    expect((await ask({ key: 'secret' }, readSuggestions)).status).toBe(400)
    expect((await ask({ text: 'x'.repeat(100) }, readSuggestions)).status).toBe(200)
    expect((await ask({ text: 'x'.repeat(101) }, readSuggestions)).status).toBe(400)
  })
})

test('lists of the reference have no search, and ignore one as they ignore other parameters', async () => {
  const listed = async (handled: Handled, token: string) => {
    const { status, text } = await ask({ q: 'nothing:at all' }, handled, token)
    expect(status, text).toBe(200)
    return v.parse(Body, JSON.parse(text)).data.length
  }
  expect(await listed(readPublicEvents, 'key')).toBe(12)
  expect(
    (await call(readSecretEvents(ports), { path: '/?q=x:y', params: { orgId: acme, id: guid(1) }, token: 'alice' }))
      .status,
  ).toBe(200)
})
