// A damaged entry or item of the directory, through the routes and triggers: it gives no right to anyone, loses no event, and stops no other.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { directoryTableName, tableDirectory } from '../../../../src/adapters/azure/directory/directory.ts'
import { cachedDirectory } from '../../../../src/adapters/in-process/cached-directory.ts'
import { memoryQueue } from '../../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../../src/adapters/memory/event-store.ts'
import { writeEvaluation } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import { memberType, providerUserType } from '../../../../src/domain/directory/directory.ts'
import { listOrganizations } from '../../../../src/functions/directory/organizations.ts'
import { listPublicMembers } from '../../../../src/functions/directory/read-public-directory.ts'
import {
  deleteMember,
  putItems,
  putMembers,
  putOrganization,
} from '../../../../src/functions/directory/write-directory.ts'
import { authenticateWith } from '../../../../src/functions/http/authenticate.ts'
import { forManagers } from '../../../../src/functions/http/managers.ts'
import { collect } from '../../../../src/functions/ingest/collect.ts'
import {
  readItemEvents,
  readOrganizationEvents,
  readPersonalEvents,
  readProviderEvents,
} from '../../../../src/functions/log/read-events.ts'
import { readFeed, readPublicFeed } from '../../../../src/functions/log/read-feed.ts'
import { readPublicEvents } from '../../../../src/functions/log/read-public-events.ts'
import { evaluationWorld } from '../../../support/alerts/evaluation.ts'
import { call, tokensOf, userClaims } from '../../../support/calls.ts'
import { member, organization, provider, providerUser } from '../../../support/directory.ts'
import { acme, alice, bob, event, globex, guid } from '../../../support/events.ts'
import { damageable } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'

const account = memoryAccount()
const agency = guid(1, '9')
const [erin, agent, stranger] = [guid(6, 'b'), guid(5, 'b'), guid(99, 'b')]
const [mine, other] = [guid(1, '5'), guid(2, '5')]
const [atAcme, alsoAtAcme, atGlobex] = [guid(0x11, 'd'), guid(0x22, 'd'), guid(0x33, 'd')]
const date = '2026-11-22T06:27:51.501Z'
const viewed = (cipherId: string, more = {}) => ({ type: 1107, cipherId, organizationId: null, date, ...more })
const exportedOwn = { type: 1007, cipherId: null, organizationId: null, date }
const exportedAll = (organizationId: string) => ({ type: 1602, cipherId: null, organizationId, date })
const claims = {
  alice: userClaims(alice),
  // Claims more than the directory gives.
  bob: userClaims(bob, { orgowner: [acme, globex] }),
  erin: userClaims(erin),
  agent: userClaims(agent, { providerprovideradmin: agency }),
  stranger: userClaims(stranger, { orgowner: acme }),
  key: { scope: 'api.organization', client_id: `organization.${acme}` },
  server: { scope: 'api.events.write', client_id: 'server' },
}
const acmeEntry = organization(acme, {
  providerId: agency,
  members: [
    member(alice, { name: 'Alice', collections: [{ id: mine }] }),
    member(bob, { id: guid(2, '7') }),
    member(erin, { id: guid(3, '7'), type: memberType.owner }),
  ],
})

let world: ReturnType<typeof damageable>
let routes: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => {
  world = damageable(account)
  const table = world.table(directoryTableName)
  await table.createTable()
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities()) {
    await table.deleteEntity(partitionKey, rowKey)
  }
  routes = await setUp()
})

async function setUp() {
  let clock = Date.parse('2026-11-22T06:28:00Z')
  const now = () => clock
  const stored = tableDirectory(world.storage)
  await stored.putProvider(agency, provider(agency, { users: [providerUser(agent, { type: providerUserType.admin })] }))
  await stored.putOrganization(acme, acmeEntry, [
    { id: atAcme, collections: [mine] },
    { id: alsoAtAcme, collections: [mine] },
  ])
  const members = [
    member(alice, { collections: [{ id: other }] }),
    member(erin, { id: guid(3, '7'), type: memberType.owner }),
  ]
  await stored.putOrganization(globex, organization(globex, { name: 'Globex', members }), [
    { id: atGlobex, collections: [other] },
  ])
  const queue = memoryQueue()
  const store = memoryEventStore(now)
  const ports = {
    queue,
    store,
    now,
    directory: cachedDirectory(stored, now),
    authenticate: authenticateWith(tokensOf(claims)),
    address: { trustedProxies: 1 },
  }
  const Queued = v.array(v.looseObject({ Id: v.optional(v.string()), IdempotencyId: v.optional(v.string()) }))
  return {
    ports,
    stored,
    upload: async (token: keyof typeof claims, body: unknown) => {
      queue.messages.length = 0
      const response = await call(collect(ports), { method: 'POST', path: '/collect', token, body })
      const queued = queue.messages.flatMap((message) => v.parse(Queued, JSON.parse(message)))
      return { status: response.status, json: response.json, queued }
    },
    later: () => {
      clock += 60_000
    },
  }
}

const breakEntry = (partitionKey: string) =>
  world.damage(directoryTableName, partitionKey, 'Entry', (row) => ({ ...row, Data0: 'x' }))
const breakAcme = () => breakEntry(`Organization=${acme}`)
const breakAgency = () => breakEntry(`Provider=${agency}`)
const repair = () => routes.ports.directory.putOrganization(acme, acmeEntry)

describe('an upload', () => {
  test('with events of a damaged organization and of another stores the other’s now, and both once all comes again', async () => {
    await breakAcme()
    const batch = [viewed(atAcme), viewed(atGlobex), exportedAll(acme), exportedAll(globex), exportedOwn]
    const first = await routes.upload('alice', batch)
    expect(first.status).toBe(503)
    expect(first.queued).toMatchObject([
      { CipherId: atGlobex, OrganizationId: globex },
      { Type: 1602, OrganizationId: globex },
      { Type: 1007, UserId: alice },
      { Type: 1007, OrganizationId: globex },
    ])
    expect(await routes.upload('alice', batch)).toEqual(first)

    await repair()
    const again = await routes.upload('alice', batch)
    expect(again).toMatchObject({ status: 200, json: { accepted: 5, dropped: [] } })
    expect(again.queued.filter(({ OrganizationId }) => OrganizationId === acme)).toHaveLength(3)
    for (const each of first.queued) expect(again.queued).toContainEqual(each)
  })

  test('of others, and of what is not of the damaged organization, goes on as ever', async () => {
    await breakAcme()
    expect((await routes.upload('alice', [viewed(atGlobex)])).json).toEqual({ accepted: 1, dropped: [] })
    expect((await routes.upload('erin', [exportedAll(globex), viewed(guid(0x44, 'd'))])).json).toEqual({
      accepted: 1,
      dropped: [{ index: 1, reason: 'item-unreachable' }],
    })
  })

  test('gets nothing by what a token claims of the damaged organization', async () => {
    await breakAcme()
    expect(await routes.upload('stranger', [viewed(atAcme), exportedAll(acme)])).toMatchObject({
      status: 503,
      queued: [],
    })
    await repair()
    expect((await routes.upload('stranger', [viewed(atAcme), exportedAll(acme)])).json).toEqual({
      accepted: 0,
      dropped: [
        { index: 0, reason: 'item-unreachable' },
        { index: 1, reason: 'not-a-member' },
      ],
    })
  })

  test('that comes again stores an event without a date only then: it would be another each hour', async () => {
    await breakAcme()
    const batch = [exportedAll(acme), { ...exportedAll(globex), date: null }]
    expect(await routes.upload('alice', batch)).toMatchObject({ status: 503, queued: [] })
    await repair()
    expect((await routes.upload('alice', batch)).queued).toHaveLength(2)
  })

  test('waits for a damaged provider where that alone could say that its user reaches an item', async () => {
    await breakAgency()
    expect(await routes.upload('agent', [viewed(atAcme)])).toMatchObject({ status: 503, queued: [] })
    expect((await routes.upload('agent', [exportedOwn])).status).toBe(503)
    const ofMember = await routes.upload('alice', [
      viewed(atAcme),
      exportedOwn,
      viewed(atGlobex),
      viewed(guid(0x44, 'd')),
    ])
    expect(ofMember).toMatchObject({ status: 200, json: { accepted: 3 } })
    expect((await routes.upload('bob', [viewed(atAcme)])).json).toMatchObject({
      dropped: [{ reason: 'item-unreachable' }],
    })
  })

  test('of a damaged item is taken from any member of its organization, and of no one else', async () => {
    await world.damage(directoryTableName, `Organization=${acme}`, `Item=${atAcme}`, (row) => ({ ...row, Data: '{' }))
    const batch = [viewed(atAcme), viewed(alsoAtAcme)]
    const ofBob = { status: 200, json: { accepted: 1, dropped: [{ index: 1, reason: 'item-unreachable' }] } }
    expect(await routes.upload('alice', batch)).toMatchObject({ status: 200, json: { accepted: 2 } })
    expect(await routes.upload('bob', batch)).toMatchObject(ofBob)
    expect((await routes.upload('stranger', batch)).json).toMatchObject({ accepted: 0 })
    // Reading stays what it was.
    for (const [token, status] of [
      ['erin', 200],
      ['bob', 404],
      ['stranger', 404],
    ] as const) {
      expect((await call(readItemEvents(routes.ports), { params: { id: atAcme }, token })).status).toBe(status)
    }
  })

  test('of an item whose owner cannot be read drops that event alone', async () => {
    await world.damage(directoryTableName, `Items=${atAcme.slice(-2)}`, `Item=${atAcme}`, () => ({
      OrganizationId: 'x',
    }))
    const batch = [viewed(atAcme), viewed(alsoAtAcme), viewed(atGlobex)]
    const response = await routes.upload('alice', batch)
    expect(response.json).toEqual({ accepted: 2, dropped: [{ index: 0, reason: 'item-unreachable' }] })
    const put = { method: 'PUT', params: { id: acme }, token: 'server', body: [{ id: atAcme, collections: [mine] }] }
    expect((await call(putItems(routes.ports), put)).status).toBe(204)
    expect((await routes.upload('alice', batch)).json).toEqual({ accepted: 3, dropped: [] })
  })
})

describe('reading', () => {
  const of = (id: string, token: keyof typeof claims) => ({ params: { id }, token })
  const managed = () => forManagers(async () => ({ status: 200 }))(routes.ports)
  const statuses = async (id: string, token: keyof typeof claims) => [
    (await call(readOrganizationEvents(routes.ports), of(id, token))).status,
    (await call(readFeed(routes.ports), of(id, token))).status,
    (await call(managed(), of(id, token))).status,
  ]

  test('of a damaged organization is a 503 for everyone, with any claims in the token, and of others as ever', async () => {
    expect(await statuses(acme, 'erin')).toEqual([200, 200, 200])
    routes.later()
    await breakAcme()
    for (const who of ['erin', 'bob', 'stranger', 'agent'] as const)
      expect(await statuses(acme, who)).toEqual([503, 503, 503])
    for (const route of [readPublicEvents, readPublicFeed, listPublicMembers]) {
      expect((await call(route(routes.ports), { token: 'key' })).status).toBe(503)
    }
    expect(await statuses(globex, 'erin')).toEqual([200, 200, 200])
    expect(await statuses(globex, 'bob')).toEqual([404, 404, 404])
    expect((await call(readPersonalEvents(routes.ports), { token: 'alice' })).status).toBe(200)
  })

  test('for a damaged provider is a 503 for its users alone', async () => {
    expect(await statuses(acme, 'agent')).toEqual([200, 200, 404])
    routes.later()
    await breakAgency()
    expect(await statuses(acme, 'agent')).toEqual([503, 503, 404])
    expect((await call(readProviderEvents(routes.ports), of(agency, 'agent'))).status).toBe(503)
    expect(await statuses(acme, 'erin')).toEqual([200, 200, 200])
  })

  test('the list of organizations leaves the damaged one out, and is a 503 when nothing is left', async () => {
    const list = (token: keyof typeof claims) => call(listOrganizations(routes.ports), { token })
    await breakAcme()
    expect((await list('erin')).json).toMatchObject({ data: [{ id: globex }] })
    expect((await list('stranger')).status).toBe(503)
    expect((await list('agent')).status).toBe(503)
  })
})

describe('the trusted server', () => {
  test('replaces a damaged entry by a whole one, and cannot change a part of it', async () => {
    await breakAcme()
    const put = (handler: typeof putOrganization, body: unknown, params: object = {}) =>
      call(handler(routes.ports), { method: 'PUT', params: { id: acme, ...params }, token: 'server', body })
    const { id: _, former: __, ...entry } = acmeEntry
    expect((await put(putMembers, entry.members)).status).toBe(503)
    expect((await put(deleteMember, undefined, { memberId: guid(1, '7') })).status).toBe(503)
    expect((await put(putOrganization, { ...entry, members: null })).status).toBe(503)
    expect((await put(putOrganization, entry)).status).toBe(204)
    expect(await routes.ports.directory.organization(acme)).toEqual(acmeEntry)
  })
})

describe('the evaluation of an organization', () => {
  const startMs = Date.UTC(2026, 10, 22, 6)
  const rule = (number: number, title: string, selection: string) =>
    `title: ${title}\nid: ${guid(number, 'e')}\nlogsource: {product: keytrail}\ndetection: {sel: ${selection}, condition: sel}\n`
  const builtInRules = [
    rule(1, 'Exported', '{type: 1602}'),
    rule(2, 'Exported by an owner', '{type: 1602, actingUserRole: owner}'),
  ]

  test.each([
    ['its entry', () => breakAcme(), ['Exported']],
    ['its provider', () => breakAgency(), ['Exported', 'Exported by an owner']],
  ] as const)('goes on when %s is damaged; rules that ask for a role miss it', async (_, break_, titles) => {
    const all = evaluationWorld(builtInRules, startMs)
    await break_()
    all.restart({ directory: routes.stored })
    await all.arrive([
      event({ date: new Date(startMs).toISOString(), type: 1602, cipherId: undefined, actingUserId: erin }),
    ])
    await all.evaluate(writeEvaluation({ organizationId: acme, at: 0, fallback: null }))
    expect((await all.alerts()).map(({ record }) => record.title).toSorted()).toEqual(titles)
  })
})
