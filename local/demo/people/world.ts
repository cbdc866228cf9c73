// Who is where in the demo data: the organization Acme Corp, a second one, and the provider that manages the first.
import { memberStatus, memberType, providerUserType } from '../../../src/domain/directory/directory.ts'
import type { Access, Member, Organization, Provider, ProviderUser } from './directory.ts'
import { demoId } from './ids.ts'
import { acmeItems, collection, otherItems } from './items.ts'
import * as people from './people.ts'

export const acmeId = demoId('organization', 1)
export const otherId = demoId('organization', 2)
export const providerId = demoId('provider', 1)
/** The tie between the provider and Acme Corp has an id of its own. */
export const providerOrganizationId = demoId('providerOrganization', 1)

/** Acme Corp's groups. */
export const group = {
  everyone: demoId('group', 1),
  engineering: demoId('group', 2),
  operations: demoId('group', 3),
  finance: demoId('group', 4),
  marketing: demoId('group', 5),
} as const

/** Acme Corp's policies. */
export const policy = {
  twoStepLogin: demoId('policy', 1),
  masterPassword: demoId('policy', 2),
  singleOrganization: demoId('policy', 3),
  accountRecovery: demoId('policy', 4),
} as const

/** The invited member, who has no account yet. */
export const trentMemberId = demoId('member', 14)

const access = (id: string, manage = false): Access => ({ id, readOnly: false, hidePasswords: false, manage })

type Role = keyof typeof memberType

function member(person: people.Person, role: Role, groups: readonly string[], changes: Partial<Member> = {}): Member {
  return {
    id: demoId('member', person.number),
    userId: person.id,
    name: person.name,
    email: person.email,
    type: memberType[role],
    status: memberStatus.confirmed,
    twoFactorEnabled: true,
    accessAll: false,
    externalId: null,
    permissions: role === 'custom' ? { accessEventLogs: true } : null,
    collections: [],
    groups,
    resetPasswordEnrolled: false,
    ssoExternalId: null,
    ...changes,
  }
}

/** A member of the organization that has a policy of account recovery: who joins is enrolled. */
function acmeMember(...[person, role, groups, changes]: Parameters<typeof member>): Member {
  return member(person, role, groups, { resetPasswordEnrolled: true, ...changes })
}

/** Has a name in the directory only once the invitation is accepted. */
const trent: Member = {
  ...member(people.dave, 'user', [group.everyone]),
  id: trentMemberId,
  userId: null,
  name: null,
  email: 'trent@demo.test',
  status: memberStatus.invited,
  twoFactorEnabled: false,
}

/** The demo organization: ten confirmed members, one invited, one revoked. */
export const acme: Organization = {
  id: acmeId,
  name: 'Acme Corp',
  enabled: true,
  useEvents: true,
  usePhishingBlocker: true,
  providerId,
  members: [
    acmeMember(people.alice, 'owner', [group.everyone]),
    acmeMember(people.bob, 'admin', [group.everyone, group.operations]),
    acmeMember(people.carol, 'custom', [group.everyone, group.finance]),
    acmeMember(people.dave, 'user', [group.everyone, group.engineering, group.operations]),
    acmeMember(people.grace, 'user', [group.everyone, group.engineering, group.operations]),
    acmeMember(people.heidi, 'user', [group.everyone, group.marketing]),
    acmeMember(people.ivan, 'user', [group.everyone, group.engineering]),
    acmeMember(people.judy, 'user', [group.everyone, group.marketing], { externalId: 'scim-judy' }),
    acmeMember(people.kenji, 'user', [group.everyone, group.engineering]),
    acmeMember(people.laura, 'user', [group.everyone, group.finance], { collections: [access(collection.marketing)] }),
    acmeMember(people.mallory, 'user', [group.everyone, group.finance], { status: memberStatus.revoked }),
    trent,
  ],
  groups: [
    {
      id: group.everyone,
      name: 'Everyone',
      externalId: null,
      accessAll: false,
      collections: [access(collection.company)],
    },
    {
      id: group.engineering,
      name: 'Engineering',
      externalId: null,
      accessAll: false,
      collections: [access(collection.engineering, true)],
    },
    {
      id: group.operations,
      name: 'Operations',
      externalId: null,
      accessAll: false,
      collections: [access(collection.production)],
    },
    {
      id: group.finance,
      name: 'Finance',
      externalId: null,
      accessAll: false,
      collections: [access(collection.finance, true)],
    },
    {
      id: group.marketing,
      name: 'Marketing',
      externalId: null,
      accessAll: false,
      collections: [access(collection.marketing, true)],
    },
  ],
  collections: [
    { id: collection.company, name: 'Company', externalId: null, groups: [access(group.everyone)] },
    { id: collection.engineering, name: 'Engineering', externalId: null, groups: [access(group.engineering, true)] },
    { id: collection.production, name: 'Production', externalId: null, groups: [access(group.operations)] },
    { id: collection.finance, name: 'Finance', externalId: null, groups: [access(group.finance, true)] },
    { id: collection.marketing, name: 'Marketing', externalId: null, groups: [access(group.marketing, true)] },
  ],
  policies: [
    { id: policy.twoStepLogin, name: 'Require two-step login', type: 0, enabled: true, data: null },
    {
      id: policy.masterPassword,
      name: 'Master password requirements',
      type: 1,
      enabled: true,
      data: { minLength: 14, requireNumbers: true },
    },
    { id: policy.singleOrganization, name: 'Single organization', type: 3, enabled: true, data: null },
    {
      id: policy.accountRecovery,
      name: 'Account recovery administration',
      type: 8,
      enabled: true,
      data: { autoEnrollEnabled: true },
    },
  ],
  items: acmeItems,
}

/** A second organization, which the first one's people must never see. */
export const other: Organization = {
  id: otherId,
  name: 'Other Ltd',
  enabled: true,
  useEvents: true,
  usePhishingBlocker: false,
  providerId: null,
  members: [
    member(people.erin, 'owner', []),
    member(people.frank, 'user', [], { collections: [access(collection.otherCompany)] }),
  ],
  groups: [],
  collections: [{ id: collection.otherCompany, name: 'Company', externalId: null, groups: [] }],
  policies: [],
  items: otherItems,
}

/** The provider that manages Acme Corp. */
export const provider: Provider = {
  id: providerId,
  name: 'Helping Hands IT',
  enabled: true,
  useEvents: true,
  users: [providerUser(people.pat, 'admin'), providerUser(people.quinn, 'service')],
}

function providerUser(person: people.Person, type: keyof typeof providerUserType): ProviderUser {
  const { number, id: userId, name, email } = person
  const id = demoId('providerUser', number)
  return { id, userId, name, email, type: providerUserType[type], status: memberStatus.confirmed }
}
