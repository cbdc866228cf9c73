// Names for the ids in events, also of people and things that an entry no longer has, the newest name first.
import { describe, expect, test } from 'vitest'
import type { OrganizationEntry, ProviderEntry } from '../../../src/domain/directory/directory.ts'
import { namesFrom, replaceOrganization, replaceProvider, withItems } from '../../../src/domain/directory/names.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { facts, member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

const agency = guid(1, '9')
const [memberId, team, folder, rule] = [guid(1, '7'), guid(1, '8'), guid(1, '5'), guid(1, '6')]

const acmeWith = (entry: Parameters<typeof organization>[1] = {}): OrganizationEntry => organization(acme, entry)
const agencyWith = (entry: Parameters<typeof provider>[1] = {}): ProviderEntry => provider(agency, entry)

/** The names after these entries, each replacing the one before. */
const namesAfter = (...entries: readonly OrganizationEntry[]) => {
  const known = entries.reduce<ReturnType<typeof organization> | undefined>(
    (before, entry) => replaceOrganization(before, acme, entry),
    undefined,
  )
  return namesFrom(facts({ organizations: known ? [known] : [] }))
}

const full = acmeWith({
  members: [member(alice, { id: memberId, name: 'Alice', email: 'alice@acme.test' })],
  groups: [{ id: team, name: 'Engineers' }],
  collections: [{ id: folder, name: 'Servers' }],
  policies: [{ id: rule, type: 0, name: 'Two-step login' }],
})

describe.each([
  ['that are there', [full]],
  ['that are gone', [full, acmeWith()]],
  ['that are long gone', [full, acmeWith(), acmeWith({ name: 'Acme & Co.' })]],
  [
    'that are there without their names',
    [
      full,
      acmeWith({
        members: [member(alice, { id: memberId })],
        groups: [{ id: team }],
        collections: [{ id: folder }],
        policies: [{ id: rule, type: 0 }],
      }),
    ],
  ],
])('people and things %s', (_, entries) => {
  test('keep their names', () => {
    const names = namesAfter(...entries)
    expect(names.person(alice)).toEqual({ name: 'Alice', email: 'alice@acme.test' })
    expect(names.member(memberId)).toBe('Alice')
    expect(names.group(team)).toBe('Engineers')
    expect(names.collection(folder)).toBe('Servers')
    expect(names.policy(rule)).toBe('Two-step login')
  })
})

test('a new name replaces the old one, gone or not', () => {
  const renamed = acmeWith({ groups: [{ id: team, name: 'Builders' }] })
  expect(namesAfter(full, renamed).group(team)).toBe('Builders')
  expect(namesAfter(full, acmeWith(), renamed).group(team)).toBe('Builders')
  expect(namesAfter(full, renamed, acmeWith()).group(team)).toBe('Builders')
  expect(replaceOrganization(organization(acme, full), acme, renamed).former.groups).toEqual([])
})

test('a member without a name gets the email address as name', () => {
  const names = namesAfter(acmeWith({ members: [member(alice, { id: memberId, email: 'alice@acme.test' })] }))
  expect(names.member(memberId)).toBe('alice@acme.test')
  expect(names.person(alice)).toEqual({ name: null, email: 'alice@acme.test' })
})

test('a person’s name and email address may come from different entries', () => {
  const names = namesFrom(
    facts({
      organizations: [
        organization(acme, { members: [member(alice, { name: 'Alice' })] }),
        organization(globex, { members: [member(alice, { email: 'alice@globex.test' })] }),
      ],
    }),
  )
  expect(names.person(alice)).toEqual({ name: 'Alice', email: 'alice@globex.test' })
})

test('a provider’s users have names, also removed ones', () => {
  const before = replaceProvider(undefined, agency, agencyWith({ users: [providerUser(bob, { name: 'Bob' })] }))
  const after = replaceProvider(before, agency, agencyWith())
  for (const known of [before, after]) {
    expect(namesFrom(facts({ providers: [known] })).person(bob)).toEqual({ name: 'Bob', email: null })
  }
  expect(after.users).toEqual([])
})

test('unknown ids have no name', () => {
  const names = namesAfter(full)
  for (const id of [undefined, guid(99)]) {
    expect(names.person(id)).toEqual({ name: null, email: null })
    for (const nameOf of [names.member, names.group, names.collection, names.policy, names.item])
      expect(nameOf(id)).toBeNull()
  }
})

test('an entry is stored as sent, under its id', () => {
  expect(replaceOrganization(undefined, acme, full)).toMatchObject({ ...full, id: acme })
  expect(replaceProvider(undefined, agency, agencyWith())).toMatchObject({ ...agencyWith(), id: agency })
})

test('an item has its name and its mark for the organization that it belongs to alone', () => {
  const item = {
    id: guid(1, 'd'),
    collections: [],
    name: 'Web shop',
    critical: true,
    organizationId: acme,
    deleted: false,
  }
  const nameless = { id: guid(2, 'd'), collections: [], organizationId: acme, deleted: false }
  const items = new Map([item, nameless].map((each) => [each.id, each]))
  const organizations = (id: Guid) => facts({ organizations: [{ ...organization(id), id }] }).organizations
  const of = (id: Guid) => namesFrom({ organizations: organizations(id), providers: new Map(), items })
  expect([item.id, nameless.id].map(of(acme).item)).toEqual(['Web shop', null])
  expect([item.id, nameless.id, guid(3, 'd'), undefined].map(of(acme).isCritical)).toEqual([true, false, null, null])
  expect(of(globex).item(item.id)).toBeNull()
  expect(of(globex).isCritical(item.id)).toBeNull()
  expect(withItems(of(globex), acme, items).item(item.id)).toBe('Web shop')
  expect(withItems(of(globex), acme, items).isCritical(item.id)).toBe(true)
  expect(withItems(of(acme), globex, items).item(item.id)).toBeNull()
})

test('a policy without a name is called by its type, unless nobody knows the type', () => {
  const policies = [0, 3, 4_000].map((type, index) => ({ id: guid(index + 1, '9'), type }))
  const names = namesFrom(facts({ organizations: [organization(acme, { policies })] }))
  expect(policies.map(({ id }) => names.policy(id))).toEqual(['Require two-step login', 'Single organization', null])
})
