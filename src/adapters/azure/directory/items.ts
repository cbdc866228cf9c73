// Items in the directory's table: what each organization tells of them, in its own partition, and which organization each item belongs to.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type Item, ItemEntry } from '../../../domain/directory/directory.ts'
import { Guid } from '../../../domain/guid.ts'
import { EntryTooLarge } from '../../../ports/errors.ts'
import type { KeyedRow } from '../batches.ts'
import { readable } from '../damaged-rows.ts'
import type { Row } from '../rows.ts'
import { isNotFound } from '../storage.ts'
import type { DirectoryRows } from './rows.ts'

// PartitionKey          RowKey       holds
// Organization=<guid>   Item=<guid>  what the organization tells of the item, and whether the item is known to be its own
// Items=<xx>            Item=<guid>  the organization that the item belongs to; <xx>: the id's last two digits
// Item=<guid>           Entry        both, as earlier versions wrote it; read where the others are missing
//
// An item that is new to an organization is made its own before its row says `Owned`; and the row of the organization it is
// taken from loses the word before. So a row with `Owned` and the same content needs no writing, and a crash at any step
// leaves a row without it, which the repeat writes.

/** Longest item, as JSON, in UTF-16 units: a property holds 64 KiB, which is 32,768 of them. */
const itemCharsMax = 32_000
/** Items that are told in one go: fewer transactions, and after a crash as much is looked at again. */
const itemsPerGo = 20_000
const readsAtOnce = 20

const StoredItem = v.object({ ...ItemEntry.entries, organizationId: Guid, deleted: v.boolean() })
export type StoredItem = v.InferOutput<typeof StoredItem>
/** An item as JSON. */
export const StoredText = v.pipe(v.string(), v.parseJson(), StoredItem)
/** A row that says whose an item is. */
export const Owner = v.object({ OrganizationId: Guid })

export type Items = {
  /** `each` is told what each id gives once it is read. */
  readonly read: (ids: readonly Guid[], each?: (id: Guid, item: Item | undefined) => void) => Promise<readonly Item[]>
  readonly put: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  readonly replaceAll: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  readonly remove: (organizationId: Guid, itemId: Guid) => Promise<void>
}

/** The items in these rows. What is stored already is not written again. */
export function directoryItems(rows: DirectoryRows): Items {
  return {
    read: async (ids, each) => {
      const read = await inParallel(ids, readsAtOnce, async (id) => {
        const item = await itemOf(rows, id)
        each?.(id, item)
        return item
      })
      return read.filter((item) => item !== undefined)
    },
    put: async (organizationId, items) => {
      const told = toldBy(organizationId, items)
      const known = await inParallel(told, readsAtOnce, ({ id }) => checkedRow(rows, organizationId, id))
      await tell(rows, organizationId, told, byId(told, known))
    },
    replaceAll: async (organizationId, items) => {
      const told = toldBy(organizationId, items)
      const known = await rows.beginning(partitionOf(organizationId), 'Item=', ['Data', 'Owned'])
      await tell(rows, organizationId, told, new Map(known.map((row) => [row.rowKey, row])))
      const kept = new Set(told.map(({ id }) => `Item=${id}`))
      await removeAll(
        rows,
        organizationId,
        known.filter(({ rowKey }) => !kept.has(rowKey)),
      )
    },
    remove: async (organizationId, itemId) => {
      const rowKey = `Item=${itemId}`
      const row = await rows.get(partitionOf(organizationId), rowKey)
      if (row) await removeAll(rows, organizationId, [{ ...row, rowKey }])
    },
  }
}

const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`

/** An organization's row of an item, `Owned` only if the other row says so as well: that one may be damaged, or gone. */
async function checkedRow(rows: DirectoryRows, organizationId: Guid, id: Guid): Promise<Row | undefined> {
  const row = await rows.get(partitionOf(organizationId), `Item=${id}`)
  if (row?.Owned !== true) return row
  const { partitionKey, rowKey } = ownerKey(id)
  const owner = await rows.get(partitionKey, rowKey)
  return owner?.OrganizationId === organizationId ? row : { ...row, Owned: false }
}

/** The items as they are stored, the last word on each. Throws `EntryTooLarge` before anything is written. */
function toldBy(organizationId: Guid, items: readonly ItemEntry[]): StoredItem[] {
  const told = [...new Map(items.map((item) => [item.id, { ...item, organizationId, deleted: false }])).values()]
  if (told.some((item) => textOf(item).length > itemCharsMax)) throw new EntryTooLarge()
  return told
}

const byId = (items: readonly StoredItem[], known: readonly (Row | undefined)[]): Map<string, Row> =>
  new Map(items.flatMap(({ id }, index) => (known[index] ? [[`Item=${id}`, known[index]] as const] : [])))

/** Line ends are escaped: the emulator misreads a transaction that has U+2028. */
const textOf = (item: StoredItem): string =>
  JSON.stringify(item).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

/** Writes what an organization tells of items; `known` are its rows of them, by their keys. */
async function tell(
  rows: DirectoryRows,
  organizationId: Guid,
  items: readonly StoredItem[],
  known: ReadonlyMap<string, Row>,
): Promise<void> {
  const stored = (item: StoredItem) => {
    const row = known.get(`Item=${item.id}`)
    return row?.Owned === true && row.Data === textOf(item)
  }
  const wanted = items.filter((item) => !stored(item))
  for (let start = 0; start < wanted.length; start += itemsPerGo) {
    const now = wanted.slice(start, start + itemsPerGo)
    const strangers = now.filter(({ id }) => known.get(`Item=${id}`)?.Owned !== true)
    await own(rows, organizationId, strangers)
    await rows.change(now.map((item) => toldRow(item, true)))
  }
}

const toldRow = (item: StoredItem, owned: boolean): TransactionAction => {
  const key = { partitionKey: partitionOf(item.organizationId), rowKey: `Item=${item.id}` }
  return ['upsert', { ...key, Data: textOf(item), Owned: owned }, 'Replace']
}

const ownerKey = (id: Guid) => ({ partitionKey: `Items=${id.slice(-2)}`, rowKey: `Item=${id}` })
const ownerRow = (id: Guid, organizationId: Guid) => ({ ...ownerKey(id), OrganizationId: organizationId })

/** Whose an item is by this row of it; undefined when that cannot be told. */
const ownerIn = (rows: DirectoryRows, id: Guid, row: Row): Promise<Guid | undefined> =>
  readable(rows, ownerKey(id), () => v.parse(Owner, row).OrganizationId)

/** Makes items an organization's own, away from any other. */
async function own(rows: DirectoryRows, organizationId: Guid, items: readonly StoredItem[]): Promise<void> {
  const there = await rows.add(items.map(({ id }) => ownerRow(id, organizationId)))
  const rowOf = new Map(there.map((row) => [row.rowKey, row]))
  const known = await inParallel(items, readsAtOnce, async (item) => {
    const row = rowOf.get(`Item=${item.id}`)
    const owner = row ? await ownerIn(rows, item.id, row) : organizationId
    return owner === organizationId ? [] : [{ item, owner }]
  })
  const taken = known.flat()
  // What the item belongs to next is there before it does, so that nobody misses it in between.
  await rows.change(taken.map(({ item }) => toldRow(item, false)))
  await inParallel(taken, readsAtOnce, async ({ item, owner }) => owner && forgo(rows, owner, item.id))
  await rows.change(taken.map(({ item }) => ['upsert', ownerRow(item.id, organizationId), 'Replace']))
}

async function forgo(rows: DirectoryRows, owner: Guid, id: Guid): Promise<void> {
  const row = { partitionKey: partitionOf(owner), rowKey: `Item=${id}`, Owned: false }
  try {
    await rows.change([['update', row, 'Merge']])
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function itemOf(rows: DirectoryRows, id: Guid): Promise<Item | undefined> {
  const { partitionKey, rowKey } = ownerKey(id)
  const row = await rows.get(partitionKey, rowKey)
  const owner = row && (await ownerIn(rows, id, row))
  // Whoever told of it before may not be its organization any more.
  if (row && !owner) return undefined
  const told = owner && (await rows.get(partitionOf(owner), rowKey))
  const earlier = told?.Data === undefined ? await rows.get(`Item=${id}`, 'Entry') : undefined
  const source = earlier ?? told
  if (!source) return undefined
  const key =
    earlier || !owner ? { partitionKey: `Item=${id}`, rowKey: 'Entry' } : { partitionKey: partitionOf(owner), rowKey }
  const item = await readable(rows, key, () => v.parse(StoredText, source.Data))
  return item ?? (owner && { id, organizationId: owner, collections: [], deleted: false, damaged: true })
}

/** Marks as deleted what these rows of an organization tell of; of a damaged one nothing else is kept. */
async function removeAll(rows: DirectoryRows, organizationId: Guid, known: readonly KeyedRow[]): Promise<void> {
  const partitionKey = partitionOf(organizationId)
  const items = await inParallel(known, readsAtOnce, async ({ rowKey, Data, Owned }) => {
    const id = await readable(rows, { partitionKey, rowKey }, () => v.parse(Guid, rowKey.slice('Item='.length)))
    if (!id) return []
    if (Data === undefined) {
      const item = await itemOf(rows, id)
      return item?.organizationId === organizationId ? [{ item: v.parse(StoredItem, item), isNew: true, Owned }] : []
    }
    const item = await readable(rows, { partitionKey, rowKey }, () => v.parse(StoredText, Data))
    return [{ item: item ?? { id, organizationId, collections: [], deleted: false }, isNew: false, Owned }]
  })
  const left = items.flat().filter(({ item }) => !item.deleted)
  const [old, told] = [left.filter(({ isNew }) => isNew), left.filter(({ isNew }) => !isNew)]
  await rows.change(told.map(({ item, Owned }) => toldRow({ ...item, deleted: true }, Owned === true)))
  await tell(
    rows,
    organizationId,
    old.map(({ item }) => ({ ...item, deleted: true })),
    new Map(),
  )
}
