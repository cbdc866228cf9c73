// Directory on Azure Table storage: each organization, provider and item is one row that is read by its key.
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { odata, type TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { ItemEntry, Organization, Provider } from '../domain/directory.ts'
import { Guid } from '../domain/guid.ts'
import { replaceOrganization, replaceProvider } from '../domain/names.ts'
import { inParallel } from '../parallel.ts'
import { type Directory, EntryTooLarge } from '../ports.ts'
import { bounded, isNotFound, openedTable, reach, type Storage, storageErrorCode } from './azure-storage.ts'

// PartitionKey                RowKey               holds
// Organization=<guid>         Entry                the organization, packed
// Organization=<guid>         Item=<guid>          that the item is the organization's (for replacing them all)
// Provider=<guid>             Entry                the provider, packed
// Item=<guid>                 Entry                the item and its organization
// User=<guid>                 Organization=<guid>  that the organization may list the user; likewise Provider=<guid>
// Provider=<guid>             Organization=<guid>  that the organization may name the provider
//
// Rows of the last two kinds are written before the entry that lists the user or names the provider, and never taken away:
// they only say where to look.

export const directoryTableName = 'directory'

/** A binary property holds 64 KiB, a row 1 MiB. */
const propertyBytesMax = 64 * 1024
const propertiesMax = 15
const transactionRowsMax = 100
const requestsAtOnce = 20
const what = 'directory'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** The directory of a storage account; its table is created at first use. */
export function tableDirectory(storage: Storage): Directory {
  const opened = openedTable(storage, directoryTableName)
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    organization: (id) => using(async (table) => entryOf(table, `Organization=${id}`, Organization)),
    provider: (id) => using(async (table) => entryOf(table, `Provider=${id}`, Provider)),
    items: (ids) =>
      using(async (table) =>
        (await inParallel(ids, requestsAtOnce, (id) => itemOf(table, id))).filter((item) => item !== undefined),
      ),
    memberships: (userId) => using((table) => membershipsOf(table, userId)),
    managedBy: (providerId) => using((table) => idsIn(table, `Provider=${providerId}`, 'Organization=')),
    putOrganization: (id, entry, items) =>
      using(async (table) => {
        const known = await entryOf(table, `Organization=${id}`, Organization)
        if (entry.providerId !== null) await pointProvider(table, entry.providerId, id)
        await pointUsers(table, entry.members, known?.members ?? [], `Organization=${id}`)
        if (items) await replaceItems(table, id, items)
        await putEntry(table, `Organization=${id}`, replaceOrganization(known, id, entry))
      }),
    putItems: (organizationId, items) => using((table) => putItems(table, organizationId, items)),
    deleteItem: (organizationId, itemId) => using((table) => deleteItem(table, organizationId, itemId)),
    putProvider: (id, entry) =>
      using(async (table) => {
        const known = await entryOf(table, `Provider=${id}`, Provider)
        await pointUsers(table, entry.users, known?.users ?? [], `Provider=${id}`)
        await putEntry(table, `Provider=${id}`, replaceProvider(known, id, entry))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', 'Entry')
      }),
  }
}

const StoredItem = v.object({ ...ItemEntry.entries, organizationId: Guid, deleted: v.boolean() })
type StoredItem = v.InferOutput<typeof StoredItem>

type Row = Record<string, unknown>

async function rowOf(table: TableClient, partitionKey: string, rowKey: string): Promise<Row | undefined> {
  try {
    return await table.getEntity<Row>(partitionKey, rowKey, bounded())
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function entryOf<T>(
  table: TableClient,
  key: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const row = await rowOf(table, key, 'Entry')
  if (!row) return undefined
  const parts = Array.from({ length: propertiesMax }, (_, index) => row[`Data${index}`])
  const packed = Buffer.concat(parts.filter((part) => part instanceof Uint8Array))
  return v.parse(schema, JSON.parse((await unpack(packed)).toString()))
}

async function putEntry(table: TableClient, partitionKey: string, entry: unknown): Promise<void> {
  const packed = await pack(JSON.stringify(entry))
  if (packed.length > propertiesMax * propertyBytesMax) throw new EntryTooLarge()
  const parts: Record<string, Uint8Array> = {}
  for (let start = 0; start < packed.length; start += propertyBytesMax) {
    parts[`Data${start / propertyBytesMax}`] = packed.subarray(start, start + propertyBytesMax)
  }
  await putRow(table, { partitionKey, rowKey: 'Entry', ...parts })
}

const tooLargeCodes = ['EntityTooLarge', 'PropertyValueTooLarge', 'RequestBodyTooLarge']

/** Writes a row in place of what was there; throws `EntryTooLarge` when the service says that no row holds as much. */
async function putRow(table: TableClient, row: TableEntity): Promise<void> {
  try {
    await table.upsertEntity(row, 'Replace', bounded())
  } catch (error) {
    throw tooLargeCodes.includes(storageErrorCode(error)) ? new EntryTooLarge() : error
  }
}

async function itemOf(table: TableClient, id: Guid): Promise<StoredItem | undefined> {
  const row = await rowOf(table, `Item=${id}`, 'Entry')
  return row && v.parse(v.pipe(v.string(), v.parseJson(), StoredItem), row.Data)
}

async function putItem(table: TableClient, item: StoredItem): Promise<void> {
  await putRow(table, { partitionKey: `Item=${item.id}`, rowKey: 'Entry', Data: JSON.stringify(item) })
}

async function putItems(table: TableClient, organizationId: Guid, items: readonly ItemEntry[]): Promise<void> {
  const distinct = [...new Map(items.map((item) => [item.id, item])).values()]
  for (let start = 0; start < distinct.length; start += transactionRowsMax) {
    const rows = distinct.slice(start, start + transactionRowsMax).map((item): TransactionAction => {
      return ['upsert', { partitionKey: `Organization=${organizationId}`, rowKey: `Item=${item.id}` }, 'Replace']
    })
    await table.submitTransaction(rows, bounded())
  }
  await inParallel(distinct, requestsAtOnce, (item) => putItem(table, { ...item, organizationId, deleted: false }))
}

async function deleteItem(table: TableClient, organizationId: Guid, itemId: Guid): Promise<void> {
  const item = await itemOf(table, itemId)
  if (item?.organizationId === organizationId) await putItem(table, { ...item, deleted: true })
}

async function replaceItems(table: TableClient, organizationId: Guid, items: readonly ItemEntry[]): Promise<void> {
  const kept = new Set(items.map((item) => item.id))
  const keys = await rowKeysOf(table, `Organization=${organizationId}`, 'Item=')
  const gone = keys.flatMap((key) => v.parse(Guid, key.slice('Item='.length))).filter((id) => !kept.has(id))
  await inParallel(gone, requestsAtOnce, (id) => deleteItem(table, organizationId, id))
  await putItems(table, organizationId, items)
}

async function rowKeysOf(table: TableClient, partitionKey: string, prefix: string): Promise<string[]> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${prefix} and RowKey lt ${`${prefix}~`}`
  const keys: string[] = []
  const rows = table.listEntities({ queryOptions: { filter, select: ['RowKey', 'rowKey'] }, ...bounded() })
  for await (const { rowKey } of rows) if (rowKey !== undefined) keys.push(rowKey)
  return keys
}

/** The ids that the rows of a partition name behind this prefix. */
async function idsIn(table: TableClient, partitionKey: string, prefix: string): Promise<Guid[]> {
  return (await rowKeysOf(table, partitionKey, prefix)).map((key) => v.parse(Guid, key.slice(prefix.length)))
}

async function membershipsOf(table: TableClient, userId: Guid) {
  const ids = (prefix: string) => idsIn(table, `User=${userId}`, prefix)
  const [organizations, providers] = await Promise.all([ids('Organization='), ids('Provider=')])
  return { organizations, providers }
}

/** Notes that an organization names a provider; each time, so that those of before there were such rows get theirs. */
async function pointProvider(table: TableClient, providerId: Guid, id: Guid): Promise<void> {
  const row = { partitionKey: `Provider=${providerId}`, rowKey: `Organization=${id}` }
  await table.upsertEntity(row, 'Replace', bounded())
}

type Person = { readonly userId: Guid | null }

/** Notes where each person who is new to an entry is listed. */
async function pointUsers(table: TableClient, people: readonly Person[], known: readonly Person[], rowKey: string) {
  const before = new Set(known.map(({ userId }) => userId))
  const added = new Set(people.map(({ userId }) => userId).filter((id) => id !== null && !before.has(id)))
  await inParallel([...added], requestsAtOnce, (id) =>
    table.upsertEntity({ partitionKey: `User=${id}`, rowKey }, 'Replace', bounded()),
  )
}
