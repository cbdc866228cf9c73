// Rows damaged by hand, and the notes about them.
import type { TableClient } from '@azure/data-tables'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import type { DamagedRow } from '../../../src/ports/damage-log.ts'
import type { Account } from './account.ts'

type Columns = Readonly<Record<string, unknown>>
type Way = readonly [name: string, change: (row: Columns) => Columns]

const without = (row: Columns, ...names: readonly string[]): Columns =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
const int64 = { type: 'Int64', value: '1' } as const

/** Ways to damage a value that is JSON in columns of this name; `shape` is JSON of another shape than the value's. */
export const jsonWays = (name: string, shape = '{"no":"such"}'): readonly Way[] => [
  [`${name} is gone`, (row) => without(row, `${name}Parts`, `${name}0`)],
  [`a part of ${name} is gone`, (row) => without(row, `${name}0`)],
  [`the number of parts of ${name} is text`, (row) => ({ ...row, [`${name}Parts`]: 'one' })],
  [`the number of parts of ${name} is another integer`, (row) => ({ ...row, [`${name}Parts`]: int64 })],
  [`${name} is a number`, (row) => ({ ...row, [`${name}0`]: 7 })],
  [`${name} is no JSON`, (row) => ({ ...row, [`${name}Parts`]: 1, [`${name}0`]: '{"secret' })],
  [`${name} has another shape`, (row) => ({ ...row, [`${name}Parts`]: 1, [`${name}0`]: shape })],
]

/** Ways to damage a column; `other` is a value of its type that it never has. */
export const columnWays = (name: string, other?: unknown): readonly Way[] => [
  [`${name} is gone`, (row) => without(row, name)],
  [`${name} is a truth value`, (row) => ({ ...row, [name]: true })],
  [`${name} is another integer`, (row) => ({ ...row, [name]: int64 })],
  ...(other === undefined
    ? []
    : [[`${name} is something else`, (row: Columns) => ({ ...row, [name]: other })] as const]),
]

/** A storage account whose damaged rows are collected in `noted`, and ways to damage them. */
export function damageable(account: Account) {
  const noted: DamagedRow[] = []
  const plain = account()
  const storage: Storage = { ...plain, noteDamage: async (row) => void noted.push(row) }

  /** Replaces a row with another. */
  async function damage(table: string, partitionKey: string, rowKey: string, change: Way[1]): Promise<void> {
    const client = plain.table(table)
    const row = await client.getEntity<Record<string, unknown>>(partitionKey, rowKey)
    const columns = without(row, 'etag', 'timestamp', 'odata.metadata', 'partitionKey', 'rowKey')
    await client.upsertEntity({ partitionKey, rowKey, ...change(columns) }, 'Replace')
  }
  /** The keys that were noted, each once; what was said of them has nothing of what is in a row. */
  function notedKeys(): readonly (readonly [table: string, partitionKey: string, rowKey: string])[] {
    for (const { reason } of noted) if (reason.includes('secret')) throw new Error('a note shows what is in a row')
    const keys = noted.map(({ table, partitionKey, rowKey }) => [table, partitionKey, rowKey] as const)
    return [...new Map(keys.map((key) => [key.join(' '), key])).values()]
  }
  return { storage, noted, notedKeys, damage, table: (name: string): TableClient => plain.table(name) }
}

/** A row as a query gives it. */
export async function rowAt(table: TableClient, partitionKey: string, rowKey: string): Promise<Columns> {
  const filter = `PartitionKey eq '${partitionKey}' and RowKey eq '${rowKey}'`
  for await (const row of table.listEntities<Record<string, unknown>>({ queryOptions: { filter } })) return row
  throw new Error('no such row')
}
