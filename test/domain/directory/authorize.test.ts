// Who may do what: every way to a right, by the directory where it has the entry, by the token elsewhere.
import { describe, expect, test } from 'vitest'
import {
  actsForProvider,
  may,
  membershipOf,
  providerRolesOf,
  reachesItem,
} from '../../../src/domain/directory/authorize.ts'
import { memberStatus, memberType, providerUserType } from '../../../src/domain/directory/directory.ts'
import { replaceOrganization } from '../../../src/domain/directory/names.ts'
import type { OrganizationRole, Principal, ProviderRole } from '../../../src/domain/directory/principal.ts'
import { caller, facts, item, member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

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

const ofUnknownAgency = facts({ organizations: [organization(acme, { providerId: agency })] })
/** What the directory says of an owner who is none any more, or not yet. */
const noLongerOwners = [
  ['an owner who was removed', facts({ organizations: [organization(acme)] })],
  ['an owner who was removed and whose name is kept', facts({ organizations: [formerly(alice)] })],
  ['an owner who was made a user', withAlice({ type: user })],
  ['an owner who was made a custom member', withAlice({ type: custom })],
  ['an owner who was put back to accepted', withAlice({ type: owner, status: accepted })],
  ['an owner who was put back to invited', withAlice({ type: owner, status: invited })],
  ['an owner who is staged', withAlice({ type: owner, status: staged })],
  ['an owner who is revoked', withAlice({ type: owner, status: revoked })],
  ['an owner invited anew by e-mail', withAlice({ type: owner, userId: null, email: 'alice@acme.test' })],
] as const

/** Acme after this owner was removed. */
function formerly(userId: typeof alice) {
  const before = organization(acme, { members: [member(userId, { type: owner, name: 'Alice' })] })
  return replaceOrganization(before, acme, organization(acme))
}

const key: Principal = { kind: 'organization', organizationId: acme }
const server: Principal = { kind: 'server', clientId: 'server', organizations: 'all' }

describe('an organization’s log is open', () => {
  test.each([
    ['to an owner by the token', claims('owner'), nothing],
    ['to an admin by the token', claims('admin'), nothing],
    ['to a custom member by the token, with the permission', reader('custom'), nothing],
    ['to an owner by the directory', caller(), withAlice({ type: owner })],
    ['to an admin by the directory', caller(), withAlice({ type: admin })],
    ['to a custom member by the directory, with the permission', caller(), withAlice({ type: custom, ...permission })],
    ['to an owner by the directory who is less by the token', claims('user'), withAlice({ type: owner })],
    ['to an admin of its provider', caller(), withAgent({ type: providerUserType.admin })],
    ['to a service user of its provider', caller(), withAgent({ type: providerUserType.service })],
    [
      'to an admin of its provider by the token, where the directory does not know the provider',
      claimsAgency('admin'),
      ofUnknownAgency,
    ],
    ['to a service user of such a provider', claimsAgency('service'), ofUnknownAgency],
    [
      'to a user of its provider who is a plain member too',
      caller(),
      withAgent({}, { ofAcme: { members: [member(alice)] } }),
    ],
    ['to a user of its provider who is a member only by the token', claims('user'), withAgent({})],
    ['to its own key', key, nothing],
    ['to its own key when the directory knows it', key, withAlice({})],
    ['though it logs no more events', caller(), withAlice({ type: owner }, { useEvents: false })],
  ])('%s', (_, principal, known) => {
    expect(may(principal, { kind: 'read-organization-log', organizationId: acme }, known)).toBe(true)
  })
})

describe('an organization’s log is closed', () => {
  const stranger = caller({ userId: bob })
  test.each([
    ['to a person without a role there', caller(), nothing],
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
    ['to a person with the permission alone', caller({ eventLogs: new Set([acme]) }), nothing],
    ['to an owner of another', claims('owner', globex), withAlice({ type: user })],
    ['to a person other than the owner in the directory', stranger, withAlice({ type: owner })],
    ['to an owner who is invited', caller(), withAlice({ type: owner, status: invited })],
    ['to an owner who has accepted', caller(), withAlice({ type: owner, status: accepted })],
    ['to an owner who is staged', caller(), withAlice({ type: owner, status: staged })],
    ['to an owner who is revoked, despite the token', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['to an owner when it is disabled', claims('owner'), withAlice({ type: owner }, { enabled: false })],
    ...noLongerOwners.map(([what, known]) => [`to ${what}, despite the token`, claims('owner'), known] as const),
    [
      'to a custom member who lost the permission, despite the token',
      reader('custom'),
      withAlice({ type: custom, permissions: { accessEventLogs: false } }),
    ],
    [
      'to its provider’s admin who is invited, despite the token',
      claimsAgency('admin'),
      withAgent({ status: invited }),
    ],
    [
      'to its provider’s former admin in the directory',
      claimsAgency('admin'),
      withAgent({}, { ofAgency: { users: [] } }),
    ],
    ...(
      [
        ['revoked', withAgent({ status: revoked }, { ofAcme: { members: [member(alice)] } })],
        ['removed', withAgent({}, { ofAcme: { members: [member(alice)] }, ofAgency: { users: [] } })],
        [
          'of a disabled provider',
          withAgent({}, { ofAcme: { members: [member(alice)] }, ofAgency: { enabled: false } }),
        ],
      ] as const
    ).map(
      ([what, known]) =>
        [`to its provider’s user ${what} who is a plain member too`, claimsAgency('admin'), known] as const,
    ),
    [
      'to its provider’s users who are revoked, despite the token',
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
  ] satisfies (readonly [string, Principal, ReturnType<typeof facts>])[])('%s', (_, principal, known) => {
    expect(may(principal, { kind: 'read-organization-log', organizationId: acme }, known)).toBe(false)
  })
})

describe('a provider’s log', () => {
  test.each([
    ['is open to its admin by the token', claimsAgency('admin'), nothing, true],
    ['is open to its admin by the directory', caller(), withAgent({ type: providerUserType.admin }), true],
    ['is closed to its admin by the token who is less by the directory', claimsAgency('admin'), withAgent({}), false],
    [
      'is closed to its admin by the token if the directory removed them',
      claimsAgency('admin'),
      withAgent({}, { ofAgency: { users: [] } }),
      false,
    ],
    [
      'is closed to its admin by the token if the directory set them back to accepted',
      claimsAgency('admin'),
      withAgent({ type: providerUserType.admin, status: accepted }),
      false,
    ],
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
    ['an owner by the directory', caller(), withAlice({ type: owner })],
    ['an admin by the directory', caller(), withAlice({ type: admin })],
  ])('is open to %s', (_, principal, known) => {
    expect(may(principal, action, known)).toBe(true)
  })

  test.each([
    ['an owner by the token, where the directory does not know it', claims('owner'), nothing],
    ['an admin by the token, where the directory does not know it', claims('admin'), nothing],
    ...noLongerOwners.map(([what, known]) => [what, claims('owner'), known] as const),
    ['a custom member who reads the log', reader('custom'), nothing],
    ['a plain member', claims('user'), withAlice({ type: user })],
    ['an owner who is revoked', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['an owner when it is disabled', claims('owner'), withAlice({}, { enabled: false })],
    ['an owner of another', claims('owner', globex), nothing],
    ['an admin of its provider', claimsAgency('admin'), withAgent({ type: providerUserType.admin })],
    ['its own key', key, nothing],
    ['a server', server, nothing],
  ] satisfies (readonly [string, Principal, ReturnType<typeof facts>])[])('is closed to %s', (_, principal, known) => {
    expect(may(principal, action, known)).toBe(false)
  })
})

describe('membershipOf', () => {
  test('comes from the directory if it knows the organization, with the entry of a confirmed member', () => {
    const { roles, member: entry } = membershipOf(claims('owner'), acme, withAlice({ type: admin }))
    expect(roles).toEqual(new Set(['admin']))
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

  test('comes from the confirmed one of two entries, unless one is revoked', () => {
    const entries = (...statuses: (typeof confirmed | typeof invited | typeof revoked)[]) =>
      facts({
        organizations: [organization(acme, { members: statuses.map((status) => member(alice, { status })) })],
      })
    expect(membershipOf(caller(), acme, entries(invited, confirmed)).roles.size).toBe(1)
    expect(membershipOf(caller(), acme, entries(confirmed, revoked)).roles.size).toBe(0)
  })

  test('comes from the token if the directory does not know the organization', () => {
    expect(membershipOf(claims('owner'), acme, nothing)).toEqual({ roles: new Set(['owner']), readsEventLog: false })
    expect(membershipOf(reader('custom'), acme, withAlice({}))).toMatchObject({ readsEventLog: false })
    expect(membershipOf(reader('custom'), acme, nothing)).toMatchObject({ readsEventLog: true })
  })

  test.each(noLongerOwners.filter(([what]) => !what.includes('made')))('is none for %s', (_, known) => {
    expect(membershipOf(claims('owner'), acme, known)).toEqual({ roles: new Set(), readsEventLog: false })
  })
})

test('a person’s role in a provider comes from the directory, or from the token if the directory does not know the provider', () => {
  const known = withAgent({ type: providerUserType.admin })
  expect(providerRolesOf(claimsAgency('service'), agency, known)).toEqual(new Set(['admin']))
  expect(providerRolesOf(claimsAgency('service'), agency, nothing)).toEqual(new Set(['service']))
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
    ['by an owner by the token, where the directory does not know the organization', claims('owner'), nothing],
    ['by an admin by the directory', caller(), withAlice({ type: admin, collections: [] })],
    [
      'by a user of the provider who is a plain member too',
      caller(),
      withAgent({}, { ofAcme: { members: [member(alice)] } }),
    ],
    ['by a member through a collection of the member’s own', caller(), withAlice({ collections: [{ id: inside }] })],
    ['by a member through a group’s collection', caller(), withAlice({ groups: [team] }, { groups })],
    ['by a custom member through a collection', caller(), withAlice({ type: custom, collections: [{ id: inside }] })],
    ['by a user of the provider', caller(), withAgent({})],
    ['by a member with access to all', caller(), withAlice({ accessAll: true, collections: null })],
    [
      'by a member through a group with access to all',
      caller(),
      withAlice({ groups: [team] }, { groups: [{ id: team, accessAll: true }] }),
    ],
  ])('is reached %s', (_, who, known) => {
    expect(reachesItem(who, viewed, known)).toBe(true)
  })

  test.each([
    ...noLongerOwners.map(([what, known]) => [`by ${what}`, claims('owner'), known] as const),
    ['by a stranger', caller({ userId: bob }), withAlice({ collections: [{ id: inside }] })],
    ['by a member through another collection', caller(), withAlice({ collections: [{ id: outside }] })],
    ['by a member without collections', caller(), withAlice({ collections: null, groups: [guid(2, '8')] }, { groups })],
    ['by a member through a group that the member is not in', caller(), withAlice({ groups: [] }, { groups })],
    ['by a member through a group that is no more', caller(), withAlice({ groups: [team] }, { groups: [] })],
    ['by a member by the token alone, whose collections are unknown', claims('user'), nothing],
    ['by a member who is not confirmed', claims('user'), withAlice({ status: invited, collections: [{ id: inside }] })],
    ['by a member who is revoked', claims('owner'), withAlice({ status: revoked, collections: [{ id: inside }] })],
    [
      'by a member when the organization is disabled',
      claims('owner'),
      withAlice({ collections: [{ id: inside }] }, { enabled: false }),
    ],
    ['by an owner of another organization', claims('owner', globex), withAlice({})],
    ['by a revoked member with access to all', caller(), withAlice({ accessAll: true, status: revoked })],
    [
      'by a member who is not in the group with access to all',
      caller(),
      withAlice({ groups: [guid(2, '8')] }, { groups: [{ id: team, accessAll: true }] }),
    ],
  ] satisfies (readonly [string, ReturnType<typeof caller>, ReturnType<typeof facts>])[])(
    'is not reached %s',
    (_, who, known) => {
      expect(reachesItem(who, viewed, known)).toBe(false)
    },
  )

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
    ['an owner by the directory', caller(), withAlice({ type: owner })],
    ['an admin by the directory', caller(), withAlice({ type: admin })],
  ])('by %s', (_, principal, known) => {
    expect(mayManage(principal, known)).toBe(true)
  })

  test.each([
    ['an owner by the token alone', claims('owner'), nothing],
    ['an admin by the token alone', claims('admin'), nothing],
    ['a person without a role', caller(), nothing],
    ['an owner of another organization', claims('owner', globex), nothing],
    ['a user', claims('user'), withAlice({ type: user })],
    ['a custom member who reads the log', reader('custom'), withAlice({ type: custom, ...permission })],
    ['an owner revoked in the directory', claims('owner'), withAlice({ type: owner, status: revoked })],
    ['an owner of a disabled organization', claims('owner'), withAlice({ type: owner }, { enabled: false })],
    ['an admin who is only invited', caller(), withAlice({ type: admin, status: invited })],
    ['an admin of its provider', claimsAgency('admin'), withAgent({ type: providerUserType.admin })],
    ['its own key', key, nothing],
    ['a server', server, nothing],
  ])('not by %s', (_, principal, known) => {
    expect(mayManage(principal, known)).toBe(false)
  })
})

describe('an entry that the directory has and cannot read', () => {
  const [everyRole, damaged] = [['owner', 'admin', 'custom', 'user'] as const, facts({ unreadable: [acme, agency] })]

  test.each(everyRole)('gives nothing to a caller whose token claims the role %s', (role) => {
    const who = caller({ ...reader(role), providers: new Map([[agency, 'admin']]) })
    expect(membershipOf(who, acme, damaged).roles.size).toBe(0)
    expect(providerRolesOf(who, agency, damaged).size).toBe(0)
    expect(reachesItem(who, item(guid(1, 'd')), damaged)).toBe(false)
    expect(reachesItem(who, item(guid(1, 'd'), { damaged: true }), damaged)).toBe(false)
    for (const kind of ['read-organization-log', 'read-organization-structure', 'manage-organization'] as const) {
      expect(may(who, { kind, organizationId: acme }, damaged)).toBe(false)
      expect(may(key, { kind, organizationId: acme }, damaged)).toBe(false)
    }
    expect(may(who, { kind: 'read-provider-log', providerId: agency }, damaged)).toBe(false)
  })

  test('of a provider gives its users no role in its organizations, and takes none from their members', () => {
    const known = facts({
      organizations: [organization(acme, { providerId: agency, members: [member(alice, { type: owner })] })],
      unreadable: [agency],
    })
    const agent = caller({ userId: bob, providers: new Map([[agency, 'admin']]) })
    expect(actsForProvider(agent, acme, known)).toBe(false)
    expect(may(agent, { kind: 'read-organization-log', organizationId: acme }, known)).toBe(false)
    expect(may(caller(), { kind: 'read-organization-log', organizationId: acme }, known)).toBe(true)
  })
})

test.each([
  ['a confirmed member', caller(), withAlice({}), true],
  ['a revoked member', caller(), withAlice({ status: revoked }), false],
  ['a member by the token of what the directory does not know', claims('user'), nothing, false],
  ['another person', caller({ userId: bob }), withAlice({}), false],
] as const)('a damaged item is reached by %s: %#', (_, who, known, reached) => {
  expect(reachesItem(who, item(guid(1, 'd'), { damaged: true }), known)).toBe(reached)
})
