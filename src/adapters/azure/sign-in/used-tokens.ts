// UsedTokens on Azure Table storage: a row for each ID token, which is only inserted, in a partition for each day.
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import type { HealthCheck } from '../../../ports/health-check.ts'
import type { UsedTokens } from '../../../ports/sign-in.ts'
import { fenced } from '../compare-and-swap.ts'
import type { RowChecks } from '../damaged-rows.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey      RowKey  holds
// Day=<yyyy-mm-dd>  <hash>  nothing but the writer's mark: an ID token that was issued on this day (UTC) was used

export const usedTokenTableName = 'usedtoken'

const dayMs = 24 * 3_600_000
const removedMax = 100
const removalsAtOnce = 10

/** The used tokens in a storage account; the table is created at first use. */
export function tableUsedTokens(storage: Storage): UsedTokens & HealthCheck {
  const table = openTable(storage, usedTokenTableName, 'sign-in store')

  return {
    use: async (id, issuedAt) => {
      const row = { partitionKey: dayOf(issuedAt), rowKey: id }
      const written = await fenced(table, row, (mark) => table.insert({ ...row, ...mark }))
      // By the way, and without effect on the sign-in: what is left, the next one removes.
      await removeBefore(table, dayOf(issuedAt - dayMs)).catch(() => undefined)
      return written !== undefined
    },
    check: table.check,
  }
}

const dayOf = (at: number): string => `Day=${new Date(at).toISOString().slice(0, 10)}`

async function removeBefore(table: Table, day: string): Promise<void> {
  const filter = `PartitionKey ge 'Day=' and PartitionKey lt '${day}'`
  for await (const { rows } of table.pages({ filter, columns: ['PartitionKey'] }, removedMax)) {
    const keys = rows.flatMap(({ rowKey, partitionKey }) =>
      typeof partitionKey === 'string' ? { rowKey, partitionKey } : [],
    )
    await inParallel(keys, removalsAtOnce, (each) => table.remove(each))
    return
  }
}

const UsedRow = v.object({
  partitionKey: v.pipe(v.string(), v.regex(/^Day=\d{4}-\d\d-\d\d$/)),
  rowKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
})

/** How rows of this table are checked, and what to do about damaged ones. */
export const usedTokenRows: RowChecks = {
  check: (row) => {
    v.parse(UsedRow, row)
  },
  repairOf: () => ({ kind: 'delete', advice: 'It stands for no ID token. Delete it.' }),
}
