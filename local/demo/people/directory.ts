// What the demo writes to the directory: documents shaped as PUT /directory/organizations/{id} and /directory/providers/{id} take them.
import { type memberStatus, memberType, type providerUserType } from '../../../src/domain/directory/directory.ts'
import type { Person } from './people.ts'

/** What a member or a group may do with a collection. */
export type Access = {
  readonly id: string
  readonly readOnly: boolean
  readonly hidePasswords: boolean
  readonly manage: boolean
}

type ValueOf<Numbers> = Numbers[keyof Numbers]

export type Member = {
  readonly id: string
  /** Null until the invitation is accepted, as is the name. */
  readonly userId: string | null
  readonly name: string | null
  readonly email: string
  readonly type: ValueOf<typeof memberType>
  readonly status: ValueOf<typeof memberStatus>
  readonly twoFactorEnabled: boolean
  readonly accessAll: boolean
  readonly externalId: string | null
  readonly permissions: { readonly accessEventLogs: boolean } | null
  readonly collections: readonly Access[]
  readonly groups: readonly string[]
  readonly resetPasswordEnrolled: boolean
  readonly ssoExternalId: string | null
}

type Group = {
  readonly id: string
  readonly name: string
  readonly externalId: null
  readonly accessAll: boolean
  readonly collections: readonly Access[]
}
type Collection = {
  readonly id: string
  readonly name: string
  readonly externalId: null
  readonly groups: readonly Access[]
}
type Policy = {
  readonly id: string
  readonly name: string
  readonly type: number
  readonly enabled: boolean
  readonly data: Readonly<Record<string, number | boolean>> | null
}
export type Item = {
  readonly id: string
  readonly collections: readonly string[]
  readonly name: string
  readonly critical: boolean
}

export type Organization = {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly useEvents: boolean
  readonly usePhishingBlocker: boolean
  readonly providerId: string | null
  readonly members: readonly Member[]
  readonly groups: readonly Group[]
  readonly collections: readonly Collection[]
  readonly policies: readonly Policy[]
  readonly items: readonly Item[]
}

export type ProviderUser = {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly type: ValueOf<typeof providerUserType>
  readonly status: ValueOf<typeof memberStatus>
}

export type Provider = {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly useEvents: boolean
  readonly users: readonly ProviderUser[]
}

/** The items that a person reaches in an organization: all for owners and admins, else those of their groups' collections. */
export function itemsWithin(organization: Organization, person: Person): readonly Item[] {
  const member = organization.members.find((each) => each.userId === person.id)
  if (member === undefined) return []
  if (member.type === memberType.owner || member.type === memberType.admin) return organization.items
  const granted = organization.groups
    .filter((group) => member.groups.includes(group.id))
    .flatMap((group) => group.collections)
  const collections = new Set([...granted, ...member.collections].map((access) => access.id))
  return organization.items.filter((item) => item.collections.some((id) => collections.has(id)))
}
