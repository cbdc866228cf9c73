// Items in the directory's table: what each organization knows of them, in its own partition, and which organization each item belongs to.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type Item, ItemEntry, type NamedItem, withKept } from '../../../domain/directory/directory.ts'
import { Guid } from '../../../domain/guid.ts'
import { EntryTooLarge } from '../../../ports/errors.ts'
import { writing } from '../batches.ts'
import { readable } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { Row, StoredRow } from '../rows.ts'
import { isNotFound } from '../storage.ts'
import type { Table } from '../table.ts'
import { addRows, changeRows, rowsBeginning } from './rows.ts'

// PartitionKey          RowKey       holds
// Organization=<guid>   Item=<guid>  the item as the organization reported it, and in `Owned` whether it belongs to the organization
// Items=<xx>            Item=<guid>  the organization that the item belongs to; <xx>: the id's last two digits
// Item=<guid>           Entry        both, as earlier versions wrote it; read where the others are missing
//
// An item is written in this order:
// 1. Its row in `Items` names the organization, if there is no such row yet; step 5 follows.
// 2. Of an item that belongs to another organization, the organization's row is written with `Owned` false.
// 3. The other organization's row gets `Owned` false, so that the other would write it again.
// 4. The row in `Items` names the organization.
// 5. The organization's row is written with `Owned` true.
// After a crash at any step, the organization's row is missing or has `Owned` false, so that the repeat begins anew. A row with
// `Owned` true and the same content needs no write.

/** Longest item, as JSON, in UTF-16 units: a property holds 64 KiB, which is 32,768 of them. */
const itemCharsMax = 32_000
/** Items that are written together: with more of them fewer transactions, but more to repeat after a crash. */
const itemsAtOnce = 20_000
const readsAtOnce = 20

const StoredItem = v.object({ ...ItemEntry.entries, organizationId: Guid, deleted: v.boolean() })
type StoredItem = v.InferOutput<typeof StoredItem>
/** An item as JSON. */
export const StoredText = v.pipe(v.string(), v.parseJson(), StoredItem)
/** A row that says whose an item is. */
export const Owner = v.object({ OrganizationId: Guid })

type Items = {
  /** Calls `each` with an id and its item once that is read. */
  readonly read: (ids: readonly Guid[], each?: (id: Guid, item: Item | undefined) => void) => Promise<readonly Item[]>
  readonly named: (organizationId: Guid) => Promise<readonly NamedItem[]>
  readonly put: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  readonly replaceAll: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  readonly remove: (organizationId: Guid, itemId: Guid) => Promise<void>
}

/** The items of a table. What is stored already is not written again. */
export function directoryItems(table: Table): Items {
  return {
    read: async (ids, each) => {
      const read = await inParallel(ids, readsAtOnce, async (id) => {
        const item = await itemOf(table, id)
        each?.(id, item)
        return item
      })
      return read.filter((item) => item !== undefined)
    },
    named: async (organizationId) => {
      const rows = await rowsBeginning(table, partitionOf(organizationId), 'Item=', ['Data', 'Owned'])
      return rows.flatMap(({ Data, Owned }) => {
        const item = v.safeParse(StoredText, Data)
        if (Owned !== true || !item.success || item.output.name === undefined) return []
        const { id, name, deleted } = item.output
        return [{ id, name, deleted }]
      })
    },
    put: async (organizationId, items) => {
      const reported = reportedBy(organizationId, items)
      const known = await inParallel(reported, readsAtOnce, ({ id }) => checkedRow(table, organizationId, id))
      const rows = byId(reported, known)
      await writeItems(table, organizationId, keeping(reported, rows), rows)
    },
    replaceAll: async (organizationId, items) => {
      const reported = reportedBy(organizationId, items)
      const known = await rowsBeginning(table, partitionOf(organizationId), 'Item=', ['Data', 'Owned'])
      const rows = new Map(known.map((row) => [row.rowKey, row]))
      await writeItems(table, organizationId, keeping(reported, rows), rows)
      const wanted = new Set(reported.map(({ id }) => `Item=${id}`))
      await removeAll(
        table,
        organizationId,
        known.filter(({ rowKey }) => !wanted.has(rowKey)),
      )
    },
    remove: async (organizationId, itemId) => {
      const row = await table.row(itemKeys(organizationId, itemId))
      if (row) await removeAll(table, organizationId, [row])
    },
  }
}

const itemKeys = (organizationId: Guid, id: Guid) => ({
  partitionKey: partitionOf(organizationId),
  rowKey: `Item=${id}`,
})

/** An organization's row of an item, `Owned` only if the item's own row says so as well: that one may be damaged, or gone. */
async function checkedRow(table: Table, organizationId: Guid, id: Guid): Promise<Row | undefined> {
  const row = await table.row(itemKeys(organizationId, id))
  if (row?.Owned !== true) return row
  const owner = await table.row(ownerKeys(id))
  return owner?.OrganizationId === organizationId ? row : { ...row, Owned: false }
}

/** The items as they are stored; of an id that comes more than once, the last. Throws `EntryTooLarge` before anything is written. */
function reportedBy(organizationId: Guid, items: readonly ItemEntry[]): StoredItem[] {
  const reported = [...new Map(items.map((item) => [item.id, { ...item, organizationId, deleted: false }])).values()]
  if (reported.some((item) => textOf(item).length > itemCharsMax)) throw new EntryTooLarge()
  return reported
}

const byId = (items: readonly StoredItem[], known: readonly (Row | undefined)[]): Map<string, Row> =>
  new Map(items.flatMap(({ id }, index) => (known[index] ? [[`Item=${id}`, known[index]] as const] : [])))

/** Line ends are escaped: the emulator misreads a transaction that has U+2028. */
const textOf = (item: StoredItem): string =>
  JSON.stringify(item).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

/** The items with the name and the mark that the organization gave them before, where they say nothing about it. */
const keeping = (items: readonly StoredItem[], known: ReadonlyMap<string, Row>): StoredItem[] =>
  items.map((item) => {
    if (item.name !== undefined && item.critical !== undefined) return item
    const before = v.safeParse(StoredText, known.get(`Item=${item.id}`)?.Data)
    return before.success ? withKept(item, before.output) : item
  })

/** Writes items of an organization; `known` are its rows of them, by their keys. */
async function writeItems(
  table: Table,
  organizationId: Guid,
  items: readonly StoredItem[],
  known: ReadonlyMap<string, Row>,
): Promise<void> {
  const isStored = (item: StoredItem) => {
    const row = known.get(`Item=${item.id}`)
    return row?.Owned === true && row.Data === textOf(item)
  }
  const wanted = items.filter((item) => !isStored(item))
  for (let start = 0; start < wanted.length; start += itemsAtOnce) {
    const now = wanted.slice(start, start + itemsAtOnce)
    const notOwned = now.filter(({ id }) => known.get(`Item=${id}`)?.Owned !== true)
    await own(table, organizationId, notOwned)
    await changeRows(
      table,
      now.map((item) => itemAction(item, true)),
    )
  }
}

const itemAction = (item: StoredItem, owned: boolean): TransactionAction =>
  writing({ ...itemKeys(item.organizationId, item.id), Data: textOf(item), Owned: owned })

const ownerKeys = (id: Guid) => ({ partitionKey: `Items=${id.slice(-2)}`, rowKey: `Item=${id}` })
const ownerRow = (id: Guid, organizationId: Guid) => ({ ...ownerKeys(id), OrganizationId: organizationId })

/** The organization that this row of an item names; undefined when it cannot be read. */
const ownerIn = (table: Table, id: Guid, row: Row): Promise<Guid | undefined> =>
  readable(table, ownerKeys(id), () => v.parse(Owner, row).OrganizationId)

/** Makes items an organization's own, and no other's. */
async function own(table: Table, organizationId: Guid, items: readonly StoredItem[]): Promise<void> {
  const there = await addRows(
    table,
    items.map(({ id }) => ownerRow(id, organizationId)),
  )
  const rowOf = new Map(there.map((row) => [row.rowKey, row]))
  const known = await inParallel(items, readsAtOnce, async (item) => {
    const row = rowOf.get(`Item=${item.id}`)
    const owner = row ? await ownerIn(table, item.id, row) : organizationId
    return owner === organizationId ? [] : [{ item, owner }]
  })
  const taken = known.flat()
  // The row of the next owner is there before it owns the item, so that a reader finds the item at any time.
  await changeRows(
    table,
    taken.map(({ item }) => itemAction(item, false)),
  )
  await inParallel(taken, readsAtOnce, async ({ item, owner }) => owner && disown(table, owner, item.id))
  await changeRows(
    table,
    taken.map(({ item }) => writing(ownerRow(item.id, organizationId))),
  )
}

async function disown(table: Table, owner: Guid, id: Guid): Promise<void> {
  try {
    await changeRows(table, [['update', { ...itemKeys(owner, id), Owned: false }, 'Merge']])
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function itemOf(table: Table, id: Guid): Promise<Item | undefined> {
  const row = await table.row(ownerKeys(id))
  const owner = row && (await ownerIn(table, id, row))
  // Another organization's row of it may be out of date.
  if (row && !owner) return undefined
  const reported = owner && (await table.row(itemKeys(owner, id)))
  const earlierKeys = { partitionKey: `Item=${id}`, rowKey: 'Entry' }
  const earlier = reported?.Data === undefined ? await table.row(earlierKeys) : undefined
  const source = earlier ?? reported
  if (!source) return undefined
  const keys = earlier || !owner ? earlierKeys : itemKeys(owner, id)
  const item = await readable(table, keys, () => v.parse(StoredText, source.Data))
  return item ?? (owner && { id, organizationId: owner, collections: [], deleted: false, damaged: true })
}

/** Marks the items of these rows of an organization as deleted; of a damaged one only the id is left. */
async function removeAll(table: Table, organizationId: Guid, known: readonly StoredRow[]): Promise<void> {
  const partitionKey = partitionOf(organizationId)
  const items = await inParallel(known, readsAtOnce, async ({ rowKey, Data, Owned }) => {
    const id = await readable(table, { partitionKey, rowKey }, () => v.parse(Guid, rowKey.slice('Item='.length)))
    if (!id) return []
    if (Data === undefined) {
      const item = await itemOf(table, id)
      return item?.organizationId === organizationId ? [{ item: v.parse(StoredItem, item), isNew: true, Owned }] : []
    }
    const item = await readable(table, { partitionKey, rowKey }, () => v.parse(StoredText, Data))
    return [{ item: item ?? { id, organizationId, collections: [], deleted: false }, isNew: false, Owned }]
  })
  const left = items.flat().filter(({ item }) => !item.deleted)
  const [old, reported] = [left.filter(({ isNew }) => isNew), left.filter(({ isNew }) => !isNew)]
  await changeRows(
    table,
    reported.map(({ item, Owned }) => itemAction({ ...item, deleted: true }, Owned === true)),
  )
  const deleted = old.map(({ item }) => ({ ...item, deleted: true }))
  await writeItems(table, organizationId, deleted, new Map())
}
