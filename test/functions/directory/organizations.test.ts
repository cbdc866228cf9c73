// GET /organizations: whose log the caller may read, by token and directory, and as what.
import { beforeEach, describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memberStatus, memberType, providerUserType } from '../../../src/domain/directory/directory.ts'
import { listOrganizations } from '../../../src/functions/directory/organizations.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'
import { people } from '../../support/people.ts'

const [agency, unknownAgency] = [guid(1, '9'), guid(2, '9')]
const [initech, umbrella] = [guid(3, 'a'), guid(4, 'a')]

let directory: ReturnType<typeof memoryDirectory>
beforeEach(() => {
  directory = memoryDirectory()
})

/** The response to a caller with these claims. */
async function listFor(claims: Record<string, unknown>) {
  const authenticate = authenticateWith(tokensOf({ caller: claims }))
  const handler = listOrganizations({ authenticate, directory })
  return call(handler, { token: 'caller' })
}
const entry = (id: string, name: string | null, role: string, mayManage: boolean) => ({
  object: 'organization',
  id,
  name,
  role,
  mayManage,
})
const put = (id: typeof acme, name: string, more: Parameters<typeof organization>[1] = {}) =>
  directory.putOrganization(id, organization(id, { name, ...more }))

describe('the list', () => {
  test('has what the token names, by name; those that the directory does not know come last, and are not managed', async () => {
    await put(acme, 'the Acme', { members: [member(alice, { type: memberType.owner })] })
    await put(globex, 'Globex', { members: [member(alice, { type: memberType.admin })] })
    const { status, json } = await listFor(userClaims(alice, { orgowner: [acme, initech], orgadmin: globex }))

    expect(status).toBe(200)
    expect(json).toEqual({
      object: 'list',
      data: [
        entry(globex, 'Globex', 'admin', true),
        entry(acme, 'the Acme', 'owner', true),
        entry(initech, null, 'owner', false),
      ],
    })
  })

  test('has what the directory knows, with its role, for any token claims', async () => {
    await put(acme, 'Acme', { members: [member(alice, { type: memberType.admin })] })
    await put(globex, 'Globex', {
      members: [member(alice, { type: memberType.custom, permissions: { accessEventLogs: true } })],
    })
    const { json } = await listFor(userClaims(alice, { orguser: acme, orgowner: globex }))

    expect(json).toMatchObject({
      data: [entry(acme, 'Acme', 'admin', true), entry(globex, 'Globex', 'custom', false)],
    })
  })

  test('has the organizations of the caller’s providers', async () => {
    await directory.putProvider(agency, provider(agency, { users: [providerUser(alice)] }))
    await put(acme, 'Acme', { providerId: agency })
    await put(globex, 'Globex')
    await put(initech, 'Initech', { providerId: agency, enabled: false })

    expect((await listFor(userClaims(alice))).json).toMatchObject({ data: [entry(acme, 'Acme', 'provider', false)] })
    const claimed = userClaims(bob, { providerprovideradmin: agency })
    expect((await listFor(claimed)).json).toMatchObject({ data: [] })
    await put(umbrella, 'Umbrella', { providerId: unknownAgency })
    const ofUnknown = userClaims(bob, { providerprovideradmin: unknownAgency })
    expect((await listFor(ofUnknown)).json).toMatchObject({ data: [entry(umbrella, 'Umbrella', 'provider', false)] })
  })

  test('skips organizations that the caller may not read', async () => {
    await put(acme, 'Acme', { members: [member(alice)] })
    await put(globex, 'Globex', {
      members: [member(alice, { type: memberType.owner, status: memberStatus.revoked })],
    })
    await put(initech, 'Initech', { enabled: false, members: [member(alice, { type: memberType.owner })] })
    await put(umbrella, 'Umbrella', {
      members: [member(alice, { type: memberType.owner, status: memberStatus.invited })],
    })
    const claims = userClaims(alice, { orguser: acme, orgowner: [globex, initech] })

    expect((await listFor(claims)).json).toEqual({ object: 'list', data: [] })
  })

  test('skips organizations that the provider no longer manages, and all of them for a revoked provider user', async () => {
    const users = [
      providerUser(alice),
      providerUser(bob, { status: memberStatus.revoked, type: providerUserType.admin }),
    ]
    await directory.putProvider(agency, provider(agency, { users }))
    await put(acme, 'Acme', { providerId: agency })
    await put(globex, 'Globex', { providerId: agency })
    await put(globex, 'Globex')

    expect((await listFor(userClaims(alice))).json).toMatchObject({ data: [entry(acme, 'Acme', 'provider', false)] })
    expect((await listFor(userClaims(bob, { providerprovideradmin: agency }))).json).toMatchObject({ data: [] })
  })
})

test.each([
  ['no token', undefined],
  ['an unknown token', 'unknown'],
  ['a server’s token', 'server'],
  ['an organization’s key', 'key'],
])('%s is a 401', async (_, token) => {
  const key = { scope: 'api.organization', client_id: `organization.${acme}`, client_sub: acme }
  const authenticate = authenticateWith(tokensOf({ ...people, key }))
  const { status, headers } = await call(listOrganizations({ authenticate, directory }), {
    ...(token !== undefined && { token }),
  })

  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toContain('Bearer')
})
