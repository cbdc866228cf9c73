// DamageLog on Azure Table storage: a row for each row of another table that could not be read.
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { boundedMap } from '../../../domain/bounded-map.ts'
import { guidOfContent } from '../../../domain/guid.ts'
import type { DamagedRow, DamageLog } from '../../../ports/damage-log.ts'
import { isDamage } from '../damaged-rows.ts'
import { jsonColumns } from '../json-columns.ts'
import type { Storage } from '../storage.ts'
import { existingTable, openTable } from '../table.ts'
import { checkedTables } from './checked-tables.ts'

// PartitionKey  RowKey          holds
// Row           <table>__<guid>  the keys of a damaged row of that table and what is wrong with it; the guid is made of the keys
// Removed       <table>__<guid>  a damaged row as it was when a repair took it out, as JSON

export const damageTableName = 'damage'

/** Most rows that are counted; there may be more. */
const damagedRowsMax = 1_000
/** Most rows that a process caches as noted, so that it notes each once. */
const cachedMax = 10_000
/** Most rows that are read each time, to see whether they were mended meanwhile. */
const rereadMax = 50
const readsAtOnce = 8
const partitionKey = 'Row'
const store = 'damage log'

type TableDamageOptions = {
  readonly now: () => number
  /** Called with a line for each row, once a process, and for what could not be noted. */
  readonly warn: (line: string) => void
}

/** The damaged rows of a storage account; the table is created at first use. */
export function tableDamage(storage: Storage, { now, warn }: TableDamageOptions): DamageLog {
  const table = openTable(storage, damageTableName, store)
  const noted = boundedMap<string, true>({ entriesMax: cachedMax })

  return {
    note: async (row) => {
      const key = `${row.table} ${row.partitionKey} ${row.rowKey}`
      if (noted.has(key)) return
      noted.set(key, true)
      warn(`damaged row passed over: table ${row.table}, ${row.partitionKey}, ${row.rowKey}: ${row.reason}`)
      try {
        await table.upsert(rowOfDamage(row, now()))
      } catch {
        noted.delete(key)
        warn('a damaged row could not be noted; it is when it is met again')
      }
    },
    noted: async () => {
      const rows = await table.rows({ partitionKey, from: '0', before: '~' }, damagedRowsMax)
      const notes = v.parse(v.array(Note), rows)
      const mended = await inParallel(notes.slice(0, rereadMax), readsAtOnce, (note) => isMended(storage, note))
      for (const [index, note] of notes.entries()) if (mended[index]) await forget(note.row)
      return notes.filter((_, index) => !mended[index]).map(({ row }) => row)
    },
    forget,
  }

  async function forget(row: DamagedRow): Promise<void> {
    noted.delete(`${row.table} ${row.partitionKey} ${row.rowKey}`)
    await table.remove({ partitionKey, rowKey: keyOf(row) })
  }
}

/**
 * Whether a row was written after it was noted and can be read now, or is gone. Of the event table only a repair can find out: a row that
 * is gone there may have held an event.
 */
async function isMended(storage: Storage, { row, notedAt }: Note): Promise<boolean> {
  const checks = checkedTables.get(row.table)
  if (!checks) return false
  const table = existingTable(storage, row.table, store)
  const found = await table.row(row)
  if (!found) return true
  // Both are the service's own times.
  if (Date.parse(v.parse(v.string(), found.timestamp)) <= notedAt) return false
  try {
    await checks.check(found, (key, prefix) => table.rows({ partitionKey: key, from: prefix, before: `${prefix}~` }))
    return true
  } catch (error) {
    if (!isDamage(error)) throw error
    return false
  }
}

/** Copies a damaged row as it is, before it is deleted: its content stays available to people. */
export async function copyRemoved(storage: Storage, row: DamagedRow, content: unknown): Promise<void> {
  const columns = { Table: row.table, Partition: row.partitionKey, Row: row.rowKey, ...jsonColumns('Content', content) }
  await openTable(storage, damageTableName, store).upsert({ partitionKey: 'Removed', rowKey: keyOf(row), ...columns })
}

const keyOf = ({ table, partitionKey, rowKey }: DamagedRow) =>
  `${table}__${guidOfContent(JSON.stringify([partitionKey, rowKey]))}`

const rowOfDamage = (row: DamagedRow, notedAt: number) => {
  const columns = { Table: row.table, Partition: row.partitionKey, Row: row.rowKey, Reason: row.reason }
  return { partitionKey, rowKey: keyOf(row), ...columns, NotedAt: new Date(notedAt) }
}

/** A damaged row, and when it was noted (Unix ms, by the service's clock). */
type Note = { readonly row: DamagedRow; readonly notedAt: number }

const Note = v.pipe(
  v.object({ Table: v.string(), Partition: v.string(), Row: v.string(), Reason: v.string(), timestamp: v.string() }),
  v.transform(({ Table, Partition, Row, Reason, timestamp }): Note => {
    const row = { table: Table, partitionKey: Partition, rowKey: Row, reason: Reason }
    return { row, notedAt: Date.parse(timestamp) }
  }),
)
