// Who may do what: every way to a right that the token or the directory shows, and what takes each away.
import { describe, expect, test } from 'vitest'
import { actsForProvider, may, membershipOf, providerRolesOf, reachesItem } from '../../src/domain/authorize.ts'
import { memberStatus, memberType, providerUserType } from '../../src/domain/directory.ts'
import type { OrganizationRole, Principal, ProviderRole } from '../../src/domain/principal.ts'
import { caller, facts, item, member, organization, provider, providerUser } from '../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'

const agency = guid(1, '9')
const nothing = facts()
const { admin, custom, owner, user } = memberType
const { accepted, confirmed, invited, revoked, staged } = memberStatus

/** What the directory knows of Acme when Alice is a member like this. */
const withAlice = (more: object, entry: object = {}) =>
  facts({ organizations: [organization(acme, { members: [member(alice, more)], ...entry })] })
/** The same of Acme and the provider that manages it, when Alice is a user of the provider like this. */
const withAgent = (more: object, { ofAcme = {}, ofAgency = {} } = {}) =>
  facts({
    organizations: [organization(acme, { providerId: agency, ...ofAcme })],
    providers: [provider(agency, { users: [providerUser(alice, more)], ...ofAgency })],
  })
const claims = (role: OrganizationRole, id = acme) => caller({ organizations: new Map([[id, role]]) })
const claimsAgency = (role: ProviderRole) => caller({ providers: new Map([[agency, role]]) })
const reader = (role: OrganizationRole) =>
  caller({ organizations: new Map([[acme, role]]), eventLogs: new Set([acme]) })
const permission = { permissions: { accessEventLogs: true } }

const key: Principal = { kind: 'organization', organizationId: acme }
const server: Principal = { kind: 'server', clientId: 'server' }

describe('an organization’s log is open', () => {
  test.each([
    ['to an owner by the token', claims('owner'), nothing],
    ['to an admin by the token', claims('admin'), nothing],
    ['to a custom member by the token, with the permission', reader('custom'), nothing],
    ['to an owner by the directory', caller(), withAlice({ type: owner })],
    ['to an admin by the directory', caller(), withAlice({ type: admin })],
    ['to a custom member by the directory, with the permission', caller(), withAlice({ type: custom, ...permission })],
    ['to an owner by the token who is less by the directory', claims('owner'), withAlice({ type: user })],
    ['to an owner by the directory who is less by the token', claims('user'), withAlice({ type: owner })],
    [
      'to an owner by the token who is not confirmed in the directory',
      claims('owner'),
      withAlice({ status: accepted }),
    ],
    ['to an admin of its provider', caller(), withAgent({ type: providerUserType.admin })],
    ['to a service user of its provider', caller(), withAgent({ type: providerUserType.service })],
    ['to an admin of its provider by the token', claimsAgency('admin'), withAgent({ status: invited })],
    ['to a service user of its provider by the token', claimsAgency('service'), withAgent({ status: invited })],
    ['to its own key', key, nothing],
    ['to its own key when the directory knows it', key, withAlice({})],
    ['though it logs no more events', claims('owner'), withAlice({}, { useEvents: false })],
  ])('%s', (_, principal, known) => {
    expect(may(principal, { kind: 'read-organization-log', organizationId: acme }, known)).toBe(true)
  })
})

describe('an organization’s log is closed', () => {
  const stranger = caller({ userId: bob })
  test.each([
    ['to somebody who is nothing there', caller(), nothing],
    ['to a member without special rights by the token', claims('user'), nothing],
    ['to a member without special rights by the directory', caller(), withAlice({ type: user })],
    ['to a custom member by the token, without the permission', claims('custom'), nothing],
    ['to a custom member by the directory, without the permission', caller(), withAlice({ type: custom })],
    [
      'to a custom member whose permission is no true',
      caller(),
      withAlice({ type: custom, permissions: { accessEventLogs: 'true' } }),
    ],
    ['to a plain member by the token, permission or not', reader('user'), nothing],
    ['to a plain member by the directory, permission or not', caller(), withAlice({ type: user, ...permission })],
    ['to somebody with the permission alone', caller({ eventLogs: new Set([acme]) }), nothing],
    ['to an owner of another', claims('owner', globex), withAlice({ type: user })],
    ['to somebody else than the owner in the directory', stranger, withAlice({ type: owner })],
    ['to an owner who is invited', caller(), withAlice({ type: owner, status: invited })],
    ['to an owner who has accepted', caller(), withAlice({ type: owner, status: accepted })],
    ['to an owner who is staged', caller(), withAlice({ type: owner, status: staged })],
    ['to an owner who is revoked, whatever the token', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['to an owner when it is disabled', claims('owner'), withAlice({ type: owner }, { enabled: false })],
    [
      'to its provider’s users who are revoked, whatever the token',
      claimsAgency('admin'),
      withAgent({ status: revoked }),
    ],
    ['to its provider’s users who are invited', caller(), withAgent({ status: invited })],
    [
      'to its provider’s users when the provider is disabled',
      claimsAgency('admin'),
      withAgent({}, { ofAgency: { enabled: false } }),
    ],
    [
      'to its provider’s users when it is disabled',
      claimsAgency('admin'),
      withAgent({}, { ofAcme: { enabled: false } }),
    ],
    [
      'to users of a provider that is not its own',
      claimsAgency('admin'),
      withAgent({}, { ofAcme: { providerId: null } }),
    ],
    ['to users of a provider when the directory does not know it', claimsAgency('admin'), nothing],
    ['to another’s key', { ...key, organizationId: globex }, nothing],
    ['to its own key when it is disabled', key, withAlice({}, { enabled: false })],
    ['to a server', server, withAlice({})],
  ] satisfies [string, Principal, ReturnType<typeof facts>][])('%s', (_, principal, known) => {
    expect(may(principal, { kind: 'read-organization-log', organizationId: acme }, known)).toBe(false)
  })
})

describe('a provider’s log', () => {
  test.each([
    ['is open to its admin by the token', claimsAgency('admin'), nothing, true],
    ['is open to its admin by the directory', caller(), withAgent({ type: providerUserType.admin }), true],
    ['is open to its admin by the token, less by the directory', claimsAgency('admin'), withAgent({}), true],
    ['is closed to its service user by the token', claimsAgency('service'), nothing, false],
    ['is closed to its service user by the directory', caller(), withAgent({}), false],
    [
      'is closed to its admin who is revoked',
      claimsAgency('admin'),
      withAgent({ type: providerUserType.admin, status: revoked }),
      false,
    ],
    [
      'is closed to its admin who is invited',
      caller(),
      withAgent({ type: providerUserType.admin, status: invited }),
      false,
    ],
    [
      'is closed to its admin when it is disabled',
      claimsAgency('admin'),
      withAgent({ type: providerUserType.admin }, { ofAgency: { enabled: false } }),
      false,
    ],
    ['is closed to owners of the organizations it manages', claims('owner'), withAgent({ status: revoked }), false],
    ['is closed to strangers', caller({ userId: bob }), withAgent({ type: providerUserType.admin }), false],
    ['is closed to organizations’ keys', key, nothing, false],
    ['is closed to servers', server, nothing, false],
  ])('%s', (_, principal, known, allowed) => {
    expect(may(principal, { kind: 'read-provider-log', providerId: agency }, known)).toBe(allowed)
  })
})

describe('managing an organization', () => {
  const action = { kind: 'manage-organization', organizationId: acme } as const

  test.each([
    ['an owner by the token', claims('owner'), nothing],
    ['an admin by the token', claims('admin'), nothing],
    ['an owner by the directory', caller(), withAlice({ type: owner })],
    ['an admin by the directory', caller(), withAlice({ type: admin })],
  ])('is open to %s', (_, principal, known) => {
    expect(may(principal, action, known)).toBe(true)
  })

  test.each([
    ['a custom member who reads the log', reader('custom'), nothing],
    ['a plain member', claims('user'), withAlice({ type: user })],
    ['an owner who is revoked', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['an owner when it is disabled', claims('owner'), withAlice({}, { enabled: false })],
    ['an owner of another', claims('owner', globex), nothing],
    ['an admin of its provider', claimsAgency('admin'), withAgent({ type: providerUserType.admin })],
    ['its own key', key, nothing],
    ['a server', server, nothing],
  ])('is closed to %s', (_, principal, known) => {
    expect(may(principal, action, known)).toBe(false)
  })
})

describe('membershipOf', () => {
  test('puts token and directory together, and knows the entry of a confirmed member', () => {
    const { roles, member: entry } = membershipOf(claims('custom'), acme, withAlice({ type: admin }))
    expect(roles).toEqual(new Set(['custom', 'admin']))
    expect(entry).toMatchObject({ userId: alice, type: admin, status: confirmed })
  })

  test.each([
    [owner, 'owner'],
    [admin, 'admin'],
    [user, 'user'],
    [custom, 'custom'],
  ])('reads the member type %i as %s', (type, role) => {
    expect(membershipOf(caller(), acme, withAlice({ type })).roles).toEqual(new Set([role]))
  })

  test('goes by the confirmed one of two entries, unless one is revoked', () => {
    const entries = (...statuses: (typeof confirmed | typeof invited | typeof revoked)[]) =>
      facts({
        organizations: [organization(acme, { members: statuses.map((status) => member(alice, { status })) })],
      })
    expect(membershipOf(caller(), acme, entries(invited, confirmed)).roles.size).toBe(1)
    expect(membershipOf(caller(), acme, entries(confirmed, revoked)).roles.size).toBe(0)
  })

  test('has no entry where the directory shows none that is confirmed', () => {
    expect(membershipOf(claims('owner'), acme, nothing)).toEqual({ roles: new Set(['owner']), readsEventLog: false })
    expect(membershipOf(claims('owner'), acme, withAlice({ status: invited }))).not.toHaveProperty('member')
  })
})

test('a person may be in a provider what the token says and what the directory says', () => {
  const known = withAgent({ type: providerUserType.admin })
  expect(providerRolesOf(claimsAgency('service'), agency, known)).toEqual(new Set(['service', 'admin']))
  expect(providerRolesOf(caller(), agency, nothing)).toEqual(new Set())
})

test('a provider’s user acts for the organizations that name the provider, and for no other', () => {
  const known = withAgent({})
  expect(actsForProvider(caller(), acme, known)).toBe(true)
  expect(actsForProvider(caller(), globex, known)).toBe(false)
  expect(actsForProvider(caller({ userId: bob }), acme, known)).toBe(false)
})

describe('an organization’s people and structure', () => {
  const action = { kind: 'read-organization-structure', organizationId: acme } as const

  test.each([
    ['though the directory does not know it', nothing],
    ['when the directory knows it', withAlice({})],
    ['though it logs no events', withAlice({}, { useEvents: false })],
  ])('are open to its own key %s', (_, known) => {
    expect(may(key, action, known)).toBe(true)
  })

  test.each([
    ['to the key of another organization', { ...key, organizationId: globex }, withAlice({})],
    ['to its own key while it is disabled', key, withAlice({}, { enabled: false })],
    ['to its owner', claims('owner'), withAlice({ type: owner })],
    ['to a server', server, withAlice({})],
  ])('are closed %s', (_, principal, known) => {
    expect(may(principal, action, known)).toBe(false)
  })
})

describe('an item', () => {
  const [inside, outside, team] = [guid(1, '5'), guid(2, '5'), guid(1, '8')]
  const viewed = item(guid(1, 'd'), { collections: [inside] })
  const groups = [
    { id: team, collections: [{ id: inside }] },
    { id: guid(2, '8'), collections: null },
  ]

  test.each([
    ['by an owner by the token', claims('owner'), nothing],
    ['by an admin by the directory', caller(), withAlice({ type: admin, collections: [] })],
    ['by a member through a collection of the member’s own', caller(), withAlice({ collections: [{ id: inside }] })],
    ['by a member through a group’s collection', caller(), withAlice({ groups: [team] }, { groups })],
    ['by a custom member through a collection', caller(), withAlice({ type: custom, collections: [{ id: inside }] })],
    ['by a user of the provider', caller(), withAgent({})],
  ])('is reached %s', (_, who, known) => {
    expect(reachesItem(who, viewed, known)).toBe(true)
  })

  test.each([
    ['by a stranger', caller({ userId: bob }), withAlice({ collections: [{ id: inside }] })],
    ['by a member through another collection', caller(), withAlice({ collections: [{ id: outside }] })],
    ['by a member without collections', caller(), withAlice({ collections: null, groups: [guid(2, '8')] }, { groups })],
    ['by a member through a group that the member is not in', caller(), withAlice({ groups: [] }, { groups })],
    ['by a member through a group that is no more', caller(), withAlice({ groups: [team] }, { groups: [] })],
    ['by a member by the token alone, whose collections nobody knows', claims('user'), nothing],
    ['by a member who is not confirmed', claims('user'), withAlice({ status: invited, collections: [{ id: inside }] })],
    ['by a member who is revoked', claims('owner'), withAlice({ status: revoked, collections: [{ id: inside }] })],
    [
      'by a member when the organization is disabled',
      claims('owner'),
      withAlice({ collections: [{ id: inside }] }, { enabled: false }),
    ],
    ['by an owner of another organization', claims('owner', globex), withAlice({})],
  ])('is not reached %s', (_, who, known) => {
    expect(reachesItem(who, viewed, known)).toBe(false)
  })

  test('in no collection is reached by owners and admins alone', () => {
    const loose = item(guid(2, 'd'))
    expect(reachesItem(caller(), loose, withAlice({ collections: [{ id: inside }] }))).toBe(false)
    expect(reachesItem(caller(), loose, withAlice({ type: owner }))).toBe(true)
  })
})

describe('an organization is set up', () => {
  const mayManage = (...[principal, known]: [Principal, typeof nothing]) =>
    may(principal, { kind: 'manage-organization', organizationId: acme }, known)

  test.each([
    ['an owner by the token', claims('owner'), nothing],
    ['an admin by the token', claims('admin'), nothing],
    ['an owner by the directory', caller(), withAlice({ type: owner })],
    ['an admin by the directory', caller(), withAlice({ type: admin })],
  ])('by %s', (_, principal, known) => {
    expect(mayManage(principal, known)).toBe(true)
  })

  test.each([
    ['nobody in particular', caller(), nothing],
    ['an owner of another organization', claims('owner', globex), nothing],
    ['a user', claims('user'), withAlice({ type: user })],
    ['a custom member who reads the log', reader('custom'), withAlice({ type: custom, ...permission })],
    ['an owner whom the directory revoked', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['an owner of a disabled organization', claims('owner'), withAlice({ type: owner }, { enabled: false })],
    ['an admin who is only invited', caller(), withAlice({ type: admin, status: invited })],
    ['an admin of its provider', claimsAgency('admin'), withAgent({ type: providerUserType.admin })],
    ['its own key', key, nothing],
    ['a server', server, nothing],
  ])('not by %s', (_, principal, known) => {
    expect(mayManage(principal, known)).toBe(false)
  })
})
