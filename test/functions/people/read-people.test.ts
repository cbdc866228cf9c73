// People, machine accounts, items, secrets and addresses by what is counted of them; for readers of the log alone.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { memoryTallies } from '../../../src/adapters/memory/counts/tallies.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { countTallies } from '../../../src/application/tallies/count-tallies.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import type { Handler } from '../../../src/functions/http/endpoint.ts'
import type { ReadPeoplePorts } from '../../../src/functions/people/read-people.ts'
import * as people from '../../../src/functions/people/read-people.ts'
import type { Tallies } from '../../../src/ports/counts/tallies.ts'
import type { Directory } from '../../../src/ports/directory.ts'
import { call, tokensOf } from '../../support/calls.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, bob, event, globex, guid } from '../../support/events.ts'
import { directoryOfAcme, people as tokens } from '../../support/people.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const [root, mail, gone] = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd')]
const [machine, alicesMember, bobsMember] = [guid(7, '8'), guid(9, '7'), guid(8, '7')]
const at = (time: string) => `2026-11-20T${time}Z`

let directory: Directory
let store: ReturnType<typeof memoryEventStore>
let tallies: Tallies
beforeEach(async () => {
  directory = await directoryOfAcme()
  const members = [
    member(bob, { id: bobsMember, type: memberType.admin }),
    member(alice, {
      id: alicesMember,
      name: 'Alice Ng',
      email: 'alice@acme.test',
      groups: [guid(1, '4')],
      twoFactorEnabled: true,
    }),
  ]
  const groups = [{ id: guid(1, '4'), name: 'Sales', externalId: null, accessAll: false, collections: [] }]
  const items = [{ id: root, collections: [guid(1, '5')], name: 'Cloud root', critical: true }]
  const collections = [{ id: guid(1, '5'), name: 'Servers', externalId: null, groups: [] }]
  await directory.putOrganization(acme, organization(acme, { members, groups, collections }), items)
  store = memoryEventStore(() => now)
  tallies = memoryTallies()
})

async function counted(...events: readonly AcceptedEvent[]) {
  await store.append(events)
  await countTallies({ organizationId: acme, store, tallies })
}

type Asked = { readonly token?: string; readonly query?: string; readonly id?: string }

function ask(handler: (ports: ReadPeoplePorts) => Handler, params: Record<string, string>, asked: Asked = {}) {
  const ports = { authenticate: authenticateWith(tokensOf(tokens)), directory, store, tallies, now: () => now }
  const { token = 'bob', query = '', id = acme } = asked
  return call(handler(ports), { path: `/?${query}`, params: { id, ...params }, token })
}

const item = (type: number, time: string, more: Record<string, unknown> = {}) =>
  event({ type, date: at(time), cipherId: root, ipAddress: '203.0.113.7', deviceType: 9, ...more })

test('the people are those of the directory, by name, and those who left', async () => {
  const left = organization(acme, {
    members: [
      member(bob, { id: bobsMember, name: 'Bob', type: memberType.admin }),
      member(guid(7, 'b'), { id: guid(6, '7'), name: null, email: 'zoe@acme.test' }),
    ],
  })
  await directory.putOrganization(acme, left)
  const { status, json } = await ask(people.readPeople, {})
  const wanted = [alice, bob, guid(7, 'b')]
  const isWanted = ({ id }: { readonly id: string }) => wanted.some((each) => each === id)
  const listed = v.parse(v.object({ data: v.array(v.looseObject({ id: v.string() })) }), json)
  expect([status, json, { data: listed.data.filter(isWanted) }]).toMatchObject([
    200,
    { object: 'list', isPartial: false },
    {
      data: [
        { id: alice, name: 'Alice Ng', memberId: alicesMember, isFormer: true },
        { id: bob, name: 'Bob', role: 'admin', isFormer: false },
        { id: guid(7, 'b'), name: null, email: 'zoe@acme.test' },
      ],
    },
  ])
  expect((await ask(people.readPeople, {}, { token: 'alice' })).status).toBe(404)
})

describe('a person', () => {
  test('is shown with who they are, and when, from where and with what they were active', async () => {
    await counted(
      item(1107, '09:00:00'),
      event({ type: 1000, cipherId: undefined, date: '2026-11-21T08:00Z', ipAddress: '2001:DB8::1', deviceType: 2 }),
      event({ type: 1005, cipherId: undefined, date: '2026-11-21T07:59Z', ipAddress: '2001:db8::1', deviceType: 2 }),
      item(1107, '10:00:00', { actingUserId: bob }),
    )
    const { status, json } = await ask(people.readPerson, { personId: alice })
    expect(status).toBe(200)
    const logins = {
      events: 2,
      logins: 1,
      failedLogins: 1,
      firstAt: '2026-11-21T07:59:00.000Z',
      lastAt: '2026-11-21T08:00:00.000Z',
    }
    const view = {
      events: 1,
      logins: 0,
      failedLogins: 0,
      firstAt: '2026-11-20T09:00:00.000Z',
      lastAt: '2026-11-20T09:00:00.000Z',
    }
    expect(json).toEqual({
      object: 'actor',
      kind: 'person',
      id: alice,
      name: 'Alice Ng',
      email: 'alice@acme.test',
      memberId: alicesMember,
      role: 'user',
      status: 'confirmed',
      twoStepLogin: true,
      isFormer: false,
      groups: [{ id: guid(1, '4'), name: 'Sales' }],
      days: [
        { date: '2026-11-20', ...view },
        { date: '2026-11-21', ...logins },
      ],
      addresses: [
        { address: '2001:db8::1', ...logins },
        { address: '203.0.113.7', ...view },
      ],
      devices: [
        { deviceType: 2, name: 'ChromeExtension', ...logins },
        { deviceType: 9, name: 'ChromeBrowser', ...view },
      ],
      upTo: '2026-11-22T12:00:00.000Z',
    })
  })

  test('is found by the id of the member too, also after leaving', async () => {
    await counted(item(1107, '09:00:00'))
    const memberId = alicesMember
    expect((await ask(people.readPerson, { personId: memberId })).json).toMatchObject({ id: alice, isFormer: false })
    await directory.putOrganization(
      acme,
      organization(acme, { members: [member(bob, { id: bobsMember, type: memberType.admin })] }),
    )
    expect((await ask(people.readPerson, { personId: memberId })).json).toMatchObject({
      id: alice,
      memberId,
      name: 'Alice Ng',
      role: 'user',
      status: null,
      isFormer: true,
      groups: [],
    })
  })

  test('whom neither the directory nor the log knows is a 404, and so is a malformed id', async () => {
    await counted(item(1107, '09:00:00'))
    for (const handler of [people.readPerson, people.readPersonItems]) {
      expect((await ask(handler, { personId: guid(99, 'b') })).status).toBe(404)
      expect((await ask(handler, { personId: 'nobody' })).status).toBe(404)
      expect((await ask(handler, { personId: alice }, { token: 'alice' })).status).toBe(404)
      expect((await ask(handler, { personId: alice }, { id: globex })).status).toBe(404)
    }
  })
})

describe('the items of a person', () => {
  beforeEach(() =>
    counted(
      item(1107, '09:00:00'),
      item(1111, '09:05:00'),
      item(1101, '08:00:00', { actingUserId: bob }),
      item(1107, '10:00:00', { cipherId: mail }),
      item(1101, '11:00:00', { cipherId: mail, actingUserId: bob }),
      item(1114, '07:00:00', { cipherId: gone }),
      item(1115, '12:00:00', { cipherId: gone, actingUserId: bob }),
      item(1106, '13:00:00', { cipherId: guid(4, 'd') }),
    ),
  )

  test('say how each was seen, and whether it was changed since', async () => {
    const { json } = await ask(people.readPersonItems, { personId: alice })
    const times = (count: number, first: string, last = first) => ({
      count,
      firstAt: `2026-11-20T${first}.000Z`,
      lastAt: `2026-11-20T${last}.000Z`,
    })
    expect(json).toMatchObject({
      object: 'list',
      isPartial: false,
      data: [
        { id: guid(4, 'd'), seen: null, changed: times(1, '13:00:00'), isChangedSince: null },
        { id: mail, seen: times(1, '10:00:00'), edited: times(1, '11:00:00'), isChangedSince: true },
        {
          kind: 'item',
          id: root,
          name: 'Cloud root',
          isCritical: true,
          isDeleted: false,
          seen: times(2, '09:00:00', '09:05:00'),
          viewed: 1,
          copied: 1,
          revealed: 0,
          edited: times(1, '08:00:00'),
          isChangedSince: false,
        },
        { id: gone, filled: 1, deleted: times(1, '12:00:00'), isChangedSince: true },
      ],
    })
  })

  test('are a list of what to rotate, as CSV', async () => {
    const { status, text, headers } = await ask(
      people.readPersonItems,
      { personId: alice },
      { query: 'format=csv&changedSince=no' },
    )
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/csv')
    expect(headers.get('content-disposition')).toContain(`seen-${alice}.csv`)
    expect(text.split('\r\n')).toEqual([
      'kind,id,name,critical,seen,firstSeen,lastSeen,lastEdited,changedSince',
      `item,${root},Cloud root,yes,2,2026-11-20T09:00:00.000Z,2026-11-20T09:05:00.000Z,2026-11-20T08:00:00.000Z,no`,
      '',
    ])
  })

  test('are none for one of whom only the directory knows; a parameter that is wrong is refused', async () => {
    const nobody = await ask(people.readPersonItems, { personId: bobsMember }, { query: 'changedSince=no' })
    expect([nobody.status, nobody.json]).toEqual([200, { object: 'list', data: [], isPartial: false }])
    for (const query of ['format=xml', 'changedSince=maybe', 'other=1']) {
      expect((await ask(people.readPersonItems, { personId: alice }, { query })).status).toBe(400)
    }
  })
})

test('an item is shown with who saw and changed it, and what it is', async () => {
  await counted(
    item(1107, '09:00:00'),
    item(1101, '10:00:00', { actingUserId: bob }),
    item(1108, '11:00:00', { actingUserId: bob }),
  )
  const { json } = await ask(people.readItemUse, { itemId: root })
  expect(json).toMatchObject({
    object: 'item',
    id: root,
    name: 'Cloud root',
    isCritical: true,
    isDeleted: false,
    collections: [{ id: guid(1, '5'), name: 'Servers' }],
    edited: { count: 1 },
    deleted: null,
    actors: [
      { kind: 'person', id: bob, revealed: 1, changed: { count: 1 }, isChangedSince: false },
      { kind: 'person', id: alice, name: 'Alice Ng', viewed: 1, changed: null, isChangedSince: true },
    ],
  })
  expect((await ask(people.readItemUse, { itemId: guid(77, 'd') })).status).toBe(404)
  expect((await ask(people.readItemUse, { itemId: root }, { token: 'alice' })).status).toBe(404)
})

test('a machine account and its secrets are shown alike', async () => {
  const secret = guid(5, 'd')
  const none = { actingUserId: undefined, cipherId: undefined }
  await counted(
    event({
      ...none,
      type: 2100,
      date: at('09:00:00'),
      serviceAccountId: machine,
      secretId: secret,
      ipAddress: '192.0.2.9',
    }),
  )
  expect((await ask(people.readMachineAccount, { machineAccountId: machine })).json).toMatchObject({
    kind: 'machine',
    id: machine,
    name: null,
    role: null,
    addresses: [{ address: '192.0.2.9', events: 1 }],
  })
  expect((await ask(people.readMachineAccountItems, { machineAccountId: machine })).json).toMatchObject({
    data: [{ kind: 'secret', id: secret, read: 1, isDeleted: null, isChangedSince: false }],
  })
  expect((await ask(people.readSecretUse, { secretId: secret })).json).toMatchObject({
    object: 'secret',
    actors: [{ kind: 'machine', id: machine, read: 1 }],
  })
  expect((await ask(people.readMachineAccount, { machineAccountId: guid(8, '8') })).status).toBe(404)
  expect((await ask(people.readSecretUse, { secretId: guid(6, 'd') })).status).toBe(404)
})

test('an address is found in any spelling, with who was active from there', async () => {
  await counted(
    item(1107, '09:00:00', { ipAddress: '2001:db8::ab' }),
    event({ type: 1005, date: at('10:00:00'), cipherId: undefined, actingUserId: bob, ipAddress: '2001:db8::ab' }),
  )
  const { json } = await ask(people.readAddressUse, { address: '2001:DB8:0::AB' })
  expect(json).toMatchObject({
    object: 'address',
    address: '2001:db8::ab',
    actors: [
      { id: bob, events: 1, failedLogins: 1, logins: 0 },
      { id: alice, name: 'Alice Ng', events: 1, failedLogins: 0 },
    ],
  })
  expect((await ask(people.readAddressUse, { address: '192.0.2.1' })).status).toBe(404)
})
