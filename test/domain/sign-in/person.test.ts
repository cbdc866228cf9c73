// Who may sign in: confirmed members by e-mail, operators, and people with a granted role.
import { describe, expect, test } from 'vitest'
import { memberStatus, memberType } from '../../../src/domain/directory/directory.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import type { Identity } from '../../../src/domain/sign-in/identity.ts'
import { accountsMax, decidePerson } from '../../../src/domain/sign-in/person.ts'
import { type RoleSettings, readRoleRules, rightsGivenTo } from '../../../src/domain/sign-in/roles.ts'
import { facts, member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

const person = guid(9, 'f')
const email = 'alice@acme.test'
const nobody: RoleSettings = { rules: [], operators: [] }
const identity = (more: Partial<Identity> = {}): Identity => ({ person, email, roles: [], ...more })
const signIn = { issuer: 'https://accounts.example', at: 1_795_000_000 }
const rulesOf = (text: string) => readRoleRules(text) ?? []
const decide = (known: ReturnType<typeof facts>, who = identity(), settings = nobody) =>
  decidePerson(who, signIn, known, settings)
const inAcme = (...members: Parameters<typeof member>[1][]) =>
  facts({ organizations: [organization(acme, { members: members.map((more) => member(alice, { email, ...more })) })] })
const accountsIn = (decision: ReturnType<typeof decide>): readonly Guid[] =>
  decision.kind === 'person' ? [decision.claims.sub, ...decision.claims.other_user_ids] : []

describe('a member by e-mail', () => {
  test('signs in as the account of the directory', () => {
    expect(decide(inAcme({}))).toEqual({
      kind: 'person',
      claims: {
        sub: alice,
        other_user_ids: [],
        granted: {},
        operator: false,
        auth_time: signIn.at,
        scope: ['api'],
        amr: ['external'],
        idp: signIn.issuer,
        person,
        email,
        roles: [],
      },
    })
  })

  test.each([
    ['invited', inAcme({ status: memberStatus.invited })],
    ['accepted', inAcme({ status: memberStatus.accepted })],
    ['staged', inAcme({ status: memberStatus.staged })],
    ['revoked', inAcme({ status: memberStatus.revoked })],
    ['invited without an account', inAcme({ status: memberStatus.invited, userId: null })],
    ['confirmed and revoked', inAcme({}, { id: guid(2, '7'), userId: bob, status: memberStatus.revoked })],
    ['of another e-mail', inAcme({ email: 'bob@acme.test' })],
    ['of no e-mail', inAcme({ email: null })],
    ['of a look-alike in Cyrillic', inAcme({ email: '\u0430lice@acme.test' })],
    ['of a look-alike with a combining mark', inAcme({ email: 'alice\u0301@acme.test' })],
    [
      'of a disabled organization',
      facts({ organizations: [organization(acme, { enabled: false, members: [member(alice, { email })] })] }),
    ],
    ['of nothing', facts()],
  ])('does not sign in when %s', (_, known) => {
    expect(decide(known)).toEqual({ kind: 'refused', reason: 'not-a-member' })
  })

  test('signs in in any letter case of A to Z, and in no other letter that looks or lowers to it', () => {
    expect(decide(inAcme({ email: 'ALICE@Acme.Test' })).kind).toBe('person')
    const kelvin = decide(inAcme({ email: 'kim@acme.test' }), identity({ email: '\u212aim@acme.test' }))
    expect(kelvin.kind).toBe('refused')
  })

  test('with several accounts has all of them, the first in order before the others', () => {
    const known = facts({
      organizations: [
        organization(acme, { members: [member(guid(5, 'b'), { email })] }),
        organization(globex, { members: [member(guid(3, 'b'), { email }), member(guid(4, 'b'), { email })] }),
      ],
      providers: [provider(guid(1, '9'), { users: [providerUser(guid(6, 'b'), { email })] })],
    })
    expect(accountsIn(decide(known))).toEqual([guid(3, 'b'), guid(4, 'b'), guid(5, 'b'), guid(6, 'b')])
  })

  test('has an account of the organization that has not revoked the e-mail', () => {
    const revoked = member(bob, { email, status: memberStatus.revoked })
    const known = facts({
      organizations: [
        organization(acme, { members: [member(alice, { email })] }),
        organization(globex, { members: [revoked] }),
      ],
    })
    expect(accountsIn(decide(known))).toEqual([alice])
  })

  test('has at most so many accounts', () => {
    const many = Array.from({ length: accountsMax + 1 }, (_, index) => ({
      id: guid(index, '7'),
      userId: guid(index, 'b'),
    }))
    expect(accountsIn(decide(inAcme(...many)))).toHaveLength(accountsMax)
  })

  test.each(['email-missing', 'email-unverified'] as const)('learns why the e-mail does not count: %s', (problem) => {
    const { email: _, ...unknown } = identity({ problem })
    expect(decide(inAcme({ type: memberType.owner }), unknown)).toEqual({ kind: 'refused', reason: problem })
  })
})

describe('roles of the provider', () => {
  const rules = rulesOf(`admins=operator, owners=owner:${acme},readers=reader:${acme}, cn=x=reader:${globex}`)
  const settings = { rules, operators: ['ops', 'Olga@keytrail.test'] }

  test.each([
    ['none', identity(), false, {}],
    ['an operator by a rule', identity({ roles: ['admins'] }), true, {}],
    ['an operator by a role of the setting', identity({ roles: ['ops'] }), true, {}],
    ['an operator by e-mail', identity({ email: 'olga@KEYTRAIL.test' }), true, {}],
    ['no operator by a role that is the e-mail', identity({ roles: ['Olga@keytrail.test'] }), false, {}],
    ['no operator by a look-alike', identity({ email: '\u043elga@keytrail.test' }), false, {}],
    ['a role in another letter case', identity({ roles: ['Admins'] }), false, {}],
    ['an owner', identity({ roles: ['owners'] }), false, { [acme]: 'owner' }],
    ['an owner and reader is an owner', identity({ roles: ['readers', 'owners'] }), false, { [acme]: 'owner' }],
    ['a role with an equals sign', identity({ roles: ['cn=x'] }), false, { [globex]: 'reader' }],
  ])('%s', (_, who, isOperator, granted) => {
    const given = rightsGivenTo(who, settings)
    expect(given.isOperator).toBe(isOperator)
    expect(Object.fromEntries(given.granted)).toEqual(granted)
  })

  test('let people in who are no members, under an id of their own, also without an e-mail', () => {
    const { email: _, ...unknown } = identity({ roles: ['admins', 'other'], problem: 'email-unverified' })
    expect(decide(facts(), unknown, settings)).toMatchObject({
      kind: 'person',
      claims: { sub: person, operator: true, roles: ['admins'] },
    })
    const reader = decide(facts(), identity({ roles: ['readers'] }), settings)
    expect(reader).toMatchObject({ kind: 'person', claims: { sub: person, granted: { [acme]: 'reader' } } })
  })

  test.each([
    ['is disabled', facts({ organizations: [organization(acme, { enabled: false })] })],
    ['has the person as revoked', inAcme({ status: memberStatus.revoked })],
  ])('let nobody in by a role in an organization that %s', (_, known) => {
    expect(decide(known, identity({ roles: ['owners'] }), settings)).toEqual({
      kind: 'refused',
      reason: 'not-a-member',
    })
  })

  test.each(['x', 'x=', '=operator', 'x=admin', 'x=owner', 'x=owner:acme', `x=operator:${acme}`, 'x=operator,y'])(
    'are not read from %j',
    (text) => {
      expect(readRoleRules(text)).toBeUndefined()
    },
  )
})
