// Directory on Azure Table storage: entries of organizations and providers, their items, and rows that say where a person is listed.
import { setTimeout as wait } from 'node:timers/promises'
import * as v from 'valibot'
import { entriesMax, Organization, Provider } from '../../../domain/directory/directory.ts'
import { replaceOrganization, replaceProvider, withMembers, withoutMember } from '../../../domain/directory/names.ts'
import { Guid } from '../../../domain/guid.ts'
import type { Directory } from '../../../ports/directory.ts'
import { Damaged, EntryTooLarge } from '../../../ports/errors.ts'
import { readable } from '../damaged-rows.ts'
import { mapStorageErrors, openedTable, type Storage } from '../storage.ts'
import { damaged, directoryEntries, type EntryOptions, rowBytesMax } from './entries.ts'
import { directoryItems } from './items.ts'
import { type DirectoryRows, directoryRows } from './rows.ts'

// PartitionKey         RowKey                           holds
// Organization=<guid>  Entry, Part=…                    the organization (see directory-entries.ts)
// Organization=<guid>  Item=<guid>                      an item (see directory-items.ts)
// Provider=<guid>      Entry, Part=…                    the provider
// Users=<xx>           User=<guid>__Organization=<guid> that the organization may list the user; likewise Provider=<guid>;
//                                                       <xx>: the last two digits of the user's id
// User=<guid>          Organization=<guid>              the same, as earlier versions wrote it
// Provider=<guid>      Organization=<guid>              that the organization may name the provider
//
// Rows of the last three kinds are written before the entry that lists the user or names the provider, and never taken away:
// they only say where to look. People and items share 256 partitions each, so that many are written in one transaction.

export const directoryTableName = 'directory'

const what = 'directory'
const realOptions: EntryOptions = { pauses: { wait, random: Math.random }, rowBytes: rowBytesMax }

/** The directory of a storage account; its table is created at first use. */
export function tableDirectory(storage: Storage, options: Partial<EntryOptions> = {}): Directory {
  const entryOptions = { ...realOptions, ...options }
  const opened = openedTable(storage, directoryTableName)
  const rows = whenOpened(async () => directoryRows(await opened()))
  const organizations = directoryEntries(rows, Organization, entryOptions)
  const providers = directoryEntries(rows, Provider, entryOptions)
  const items = directoryItems(rows)
  const organizationKey = (id: Guid) => `Organization=${id}`
  const providerKey = (id: Guid) => `Provider=${id}`

  /**
   * Replaces an organization by what `next` makes of it, and says first where its people are listed. A damaged one is
   * replaced only by what needs nothing of it: `anew`.
   */
  const changeOrganization = (
    id: Guid,
    next: (known: Organization | undefined) => Organization | undefined,
    anew = false,
  ) =>
    organizations.change(organizationKey(id), async (found) => {
      if (found === damaged && !anew) throw new Damaged(what, new Error('a row is damaged'))
      const known = found === damaged ? undefined : found
      const entry = next(known)
      if (entry) await pointUsers(rows, entry.members, known?.members ?? [], organizationKey(id))
      return entry
    })

  return {
    organization: (id) => mapStorageErrors(what, () => organizations.read(organizationKey(id))),
    provider: (id) => mapStorageErrors(what, () => providers.read(providerKey(id))),
    items: (ids, _notOlderThan, each) => mapStorageErrors(what, () => items.read(ids, each)),
    memberships: (userId) => mapStorageErrors(what, () => membershipsOf(rows, userId)),
    managedBy: (providerId) => mapStorageErrors(what, () => idsIn(rows, providerKey(providerId), 'Organization=')),
    putOrganization: (id, entry, entries) =>
      mapStorageErrors(what, async () => {
        const { providerId } = entry
        // Each time, so that those of before there were such rows get theirs.
        if (providerId) await rows.add([{ partitionKey: providerKey(providerId), rowKey: organizationKey(id) }])
        if (entries) await items.replaceAll(id, entries)
        await changeOrganization(id, (known) => replaceOrganization(known, id, entry), entry.members !== null)
      }),
    putMembers: (id, members) =>
      mapStorageErrors(what, async () => {
        let exists = false
        await changeOrganization(id, (known) => {
          exists = known !== undefined
          const next = known && withMembers(known, members)
          if (next && next.members.length > entriesMax) throw new EntryTooLarge()
          return next
        })
        return exists
      }),
    deleteMember: (id, memberId) =>
      mapStorageErrors(what, () => changeOrganization(id, (known) => known && withoutMember(known, memberId))),
    putItems: (organizationId, entries) => mapStorageErrors(what, () => items.put(organizationId, entries)),
    deleteItem: (organizationId, itemId) => mapStorageErrors(what, () => items.remove(organizationId, itemId)),
    putProvider: (id, entry) =>
      mapStorageErrors(what, () =>
        providers.change(providerKey(id), async (found) => {
          const known = found === damaged ? undefined : found
          await pointUsers(rows, entry.users, known?.users ?? [], providerKey(id))
          return replaceProvider(known, id, entry)
        }),
      ),
    check: () =>
      mapStorageErrors(what, async () => {
        await rows.get('Organization=', 'Entry')
      }),
  }
}

/** Rows of a table that is opened when they are first asked for. */
function whenOpened(open: () => Promise<DirectoryRows>): DirectoryRows {
  return {
    noteDamage: async (...damage) => (await open()).noteDamage(...damage),
    get: async (...key) => (await open()).get(...key),
    beginning: async (...range) => (await open()).beginning(...range),
    change: async (actions) => (await open()).change(actions),
    add: async (rows) => (await open()).add(rows),
  }
}

/** The ids that the rows of a partition name behind this prefix; a row that names none is passed over. */
async function idsIn(rows: DirectoryRows, partitionKey: string, prefix: string): Promise<Guid[]> {
  const found = await rows.beginning(partitionKey, prefix)
  const ids = found.map(({ rowKey }) =>
    readable(rows, { partitionKey, rowKey }, () => v.parse(Guid, rowKey.slice(prefix.length))),
  )
  return (await Promise.all(ids)).filter((id) => id !== undefined)
}

async function membershipsOf(rows: DirectoryRows, userId: Guid) {
  const key = userRow(userId, '')
  const idsOf = async (place: string) => {
    const [now, earlier] = await Promise.all([
      idsIn(rows, key.partitionKey, key.rowKey + place),
      idsIn(rows, `User=${userId}`, place),
    ])
    return [...new Set([...now, ...earlier])]
  }
  const [organizations, providers] = await Promise.all([idsOf('Organization='), idsOf('Provider=')])
  return { organizations, providers }
}

const userRow = (userId: Guid, place: string) => {
  return { partitionKey: `Users=${userId.slice(-2)}`, rowKey: `User=${userId}__${place}` }
}

type Person = { readonly userId: Guid | null }

/** Notes where each person who is new to an entry is listed. */
async function pointUsers(rows: DirectoryRows, people: readonly Person[], known: readonly Person[], place: string) {
  const before = new Set(known.map(({ userId }) => userId))
  const added = new Set(people.flatMap(({ userId }) => (userId === null || before.has(userId) ? [] : [userId])))
  await rows.add([...added].map((id) => userRow(id, place)))
}
