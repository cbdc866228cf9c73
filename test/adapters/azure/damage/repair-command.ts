// The repair command's view of a table, for tests of damaged rows.
import { checkedTables } from '../../../../src/adapters/azure/damage/checked-tables.ts'
import { type Beginning, isDamage } from '../../../../src/adapters/azure/damaged-rows.ts'

/** What the repair command says of the rows of a table. */
export function repairCommandOn(table: string) {
  const checks = checkedTables.get(table)
  if (!checks) throw new Error('the repair command does not check this table')
  return {
    /** Throws for a damaged row. */
    check: checks.check,
    repairOf: checks.repairOf,
    /** Whether the command finds a row damaged. */
    finds: async (row: Readonly<Record<string, unknown>>, beginning?: Beginning): Promise<boolean> => {
      try {
        await checks.check(row, beginning)
        return false
      } catch (error) {
        if (!isDamage(error)) throw error
        return true
      }
    },
    /** What the command does about a damaged row. */
    kindOfRepair: (rowKey: string) => checks.repairOf(rowKey).kind,
  }
}
