// A made-up Vaultwarden in a SQLite file, to try the agent with: an organization of seven people, its vault, and the events of a month.
import { DatabaseSync } from 'node:sqlite'
import { guidOfContent } from '../../src/domain/guid.ts'
import { birchwood, emailOf, memberId, people, userId } from './people.ts'
import { createStatements, insertStatement, type VaultwardenRow } from './schema.ts'

const collections = ['Servers', 'Finance', 'Shared'].map((name) => guidOfContent('collection', name))
const items = Array.from({ length: 40 }, (_, index) => guidOfContent('item', index))

const collectionOf = (index: number) => collections[index % collections.length] ?? ''

/** The rows of the organization: an owner, an admin, a manager, users, a revoked one and one who is invited. */
export function directoryRows(): (readonly [table: string, row: VaultwardenRow])[] {
  const roles = [
    [0, 2],
    [1, 2],
    [3, 2],
    [2, 2],
    [2, 2],
    [2, 2 - 128],
    [2, 0],
  ] as const
  const group = guidOfContent('group', 'Operations')
  return [
    [
      'organizations',
      { uuid: birchwood, name: 'Birchwood', billing_email: 'billing@birchwood.test', private_key: 'secret' },
    ],
    ...people.map((name) => {
      const row = {
        uuid: userId(name),
        enabled: 1,
        email: emailOf(name),
        name,
        password_hash: 'secret',
        akey: 'secret',
      }
      return ['users', row] as const
    }),
    ...people.map((name, index) => {
      const [atype, status] = roles[index] ?? [2, 2]
      const row = { uuid: memberId(name), user_uuid: userId(name), org_uuid: birchwood, access_all: index < 2 ? 1 : 0 }
      return ['users_organizations', { ...row, status, atype, akey: 'secret' }] as const
    }),
    ...collections.map((uuid) => ['collections', { uuid, org_uuid: birchwood, name: '2.encrypted' }] as const),
    ...people.slice(2, 5).map((name, index) => {
      const row = { user_uuid: userId(name), collection_uuid: collectionOf(index), read_only: 0, hide_passwords: 1 }
      return ['users_collections', { ...row, manage: index === 0 ? 1 : 0 }] as const
    }),
    ['groups', { uuid: group, organizations_uuid: birchwood, name: 'Operations', access_all: 0 }],
    ['groups_users', { groups_uuid: group, users_organizations_uuid: memberId('Mia Keller') }],
    [
      'collections_groups',
      { collections_uuid: collectionOf(0), groups_uuid: group, read_only: 1, hide_passwords: 0, manage: 0 },
    ],
    ['org_policies', { uuid: guidOfContent('policy'), org_uuid: birchwood, atype: 0, enabled: 1, data: 'null' }],
    [
      'twofactor',
      { uuid: guidOfContent('twofactor'), user_uuid: userId('Nora Owens'), atype: 0, enabled: 1, data: 'secret' },
    ],
    ...items.map(
      (uuid, index) =>
        [
          'ciphers',
          {
            uuid,
            organization_uuid: birchwood,
            atype: 1,
            name: '2.encrypted',
            data: 'secret',
            deleted_at: index === 39 ? '2026-01-01 00:00:00' : null,
          },
        ] as const,
    ),
    ...items.map(
      (uuid, index) => ['ciphers_collections', { cipher_uuid: uuid, collection_uuid: collectionOf(index) }] as const,
    ),
  ]
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** A date as Vaultwarden writes it into SQLite, from Unix ms. */
export const sqliteDate = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '000')

/** A month of work, thirty events a working day, and then wrong passwords in the last minutes; `now` in Unix ms. */
function trialEvents(now: number): VaultwardenRow[] {
  const working = people.slice(0, 5)
  const month = Array.from({ length: 30 }, (_, day) => day + 1).flatMap((day) =>
    Array.from({ length: 30 }, (_, index): VaultwardenRow => {
      const user = userId(working[(day + index) % working.length] ?? '')
      const at = now - day * dayMs - index * 17 * minuteMs
      const common = {
        uuid: guidOfContent('event', day, index),
        act_user_uuid: user,
        device_type: 9,
        ip_address: '203.0.113.20',
      }
      return index % 5 === 0
        ? {
            ...common,
            event_type: 1000,
            user_uuid: user,
            org_uuid: index % 10 === 0 ? birchwood : null,
            event_date: sqliteDate(at),
          }
        : {
            ...common,
            event_type: 1107,
            org_uuid: birchwood,
            cipher_uuid: items[(day * index) % 39] ?? '',
            event_date: sqliteDate(at),
          }
    }),
  )
  const wrong = Array.from({ length: 24 }, (_, index): VaultwardenRow => {
    const user = userId('Ben Alvarez')
    const common = {
      uuid: guidOfContent('wrong', index),
      user_uuid: user,
      act_user_uuid: user,
      org_uuid: birchwood,
      device_type: 9,
    }
    return {
      ...common,
      event_type: 1005,
      ip_address: '198.51.100.77',
      event_date: sqliteDate(now - (24 - index) * 10_000),
    }
  })
  const admin: VaultwardenRow = {
    uuid: guidOfContent('admin'),
    event_type: 1511,
    org_uuid: birchwood,
    org_user_uuid: memberId('Sam Reed'),
    act_user_uuid: 'vaultwarden-admin-00000-000000000000',
    device_type: 14,
    ip_address: '203.0.113.20',
    event_date: sqliteDate(now - dayMs),
  }
  return [...month.reverse(), admin, ...wrong]
}

/** Makes the file, which must not exist. */
export function makeTrialDatabase(path: string, now: number): void {
  const file = new DatabaseSync(path)
  file.exec('PRAGMA journal_mode = WAL; BEGIN')
  for (const statement of createStatements('sqlite')) file.exec(statement)
  for (const [table, row] of directoryRows()) insert(file, table, row)
  for (const row of trialEvents(now)) insert(file, 'event', row)
  file.exec('COMMIT')
  file.close()
}

/** Inserts a row into a file of SQLite. */
export function insert(file: DatabaseSync, table: string, row: VaultwardenRow): void {
  file.prepare(insertStatement('sqlite', table, row)).run(...Object.values(row))
}
