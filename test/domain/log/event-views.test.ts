// Events in responses: every property that clients and connectors read, null where empty.
import { expect, test } from 'vitest'
import type { Names } from '../../../src/domain/directory/names.ts'
import { idFields } from '../../../src/domain/events/event.ts'
import { listOf, memberView, publicView } from '../../../src/domain/log/event-views.ts'
import { csvLine } from '../../../src/domain/log/export/csv.ts'
import { ocsfEvent } from '../../../src/domain/log/export/ocsf.ts'
import { acme, event, guid } from '../../support/events.ts'

const bare = event({ type: 1000, cipherId: undefined, actingUserId: undefined })
const full = event({
  ...Object.fromEntries(idFields.map((field, index) => [field, guid(index, 'e')])),
  date: '2026-11-20T10:00:00.7566667Z',
  deviceType: 9,
  systemUser: 1,
  ipAddress: '203.0.113.7',
  domainName: 'acme.example',
  objectName: 'Many failed logins',
  clientDate: 'yesterday',
})
const idOf = (field: (typeof idFields)[number]) => guid(idFields.indexOf(field), 'e')

test('members see every property of an event', () => {
  expect(memberView(full)).toEqual({
    object: 'event',
    id: full.id,
    type: 1107,
    ...Object.fromEntries(idFields.map((field) => [field, idOf(field)])),
    date: '2026-11-20T10:00:00.7566667Z',
    deviceType: 9,
    systemUser: 1,
    ipAddress: '203.0.113.7',
    domainName: 'acme.example',
    objectName: 'Many failed logins',
    clientDate: 'yesterday',
  })
})

test('members see null for absent values', () => {
  const view: Record<string, unknown> = memberView(bare)
  const { object, id, type, date, organizationId, ...rest } = view
  expect({ object, id, type, date, organizationId }).toEqual({
    object: 'event',
    id: bare.id,
    type: 1000,
    date: '2026-11-20T10:00:00.000Z',
    organizationId: acme,
  })
  expect(Object.keys(rest).toSorted()).toEqual(
    [
      'userId',
      'providerId',
      'cipherId',
      'collectionId',
      'groupId',
      'policyId',
      'organizationUserId',
      'providerUserId',
      'providerOrganizationId',
      'actingUserId',
      'installationId',
      'deviceType',
      'ipAddress',
      'systemUser',
      'domainName',
      'secretId',
      'projectId',
      'serviceAccountId',
      'grantedServiceAccountId',
      'sendId',
      'objectId',
      'objectName',
      'clientDate',
    ].toSorted(),
  )
  expect(new Set(Object.values(rest))).toEqual(new Set([null]))
})

test('connectors see the properties of the public API', () => {
  expect(publicView(full)).toEqual({
    object: 'event',
    id: full.id,
    type: 1107,
    itemId: idOf('cipherId'),
    collectionId: idOf('collectionId'),
    groupId: idOf('groupId'),
    policyId: idOf('policyId'),
    memberId: idOf('organizationUserId'),
    actingUserId: idOf('actingUserId'),
    installationId: idOf('installationId'),
    date: '2026-11-20T10:00:00.7566667Z',
    device: 9,
    ipAddress: '203.0.113.7',
    secretId: idOf('secretId'),
    projectId: idOf('projectId'),
    serviceAccountId: idOf('serviceAccountId'),
  })
})

test('connectors see null for absent values', () => {
  const { object, id, type, date, ...rest } = publicView(bare)
  expect({ object, id, type, date }).toEqual({
    object: 'event',
    id: bare.id,
    type: 1000,
    date: '2026-11-20T10:00:00.000Z',
  })
  expect(Object.keys(rest)).toEqual(Object.keys(publicView(full)).filter((name) => name in rest))
  expect(new Set(Object.values(rest))).toEqual(new Set([null]))
})

test('both see names if given, null for unknown ones; connectors those of things if they ask', () => {
  const knows: Names = {
    person: () => ({ name: 'Alice', email: 'alice@acme.test' }),
    member: () => 'Bob',
    account: () => null,
    group: () => 'Engineers',
    collection: () => 'Servers',
    policy: () => null,
    item: () => 'Web shop',
    isCritical: () => true,
  }
  const actor = { actingUserName: 'Alice', actingUserEmail: 'alice@acme.test' }
  const things = {
    memberName: 'Bob',
    groupName: 'Engineers',
    collectionName: 'Servers',
    policyName: null,
    itemName: 'Web shop',
    itemCritical: true,
  }
  expect(memberView(full, knows)).toEqual({ ...memberView(full), ...actor, ...things })
  expect(publicView(full, knows)).toEqual({ ...publicView(full), ...actor })
  expect(publicView(full, knows, 'names')).toEqual({ ...publicView(full), ...actor, ...things })
})

test.each([
  [{ systemUser: 200 }, 'VaultwardenAdmin'],
  [{ systemUser: 1, userId: guid(2, 'b') }, 'SCIM'],
  [{ systemUser: 99 }, null],
])('both name the system user that acted without a person: %j', (members, actingUserName) => {
  const names: Names = {
    person: () => ({ name: 'Alice', email: 'alice@acme.test' }),
    member: () => null,
    account: () => null,
    group: () => null,
    collection: () => null,
    policy: () => null,
    item: () => null,
    isCritical: () => null,
  }
  const acted = event({ actingUserId: undefined, ...members })
  for (const view of [memberView, publicView]) {
    expect(view(acted, names)).toMatchObject({ actingUserId: null, actingUserName, actingUserEmail: null })
    expect(view(acted)).not.toHaveProperty('actingUserName')
  }
})

test('zero is a device and a system user', () => {
  const zeros = event({ deviceType: 0, systemUser: 0 })
  expect(memberView(zeros)).toMatchObject({ deviceType: 0, systemUser: 0 })
  expect(publicView(zeros)).toMatchObject({ device: 0 })
})

test('a page has its data and the token of the next, null on the last', () => {
  expect(listOf([1, 2], 'token')).toEqual({ object: 'list', data: [1, 2], continuationToken: 'token' })
  expect(listOf([], null)).toEqual({ object: 'list', data: [], continuationToken: null })
})

test('an event says who acted where the directory does not know the person', () => {
  const unknown: Names = {
    person: () => ({ name: null, email: null }),
    member: () => null,
    account: () => null,
    group: () => null,
    collection: () => null,
    policy: () => null,
    item: () => null,
    isCritical: () => null,
  }
  const olga = { actingUserName: 'Olga', actingUserEmail: 'olga@keytrail.test' }
  const byOlga = { ...full, ...olga }
  expect(memberView(byOlga, unknown)).toMatchObject(olga)
  expect(publicView(byOlga, unknown)).toMatchObject(olga)
  expect(csvLine(byOlga, unknown)).toContain(',Olga,olga@keytrail.test,')
  expect(ocsfEvent(byOlga, unknown).actor).toMatchObject({
    user: { full_name: 'Olga', email_addr: olga.actingUserEmail },
  })
  const known: Names = { ...unknown, person: () => ({ name: 'Olga Olsen', email: null }) }
  expect(memberView(byOlga, known)).toMatchObject({ ...olga, actingUserName: 'Olga Olsen' })
})
