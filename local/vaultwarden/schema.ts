// Vaultwarden's tables as far as its events and directory go, in the three databases that it runs on: for trials and tests of the agent.
// Columns that hold keys and hashes are there too, so that a test can see that nobody reads them.

export type Dialect = 'sqlite' | 'postgres' | 'mysql'
type Kind = 'id' | 'text' | 'number' | 'flag' | 'date' | 'bytes'
type Columns = Readonly<Record<string, Kind>>

const types: Readonly<Record<Dialect, Readonly<Record<Kind, string>>>> = {
  sqlite: { id: 'TEXT', text: 'TEXT', number: 'INTEGER', flag: 'BOOLEAN', date: 'DATETIME', bytes: 'BLOB' },
  postgres: { id: 'CHAR(36)', text: 'TEXT', number: 'INTEGER', flag: 'BOOLEAN', date: 'TIMESTAMP', bytes: 'BYTEA' },
  mysql: { id: 'CHAR(36)', text: 'TEXT', number: 'INTEGER', flag: 'BOOLEAN', date: 'DATETIME', bytes: 'BLOB' },
}

/** Columns by table; the first one is the primary key where it is called uuid. */
const vaultwardenTables: Readonly<Record<string, Columns>> = {
  users: {
    ...ofKind('id', 'uuid'),
    ...ofKind('flag', 'enabled'),
    ...ofKind('date', 'created_at', 'updated_at'),
    ...ofKind('text', 'email', 'name', 'akey', 'private_key', 'public_key', 'totp_secret', 'totp_recover', 'api_key'),
    ...ofKind('bytes', 'password_hash', 'salt'),
    ...ofKind('text', 'security_stamp', 'password_hint'),
  },
  organizations: { ...ofKind('id', 'uuid'), ...ofKind('text', 'name', 'billing_email', 'private_key', 'public_key') },
  users_organizations: {
    ...ofKind('id', 'uuid', 'user_uuid', 'org_uuid'),
    ...ofKind('flag', 'access_all'),
    ...ofKind('text', 'akey', 'reset_password_key', 'external_id', 'invited_by_email'),
    ...ofKind('number', 'status', 'atype'),
  },
  collections: { ...ofKind('id', 'uuid', 'org_uuid'), ...ofKind('text', 'name', 'external_id') },
  users_collections: {
    ...ofKind('id', 'user_uuid', 'collection_uuid'),
    ...ofKind('flag', 'read_only', 'hide_passwords', 'manage'),
  },
  groups: {
    ...ofKind('id', 'uuid', 'organizations_uuid'),
    ...ofKind('text', 'name', 'external_id'),
    ...ofKind('flag', 'access_all'),
  },
  groups_users: ofKind('id', 'groups_uuid', 'users_organizations_uuid'),
  collections_groups: {
    ...ofKind('id', 'collections_uuid', 'groups_uuid'),
    ...ofKind('flag', 'read_only', 'hide_passwords', 'manage'),
  },
  org_policies: {
    ...ofKind('id', 'uuid', 'org_uuid'),
    ...ofKind('number', 'atype'),
    ...ofKind('flag', 'enabled'),
    ...ofKind('text', 'data'),
  },
  twofactor: {
    ...ofKind('id', 'uuid', 'user_uuid'),
    ...ofKind('number', 'atype'),
    ...ofKind('flag', 'enabled'),
    ...ofKind('text', 'data'),
  },
  ciphers: {
    ...ofKind('id', 'uuid', 'user_uuid', 'organization_uuid'),
    ...ofKind('number', 'atype'),
    ...ofKind('text', 'key', 'name', 'notes', 'fields', 'data', 'password_history'),
    ...ofKind('date', 'deleted_at'),
  },
  ciphers_collections: ofKind('id', 'cipher_uuid', 'collection_uuid'),
  event: {
    ...ofKind('id', 'uuid'),
    ...ofKind('number', 'event_type'),
    ...ofKind(
      'id',
      'user_uuid',
      'org_uuid',
      'cipher_uuid',
      'collection_uuid',
      'group_uuid',
      'org_user_uuid',
      'act_user_uuid',
    ),
    ...ofKind('number', 'device_type'),
    ...ofKind('text', 'ip_address'),
    ...ofKind('date', 'event_date'),
    ...ofKind('id', 'policy_uuid', 'provider_uuid', 'provider_user_uuid', 'provider_org_uuid'),
  },
}

function ofKind(kind: Kind, ...names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, kind]))
}

const quote = (dialect: Dialect, name: string) => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`)

/** The statements that make the tables; `keep` says which columns there are. */
export function createStatements(
  dialect: Dialect,
  keep: (table: string, column: string) => boolean = () => true,
): string[] {
  return Object.entries(vaultwardenTables).flatMap(([table, columns]) => {
    const kept = Object.entries(columns).filter(([column]) => keep(table, column))
    if (kept.length === 0) return []
    const lines = kept.map(
      ([column, kind]) =>
        `${quote(dialect, column)} ${types[dialect][kind]}${column === 'uuid' ? ' NOT NULL PRIMARY KEY' : ''}`,
    )
    return [`CREATE TABLE ${quote(dialect, table)} (${lines.join(', ')})`]
  })
}

export type VaultwardenRow = Readonly<Record<string, string | number | null>>

/** The statement that inserts a row, with `?` for each value. */
export function insertStatement(dialect: Dialect, table: string, row: VaultwardenRow): string {
  const names = Object.keys(row)
  return `INSERT INTO ${quote(dialect, table)} (${names.map((name) => quote(dialect, name)).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
}
