// Every column that the agent reads, and nothing else: no key, no password, no encrypted content. docs/connect/vaultwarden-agent.md lists them.

type Table = {
  /** The agent cannot work if one of them is missing. */
  readonly needed: readonly string[]
  /** A missing one is a warning: an older or newer Vaultwarden. */
  readonly wanted: readonly string[]
}

/** The tables and their columns. A table without needed columns may be missing as a whole. */
export const tables = {
  event: {
    needed: ['uuid', 'event_type', 'event_date', 'org_uuid', 'user_uuid', 'act_user_uuid'],
    wanted: [
      ...['cipher_uuid', 'collection_uuid', 'group_uuid', 'org_user_uuid', 'policy_uuid'],
      ...['provider_uuid', 'provider_user_uuid', 'provider_org_uuid', 'device_type', 'ip_address'],
    ],
  },
  organizations: { needed: ['uuid', 'name'], wanted: [] },
  users: { needed: ['uuid', 'email', 'name'], wanted: ['enabled'] },
  users_organizations: { needed: ['uuid', 'user_uuid', 'org_uuid', 'status', 'atype'], wanted: ['access_all'] },
  collections: { needed: [], wanted: ['uuid', 'org_uuid'] },
  users_collections: { needed: [], wanted: ['user_uuid', 'collection_uuid', 'read_only', 'hide_passwords', 'manage'] },
  groups: { needed: [], wanted: ['uuid', 'organizations_uuid', 'name', 'access_all'] },
  groups_users: { needed: [], wanted: ['groups_uuid', 'users_organizations_uuid'] },
  collections_groups: {
    needed: [],
    wanted: ['collections_uuid', 'groups_uuid', 'read_only', 'hide_passwords', 'manage'],
  },
  org_policies: { needed: [], wanted: ['uuid', 'org_uuid', 'atype', 'enabled'] },
  twofactor: { needed: [], wanted: ['user_uuid', 'atype', 'enabled'] },
  ciphers: { needed: [], wanted: ['uuid', 'organization_uuid', 'deleted_at'] },
  ciphers_collections: { needed: [], wanted: ['cipher_uuid', 'collection_uuid'] },
} as const satisfies Readonly<Record<string, Table>>
export type TableName = keyof typeof tables
