import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import { readSubscription, refuseImport } from '../../../src/functions/directory/public-organization.ts'
import {
  listGroupIdsOfMember,
  listMemberIdsOfGroup,
  listPublicCollections,
  listPublicGroups,
  listPublicMembers,
  listPublicPolicies,
  readPublicCollection,
  readPublicGroup,
  readPublicMember,
  readPublicPolicy,
} from '../../../src/functions/directory/read-public-directory.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

const routes = {
  listGroupIdsOfMember,
  listMemberIdsOfGroup,
  listPublicCollections,
  listPublicGroups,
  listPublicMembers,
  listPublicPolicies,
  readPublicCollection,
  readPublicGroup,
  readPublicMember,
  readPublicPolicy,
  readSubscription,
  refuseImport,
}
const [engineers, nobodies] = [guid(1, '8'), guid(2, '8')]
const [alicesId, bobsId] = [guid(1, '7'), guid(2, '7')]
const structure = {
  name: 'Acme',
  members: [member(alice, { groups: [engineers] }), member(bob, { id: bobsId, status: -1, groups: [engineers] })],
  groups: [{ id: engineers, name: 'Engineers' }, { id: nobodies }],
  collections: [{ id: guid(1, '5') }],
  policies: [
    { id: guid(1, '9'), type: 0 },
    { id: guid(2, '9'), type: 12, enabled: true },
  ],
}
const keyOf = (id: string) => ({ scope: ['api.organization'], client_id: `organization.${id}`, client_sub: id })

async function setUp(entry: Partial<v.InferInput<typeof OrganizationEntry>> = {}) {
  const directory = memoryDirectory()
  await directory.putOrganization(acme, v.parse(OrganizationEntry, { ...structure, ...entry }))
  const verifier = tokensOf({ key: keyOf(acme), globexKey: keyOf(globex), alice: userClaims(alice) })
  const ports = { authenticate: authenticateWith(verifier), directory }
  const get = (name: keyof typeof routes, id?: string, token = 'key') =>
    call(routes[name](ports), { token, params: id === undefined ? {} : { id } })
  return { ports, get }
}

const ids = (...all: string[]) => ({ status: 200, json: { object: 'list', data: all.map((id) => ({ id })) } })

describe('an organization’s key', () => {
  test('lists members of every status, groups, collections and policies', async () => {
    const { get } = await setUp()
    expect(await get('listPublicMembers')).toMatchObject(ids(alicesId, bobsId))
    expect(await get('listPublicGroups')).toMatchObject(ids(engineers, nobodies))
    expect(await get('listPublicCollections')).toMatchObject(ids(guid(1, '5')))
    expect(await get('listPublicPolicies')).toMatchObject(ids(guid(1, '9'), guid(2, '9')))
  })

  test('reads one of each by its id, in any case of letters', async () => {
    const { get } = await setUp()
    expect((await get('readPublicMember', bobsId)).json).toMatchObject({ object: 'member', userId: bob, status: -1 })
    expect((await get('readPublicGroup', engineers.toUpperCase())).json).toMatchObject({ name: 'Engineers' })
    expect((await get('readPublicCollection', guid(1, '5'))).json).toMatchObject({ object: 'collection' })
    expect((await get('readPublicPolicy', guid(2, '9'))).json).toMatchObject({ object: 'policy', type: 12 })
  })

  test('reads a policy by its type as well', async () => {
    const { get } = await setUp()
    expect((await get('readPublicPolicy', '0')).json).toMatchObject({ id: guid(1, '9') })
    expect((await get('readPublicPolicy', '12')).json).toMatchObject({ id: guid(2, '9') })
  })

  test('reads a member’s groups and a group’s members as bare arrays', async () => {
    const { get } = await setUp()
    expect(await get('listGroupIdsOfMember', alicesId)).toMatchObject({ status: 200, json: [engineers] })
    expect(await get('listMemberIdsOfGroup', engineers)).toMatchObject({ status: 200, json: [alicesId, bobsId] })
    expect(await get('listMemberIdsOfGroup', nobodies)).toMatchObject({ status: 200, json: [] })
  })

  test.each([
    ['readPublicMember', guid(9, '7')],
    ['listGroupIdsOfMember', guid(9, '7')],
    ['readPublicGroup', alicesId],
    ['listMemberIdsOfGroup', guid(9, '8')],
    ['readPublicCollection', guid(9, '5')],
    ['readPublicPolicy', guid(9, '9')],
    ['readPublicPolicy', '7'],
    ['readPublicPolicy', 'single'],
  ] as const)('finds nothing by %s of %s', async (name, id) => {
    const { get } = await setUp()
    expect(await get(name, id)).toMatchObject({ status: 404, json: { object: 'error', errors: null } })
  })

  test('finds a subscription of which nothing is known', async () => {
    const { get } = await setUp()
    const json = { passwordManager: { seats: null, maxAutoScaleSeats: null, storage: null }, secretsManager: null }
    for (const token of ['key', 'globexKey']) {
      expect(await get('readSubscription', undefined, token)).toMatchObject({ status: 200, json })
    }
  })

  test('imports nothing, of any body', async () => {
    const { ports, get } = await setUp()
    const before = await ports.directory.organization(acme)
    const json = { object: 'error', message: 'Organization cannot use directory syncing.', errors: null }
    const members = [{ email: 'mallory@acme.test', externalId: 'mallory' }]
    for (const body of [{ groups: [], members, overwriteExisting: true }, '{', undefined]) {
      const response = await call(refuseImport(ports), { method: 'POST', token: 'key', body })
      expect(response).toMatchObject({ status: 400, json })
    }
    expect(await get('refuseImport')).toMatchObject({ status: 400, json })
    expect(await ports.directory.organization(acme)).toEqual(before)
  })

  test('of an organization that the directory does not know finds empty lists, and nothing by id', async () => {
    const { get } = await setUp()
    expect(await get('listPublicMembers', undefined, 'globexKey')).toMatchObject(ids())
    expect((await get('readPublicMember', alicesId, 'globexKey')).status).toBe(404)
  })
})

const params = { id: alicesId }
const closed = { status: 401, json: { object: 'error', errors: null } }

describe.each(Object.entries(routes))('%s', (_, handler) => {
  test('is closed without a token of an organization', async () => {
    const { ports } = await setUp()
    for (const token of ['alice', 'unknown'])
      expect(await call(handler(ports), { token, params })).toMatchObject(closed)
  })

  test('is a 404 while the organization is disabled', async () => {
    const { ports } = await setUp({ enabled: false })
    expect((await call(handler(ports), { token: 'key', params })).status).toBe(404)
  })

  test('is a 503 while the directory is unavailable', async () => {
    const { ports } = await setUp()
    const failing = async () => {
      throw new Unavailable('directory', new Error('down'))
    }
    const directory = { ...ports.directory, organization: failing }
    expect((await call(handler({ ...ports, directory }), { token: 'key', params })).status).toBe(503)
  })
})
