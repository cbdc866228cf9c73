// A simulated organization: its people, groups, collections and policies as the Public API shows them, and its events.
import type { EventLog } from './events.ts'

/** What a member or a group may do with a collection. */
type Access = {
  readonly id: string
  readonly readOnly: boolean
  readonly hidePasswords: boolean
  readonly manage: boolean
}

export type PublicMember = {
  readonly id: string
  readonly userId: string | null
  readonly name: string | null
  readonly email: string
  readonly type: number
  readonly status: number
  readonly twoFactorEnabled: boolean
  readonly externalId: string | null
  readonly permissions: Readonly<Record<string, boolean>> | null
  readonly collections: readonly Access[]
  /** Shown by `/public/members/{id}/group-ids` alone. */
  readonly groups: readonly string[]
  readonly resetPasswordEnrolled: boolean
  readonly ssoExternalId: string | null
}

type PublicGroup = {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
  readonly collections: readonly Access[]
}

/** Without a name: names of collections are encrypted for the server too. */
type PublicCollection = {
  readonly id: string
  readonly externalId: string | null
  readonly groups: readonly Access[]
}

type PublicPolicy = {
  readonly id: string
  readonly type: number
  readonly enabled: boolean
  readonly data: Readonly<Record<string, unknown>> | null
}

/** May be changed at any time: the next request sees it. */
export type SimulatedOrganization = {
  readonly id: string
  /** Known to no route of the Public API. */
  readonly name: string
  /** The `client_secret` of `organization.<id>`. */
  clientSecret: string
  /** False: the key gets no token. */
  enabled: boolean
  /** Whether the plan has event logs. False: the list of events is empty. */
  useEvents: boolean
  members: readonly PublicMember[]
  groups: readonly PublicGroup[]
  collections: readonly PublicCollection[]
  policies: readonly PublicPolicy[]
  readonly events: EventLog
}

/** The response of the Public API to this path below `/public`, but for events; undefined: there is no such thing. */
export function shownAt(path: string, organization: SimulatedOrganization): unknown {
  const [kind, id, list, ...rest] = path.split('/')
  if (rest.length > 0) return undefined
  if (kind === 'members') return membersAt(id, list, organization)
  if (kind === 'groups') return groupsAt(id, list, organization)
  if (id !== undefined) return undefined
  if (kind === 'collections') return listOf(organization.collections.map((each) => ({ object: 'collection', ...each })))
  if (kind === 'policies') return listOf(organization.policies.map((each) => ({ object: 'policy', ...each })))
  return undefined
}

function membersAt(id: string | undefined, list: string | undefined, { members }: SimulatedOrganization): unknown {
  if (id === undefined) return listOf(members.map(memberView))
  const member = members.find((each) => each.id === id)
  if (member === undefined || list === undefined) return member && memberView(member)
  return list === 'group-ids' ? member.groups : undefined
}

function groupsAt(id: string | undefined, list: string | undefined, organization: SimulatedOrganization): unknown {
  if (id === undefined) return listOf(organization.groups.map(groupView))
  const group = organization.groups.find((each) => each.id === id)
  if (group === undefined || list === undefined) return group && groupView(group)
  if (list !== 'member-ids') return undefined
  return organization.members.filter(({ groups }) => groups.includes(id)).map((member) => member.id)
}

const memberView = ({ groups: _, ...member }: PublicMember) => ({ object: 'member', ...member })
const groupView = (group: PublicGroup) => ({ object: 'group', ...group })
const listOf = (data: readonly unknown[]) => ({ object: 'list', data, continuationToken: null })
