// Directory on Azure Table storage: entries of organizations and providers, their items, and rows that say where a person is listed.
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import * as v from 'valibot'
import { entriesMax, Organization, Provider } from '../../../domain/directory/directory.ts'
import { comparableEmail } from '../../../domain/directory/emails.ts'
import {
  newOrganization,
  replaceOrganization,
  replaceProvider,
  withMembers,
  withoutMember,
} from '../../../domain/directory/names.ts'
import { placeOf } from '../../../domain/directory/places.ts'
import { Guid } from '../../../domain/guid.ts'
import type { Directory } from '../../../ports/directory.ts'
import { Damaged, EntryTooLarge } from '../../../ports/errors.ts'
import { readable } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'
import { damaged, directoryEntries, type EntryOptions, rowBytesMax } from './entries.ts'
import { directoryItems } from './items.ts'
import { directoryPlaces, placeRow } from './places.ts'
import { addRows, rowsBeginning } from './rows.ts'

// PartitionKey         RowKey                           holds
// Organization=<guid>  Entry, Part=…                    the organization (see entries.ts)
// Organization=<guid>  Item=<guid>                      an item (see items.ts)
// Provider=<guid>      Entry, Part=…                    the provider
// Users=<xx>           User=<guid>__Organization=<guid> that the organization may list the user; likewise Provider=<guid>;
//                                                       <xx>: the last two digits of the user's id
// Emails=<xx>          Email=<hash>__Organization=<guid> that the organization may list a person with this e-mail; likewise
//                                                       Provider=<guid>; <hash>: SHA-256, <xx>: its last two digits
// User=<guid>          Organization=<guid>              the same, as earlier versions wrote it
// Provider=<guid>      Organization=<guid>              that the organization may name the provider
// Organizations        Name=<place>, Indexed            that the organization may have this place in a list (see places.ts)
//
// Rows of the last five kinds are written before the entry that lists the person or names the provider, and never deleted:
// they only say where to look. So after a crash between the two, a row may lead nowhere, and no entry is without one. Users, e-mails and items share 256 partitions each, so that many are written in one transaction.

export const directoryTableName = 'directory'

const realOptions: EntryOptions = { pauses: { wait, random: Math.random }, rowBytes: rowBytesMax }

const providerKey = (id: Guid) => `Provider=${id}`

/** The directory of a storage account; its table is created at first use. */
export function tableDirectory(storage: Storage, options: Partial<EntryOptions> = {}): Directory {
  const entryOptions = { ...realOptions, ...options }
  const table = openTable(storage, directoryTableName, 'directory')
  const organizations = directoryEntries(table, Organization, entryOptions)
  const providers = directoryEntries(table, Provider, entryOptions)
  const items = directoryItems(table)
  const places = directoryPlaces(table, async (id) => {
    const entry = await organizations.known(partitionOf(id))
    return entry === damaged ? '' : entry?.name
  })

  /**
   * Replaces an organization by what `next` returns, and writes first its place in lists and where its people are listed. A
   * damaged one is replaced only by a whole new one: `anew`.
   */
  const changeOrganization = (
    id: Guid,
    next: (known: Organization | undefined) => Organization | undefined,
    anew = false,
  ) =>
    organizations.change(partitionOf(id), async (found, hasEmails) => {
      if (found === damaged && !anew) throw new Damaged(table.store, new Error('a row is damaged'))
      const known = found === damaged ? undefined : found
      const entry = next(known)
      if (entry && entry.name !== known?.name) await addRows(table, [placeRow(placeOf(entry))])
      if (entry) await pointPeople(table, entry.members, { people: known?.members ?? [], hasEmails }, partitionOf(id))
      return entry
    })

  return {
    organization: (id) => organizations.read(partitionOf(id)),
    provider: (id) => providers.read(providerKey(id)),
    items: (ids, _notOlderThan, each) => items.read(ids, each),
    namedItems: (organizationId) => items.named(organizationId),
    memberships: (userId) => membershipsOf(table, userId),
    listedByEmail: (email) => listedByEmail(table, email),
    managedBy: (providerId) => idsIn(table, providerKey(providerId), 'Organization='),
    placesOfOrganizations: (after, limit) => places.after(after, limit),
    addOrganization: async (id, name) => {
      let isNew = false
      await organizations.change(partitionOf(id), async (found) => {
        isNew = found === undefined
        if (!isNew) return undefined
        await addRows(table, [placeRow(placeOf({ id, name }))])
        return newOrganization(id, name)
      })
      return isNew
    },
    putOrganization: async (id, entry, entries) => {
      const { providerId } = entry
      // Each time, since an organization may have been stored before there were such rows.
      if (providerId) await addRows(table, [{ partitionKey: providerKey(providerId), rowKey: partitionOf(id) }])
      if (entries) await items.replaceAll(id, entries)
      await changeOrganization(id, (known) => replaceOrganization(known, id, entry), entry.members !== null)
    },
    putMembers: async (id, members) => {
      let exists = false
      await changeOrganization(id, (known) => {
        exists = known !== undefined
        const next = known && withMembers(known, members)
        if (next && next.members.length > entriesMax) throw new EntryTooLarge()
        return next
      })
      return exists
    },
    deleteMember: (id, memberId) => changeOrganization(id, (known) => known && withoutMember(known, memberId)),
    putItems: (organizationId, entries) => items.put(organizationId, entries),
    deleteItem: (organizationId, itemId) => items.remove(organizationId, itemId),
    putProvider: (id, entry) =>
      providers.change(providerKey(id), async (found, hasEmails) => {
        const known = found === damaged ? undefined : found
        await pointPeople(table, entry.users, { people: known?.users ?? [], hasEmails }, providerKey(id))
        return replaceProvider(known, id, entry)
      }),
    check: table.check,
  }
}

/** The ids that the keys of a partition have behind this prefix; a key without one is skipped. */
async function idsIn(table: Table, partitionKey: string, prefix: string): Promise<Guid[]> {
  const found = await rowsBeginning(table, partitionKey, prefix)
  const ids = found.map(({ rowKey }) =>
    readable(table, { partitionKey, rowKey }, () => v.parse(Guid, rowKey.slice(prefix.length))),
  )
  return (await Promise.all(ids)).filter((id) => id !== undefined)
}

async function membershipsOf(table: Table, userId: Guid) {
  const key = userRow(userId, '')
  const idsOf = async (prefix: string) => {
    const [now, earlier] = await Promise.all([
      idsIn(table, key.partitionKey, key.rowKey + prefix),
      idsIn(table, `User=${userId}`, prefix),
    ])
    return [...new Set([...now, ...earlier])]
  }
  const [organizations, providers] = await Promise.all([idsOf('Organization='), idsOf('Provider=')])
  return { organizations, providers }
}

const userRow = (userId: Guid, listedIn: string) => ({
  partitionKey: `Users=${userId.slice(-2)}`,
  rowKey: `User=${userId}__${listedIn}`,
})

async function listedByEmail(table: Table, email: string) {
  const { partitionKey, rowKey } = emailRow(email, '')
  const [organizations, providers] = await Promise.all([
    idsIn(table, partitionKey, `${rowKey}Organization=`),
    idsIn(table, partitionKey, `${rowKey}Provider=`),
  ])
  return { organizations, providers }
}

function emailRow(email: string, listedIn: string) {
  const hash = createHash('sha256').update(comparableEmail(email)).digest('hex')
  return { partitionKey: `Emails=${hash.slice(-2)}`, rowKey: `Email=${hash}__${listedIn}` }
}

type Person = { readonly userId: Guid | null; readonly email: string | null }
/** The people of an entry before its change, and whether each of their e-mails has its row. */
type Before = { readonly people: readonly Person[]; readonly hasEmails: boolean }

/** Writes a row for each account and e-mail that is new to an entry, which says where the person is listed. */
async function pointPeople(table: Table, people: readonly Person[], before: Before, listedIn: string) {
  const emailsOf = (each: readonly Person[]) => each.flatMap(({ email }) => (email ? comparableEmail(email) : []))
  const users = added(
    people.flatMap(({ userId }) => userId ?? []),
    before.people.flatMap(({ userId }) => userId ?? []),
  )
  const emails = added(emailsOf(people), before.hasEmails ? emailsOf(before.people) : [])
  const rows = [...users.map((id) => userRow(id, listedIn)), ...emails.map((email) => emailRow(email, listedIn))]
  await addRows(table, rows)
}

/** Those that were not there before, each once. */
function added<T>(now: readonly T[], before: readonly T[]): T[] {
  const known = new Set(before)
  return [...new Set(now)].filter((each) => !known.has(each))
}
