// An organization with its people, groups, collections, policies and items, as PUT /directory/organizations/{id} takes it. Pure.
import * as v from 'valibot'
import { memberStatus, memberType } from '../../src/domain/directory/directory.ts'
import { type Guid, parseGuid } from '../../src/domain/guid.ts'
import type { Row } from '../database/database.ts'
import { flag, id, text, wholeNumber } from '../database/values.ts'

/** The rows of an organization, table by table. */
type OrganizationRows = {
  readonly name: string
  readonly members: readonly Row[]
  readonly collections: readonly Row[]
  readonly memberCollections: readonly Row[]
  readonly groups: readonly Row[]
  readonly groupMembers: readonly Row[]
  readonly groupCollections: readonly Row[]
  readonly policies: readonly Row[]
  readonly twoFactorUsers: readonly Row[]
  readonly items: readonly Row[]
  readonly itemCollections: readonly Row[]
}

type Access = {
  readonly id: Guid
  readonly readOnly: boolean
  readonly hidePasswords: boolean
  readonly manage: boolean
}
export type OrganizationBody = {
  readonly name: string
  readonly members: readonly object[]
  readonly groups: readonly object[]
  readonly collections: readonly object[]
  readonly policies: readonly object[]
  readonly items: readonly { readonly id: Guid; readonly collections: readonly Guid[] }[]
}

const AccessRow = v.object({ read_only: flag, hide_passwords: flag, manage: flag })
const MemberRow = v.object({
  uuid: id,
  user_uuid: id,
  name: text,
  email: text,
  enabled: v.unknown(),
  status: wholeNumber,
  atype: wholeNumber,
  access_all: flag,
})
const GroupRow = v.object({ uuid: id, name: text, access_all: flag })
const PolicyRow = v.object({ uuid: id, atype: wholeNumber, enabled: flag })

/** Writes the body. What has no GUID as its id is skipped. */
export function organizationBody(rows: OrganizationRows): OrganizationBody {
  const collections = idsIn(rows.collections, 'uuid')
  const all = collections.map((each): Access => ({ id: each, readOnly: false, hidePasswords: false, manage: false }))
  const ofGroups = accessBy(rows.groupCollections, 'groups_uuid', 'collections_uuid')
  const groups = rows.groups.flatMap((row) => groupOf(row, all, ofGroups))
  return {
    name: rows.name,
    members: members(rows, all),
    groups,
    collections: collections.map((each) => ({ id: each })),
    policies: rows.policies.flatMap((row) => {
      const { uuid, atype, enabled } = v.parse(PolicyRow, row)
      return parseGuid(uuid) && Number.isInteger(atype) ? [{ id: uuid, type: atype, enabled }] : []
    }),
    items: items(rows),
  }
}

function members(rows: OrganizationRows, all: readonly Access[]): object[] {
  const direct = accessBy(rows.memberCollections, 'user_uuid', 'collection_uuid')
  const groupsOf = pairs(rows.groupMembers, 'users_organizations_uuid', 'groups_uuid')
  const withTwoFactor = new Set(idsIn(rows.twoFactorUsers, 'user_uuid'))
  return rows.members.flatMap((row) => {
    const member = v.parse(MemberRow, row)
    const [memberId, userId] = [parseGuid(member.uuid), parseGuid(member.user_uuid)]
    if (!memberId) return []
    return {
      id: memberId,
      userId: userId ?? null,
      name: member.name,
      email: member.email,
      twoFactorEnabled: userId !== undefined && withTwoFactor.has(userId),
      status: statusOf(member.status, member.enabled),
      type: typeOf(member.atype),
      collections: member.access_all ? all : ((userId && direct.get(userId)) ?? []),
      groups: groupsOf.get(memberId) ?? [],
    }
  })
}

/** A revoked member is stored as the status minus 128; who may not sign in at all counts as revoked. An unknown status gives no right. */
function statusOf(status: number, enabled: unknown): number {
  const disabled = enabled !== null && enabled !== undefined && !v.parse(flag, enabled)
  if (status < 0 || disabled) return memberStatus.revoked
  return (
    [memberStatus.invited, memberStatus.accepted, memberStatus.confirmed].find((each) => each === status) ??
    memberStatus.invited
  )
}

/** Vaultwarden's manager (3) is the custom role to Bitwarden's clients. An unknown role is a user's: it gives no right. */
function typeOf(atype: number): number {
  const manager = 3
  if (atype === manager) return memberType.custom
  return Object.values(memberType).find((each) => each === atype) ?? memberType.user
}

function groupOf(row: Row, all: readonly Access[], ofGroups: ReadonlyMap<Guid, Access[]>): object[] {
  const { uuid, name, access_all } = v.parse(GroupRow, row)
  const groupId = parseGuid(uuid)
  return groupId ? [{ id: groupId, name, collections: access_all ? all : (ofGroups.get(groupId) ?? []) }] : []
}

function items(rows: OrganizationRows): OrganizationBody['items'] {
  const collectionsOf = pairs(rows.itemCollections, 'cipher_uuid', 'collection_uuid')
  return idsIn(rows.items, 'uuid').map((each) => ({ id: each, collections: collectionsOf.get(each) ?? [] }))
}

const guidIn = (value: unknown): Guid | undefined => (typeof value === 'string' ? parseGuid(value.trim()) : undefined)
const idsIn = (rows: readonly Row[], column: string): Guid[] => rows.flatMap((row) => guidIn(row[column]) ?? [])

/** The ids in one column by those in another. */
function pairs(rows: readonly Row[], by: string, of: string): Map<Guid, Guid[]> {
  const found = new Map<Guid, Guid[]>()
  for (const row of rows) {
    const [key, value] = [guidIn(row[by]), guidIn(row[of])]
    if (!key || !value) continue
    const list = found.get(key)
    if (list) list.push(value)
    else found.set(key, [value])
  }
  return found
}

/** Access to collections by the id in a column. */
function accessBy(rows: readonly Row[], by: string, collection: string): Map<Guid, Access[]> {
  const found = new Map<Guid, Access[]>()
  for (const row of rows) {
    const [key, value] = [guidIn(row[by]), guidIn(row[collection])]
    if (!key || !value) continue
    const { read_only, hide_passwords, manage } = v.parse(AccessRow, row)
    const access = { id: value, readOnly: read_only, hidePasswords: hide_passwords, manage }
    found.set(key, [...(found.get(key) ?? []), access])
  }
  return found
}
