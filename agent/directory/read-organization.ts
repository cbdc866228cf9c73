// Reads the organizations of a Vaultwarden database, a table at a time, each a short read.
import * as v from 'valibot'
import { type Guid, parseGuid } from '../../src/domain/guid.ts'
import type { TableName } from '../database/columns.ts'
import type { Database, Row } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import { id } from '../database/values.ts'
import { type OrganizationBody, organizationBody } from './organization-body.ts'

const Organization = v.object({ uuid: id, name: v.string() })
/** An organization: its id as Keytrail writes it, and as the database does. */
type Organization = { readonly id: Guid; readonly uuid: string; readonly name: string }

/** The organizations of the database by id, or these of them. */
export async function readOrganizations(
  database: Database,
  schema: Schema,
  wanted: readonly string[] | undefined,
): Promise<Organization[]> {
  const rows = await database.select(
    `SELECT ${schema.columnsOf('organizations', 'o')} FROM organizations AS o ORDER BY o.uuid`,
  )
  return rows.flatMap((row) => {
    const { uuid, name } = v.parse(Organization, row)
    const found = parseGuid(uuid)
    return found && (!wanted || wanted.includes(found)) ? [{ id: found, uuid: String(row.uuid), name }] : []
  })
}

/** Two-factor methods have numbers below this one; above are challenges of a moment. */
const twoFactorTypesEnd = 1_000

/** Reads an organization as it is sent. */
export async function readOrganization(
  database: Database,
  schema: Schema,
  organization: Organization,
): Promise<OrganizationBody> {
  const { uuid, name } = organization
  /** Rows of a table that belong to the organization; none of a table that is not there. */
  const read = async (
    table: TableName,
    from: string,
    where: string,
    others: readonly TableName[] = [],
  ): Promise<readonly Row[]> =>
    [table, ...others].every(schema.has)
      ? database.select(`SELECT ${schema.columnsOf(table, 't')} FROM ${from} WHERE ${where}`, [uuid])
      : []

  const userEnabled = schema.column('users', 'u', 'enabled')
  const alive = schema.column('ciphers', 't', 'deleted_at')
  const members = await database.select(
    `SELECT ${schema.columnsOf('users_organizations', 't')}, u.name AS "name", u.email AS "email", ${userEnabled} AS "enabled"
     FROM users_organizations AS t JOIN users AS u ON u.uuid = t.user_uuid WHERE t.org_uuid = ? ORDER BY t.uuid`,
    [uuid],
  )
  return organizationBody({
    name,
    members,
    collections: await read('collections', 'collections AS t', 't.org_uuid = ? ORDER BY t.uuid'),
    memberCollections: await read(
      'users_collections',
      'users_collections AS t JOIN collections AS c ON c.uuid = t.collection_uuid',
      'c.org_uuid = ? ORDER BY t.user_uuid, t.collection_uuid',
      ['collections'],
    ),
    groups: await read('groups', '"groups" AS t', 't.organizations_uuid = ? ORDER BY t.uuid'),
    groupMembers: await read(
      'groups_users',
      'groups_users AS t JOIN "groups" AS g ON g.uuid = t.groups_uuid',
      'g.organizations_uuid = ? ORDER BY t.users_organizations_uuid, t.groups_uuid',
      ['groups'],
    ),
    groupCollections: await read(
      'collections_groups',
      'collections_groups AS t JOIN "groups" AS g ON g.uuid = t.groups_uuid',
      'g.organizations_uuid = ? ORDER BY t.groups_uuid, t.collections_uuid',
      ['groups'],
    ),
    policies: await read('org_policies', 'org_policies AS t', 't.org_uuid = ? ORDER BY t.uuid'),
    twoFactorUsers: (
      await read(
        'twofactor',
        'twofactor AS t JOIN users_organizations AS m ON m.user_uuid = t.user_uuid',
        `m.org_uuid = ? AND t.atype < ${twoFactorTypesEnd} ORDER BY t.user_uuid, t.atype`,
      )
    ).filter(({ enabled }) => enabled !== 0 && enabled !== '0' && enabled !== 'f'),
    items: await read('ciphers', 'ciphers AS t', `t.organization_uuid = ? AND ${alive} IS NULL ORDER BY t.uuid`),
    itemCollections: await read(
      'ciphers_collections',
      'ciphers_collections AS t JOIN ciphers AS c ON c.uuid = t.cipher_uuid',
      'c.organization_uuid = ? ORDER BY t.cipher_uuid, t.collection_uuid',
      ['ciphers'],
    ),
  })
}
