// The people and things that a search can name: those of the directory, also what is gone. Pure.
import type { NamedItem, Organization, Provider } from '../../directory/directory.ts'
import { policyTypeName } from '../../directory/policy-types.ts'
import { systemUsers } from '../../events/system-users.ts'
import type { Guid } from '../../guid.ts'
import type { FilterField } from '../query.ts'
import type { NamedKey } from './keys.ts'

/** A person or a thing: the key that finds it, its names (the first is shown), and its id in each field of events. */
export type NamedThing = {
  readonly key: NamedKey
  readonly names: readonly string[]
  readonly ids: Partial<Readonly<Record<FilterField, Guid>>>
  /** The number of a system user, which has no id. */
  readonly systemUser?: number
  /** Whether the directory knows it only from former times. */
  readonly gone: boolean
}

type Person = {
  readonly id: Guid
  readonly userId: Guid | null
  readonly name: string | null
  readonly email: string | null
}
type Named = { readonly id: Guid; readonly name: string | null }

/** Everything that has a name in an organization and its provider, these items of it, and the system users. */
export function namedThings(
  organization: Organization,
  provider: Provider | undefined,
  items: readonly NamedItem[],
): readonly NamedThing[] {
  const { members, groups, collections, policies, former } = organization
  const people = [
    ...members.map((person) => memberThing(person, false)),
    ...former.members.map((person) => memberThing(person, true)),
    ...(provider?.users ?? []).map((person) => userThing(person, false)),
    ...(provider?.former ?? []).map((person) => userThing(person, true)),
  ]
  return [
    ...people,
    ...systemUsers.map(({ code, name }) => ({ ...thing('who', {}, [name], false), systemUser: code })),
    ...items.map(({ id, name, deleted }) => thing('item', { cipherId: id }, [name], deleted)),
    ...[...collections].map((each) => namedThing('collection', 'collectionId', each, false)),
    ...former.collections.map((each) => namedThing('collection', 'collectionId', each, true)),
    ...groups.map((each) => namedThing('group', 'groupId', each, false)),
    ...former.groups.map((each) => namedThing('group', 'groupId', each, true)),
    ...policies.map(({ id, name, type }) => thing('policy', { policyId: id }, [policyTypeName(type), name], false)),
    ...former.policies.map((each) => namedThing('policy', 'policyId', each, true)),
  ]
}

const thing = (
  key: NamedKey,
  ids: NamedThing['ids'],
  names: readonly (string | null)[],
  gone: boolean,
): NamedThing => ({ key, ids, names: [...new Set(names.flatMap((name) => name || []))], gone })

const memberThing = ({ id, userId, name, email }: Person, gone: boolean): NamedThing =>
  thing('who', { organizationUserId: id, ...(userId && { actingUserId: userId }) }, [name, email], gone)

const userThing = ({ userId, name, email }: Person, gone: boolean): NamedThing =>
  thing('who', userId ? { actingUserId: userId } : {}, [name, email], gone)

const namedThing = (key: NamedKey, field: FilterField, { id, name }: Named, gone: boolean): NamedThing =>
  thing(key, { [field]: id }, [name], gone)
