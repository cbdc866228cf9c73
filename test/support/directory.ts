// Organizations, providers, items and callers for tests: what a test does not say takes its default.
import * as v from 'valibot'
import {
  type DirectoryFacts,
  type Item,
  memberStatus,
  memberType,
  type Organization,
  OrganizationEntry,
  type Provider,
  ProviderEntry,
  providerUserType,
} from '../../src/domain/directory/directory.ts'
import { replaceOrganization, replaceProvider } from '../../src/domain/directory/names.ts'
import type { UserPrincipal } from '../../src/domain/directory/principal.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { acme, alice, guid } from './events.ts'

type OrganizationInput = v.InferInput<typeof OrganizationEntry>
type MemberInput = NonNullable<OrganizationInput['members']>[number]
type ProviderInput = v.InferInput<typeof ProviderEntry>
type ProviderUserInput = NonNullable<ProviderInput['users']>[number]

/** An organization with nobody in it, unless the test says otherwise. */
export const organization = (id: Guid, entry: Partial<OrganizationInput> = {}): Organization =>
  replaceOrganization(undefined, id, v.parse(OrganizationEntry, { name: 'Acme', ...entry }))

/** A provider with nobody in it, unless the test says otherwise. */
export const provider = (id: Guid, entry: Partial<ProviderInput> = {}): Provider =>
  replaceProvider(undefined, id, v.parse(ProviderEntry, { name: 'Provider', ...entry }))

/** A confirmed member without any special right. */
export const member = (userId: Guid, more: Partial<MemberInput> = {}): MemberInput => ({
  id: guid(1, '7'),
  userId,
  status: memberStatus.confirmed,
  type: memberType.user,
  ...more,
})

/** A confirmed user of a provider, without admin's rights. */
export const providerUser = (userId: Guid, more: Partial<ProviderUserInput> = {}): ProviderUserInput => ({
  id: guid(2, '7'),
  userId,
  status: memberStatus.confirmed,
  type: providerUserType.service,
  ...more,
})

/** An item of Acme in no collection. */
export const item = (id: Guid, more: Partial<Item> = {}): Item => ({
  id,
  organizationId: acme,
  collections: [],
  deleted: false,
  ...more,
})

/** Alice, whose token is the vault's and claims no membership. */
export const caller = (more: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  knownBy: 'vault',
  userId: alice,
  otherUserIds: [],
  isOperator: false,
  granted: new Map(),
  organizations: new Map(),
  eventLogs: new Set(),
  providers: new Map(),
  ...more,
})

/** What the directory knows: these, and nothing else; `unreadable` are there and damaged. */
export function facts(
  known: {
    readonly organizations?: readonly Organization[]
    readonly providers?: readonly Provider[]
    readonly items?: readonly Item[]
    readonly unreadable?: readonly Guid[]
  } = {},
): DirectoryFacts {
  const byId = <T extends { readonly id: Guid }>(entries: readonly T[] = []) =>
    new Map(entries.map((entry) => [entry.id, entry]))
  const unreadable = new Set(known.unreadable)
  return {
    organizations: byId(known.organizations),
    providers: byId(known.providers),
    items: byId(known.items),
    unreadable,
  }
}
