// Finds ids in the indexes of a log by their first digits: one query for each field, and one for each id that is found.
import { inParallel } from '../../../concurrency/parallel.ts'
import { type Guid, parseGuid } from '../../../domain/guid.ts'
import { indexedFields } from '../../../domain/log/query.ts'
import { type IndexedId, idsBeginningMax } from '../../../domain/log/search/find-named.ts'
import type { Table } from '../table.ts'
import { type IndexedField, idInIndex, indexKeys } from './row-keys.ts'
import { rangeFilter } from './rows.ts'

const queriesAtOnce = 11

/** The ids that begin with these digits in the indexes of a partition, in order; `idsBeginningMax` a field at most. */
export async function idsBeginning(table: Table, partitionKey: string, digits: string): Promise<IndexedId[]> {
  const found = await inParallel(indexedFields, queriesAtOnce, async (field) => {
    const ids: Guid[] = []
    for (let after: Guid | null = null; ids.length < idsBeginningMax; ) {
      after = await nextId(table, partitionKey, field, digits, after)
      if (!after) break
      ids.push(after)
    }
    return ids.map((id) => ({ field, id }))
  })
  return found.flat()
}

async function nextId(table: Table, partitionKey: string, field: IndexedField, digits: string, after: Guid | null) {
  const filter = rangeFilter(partitionKey, indexKeys(field, digits, after))
  for await (const { rows } of table.pages({ filter, columns: [] }, 1)) {
    const [row] = rows
    // The service may end a page early, even without a row.
    if (row) return parseGuid(idInIndex(row.rowKey)) ?? null
  }
  return null
}
