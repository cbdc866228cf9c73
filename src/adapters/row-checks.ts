// What the repair command knows of each table: whether a row can be read, and what may become of one that cannot.
import type { RowCheck } from './damaged-rows.ts'
import { alertRuleTableName, checkAlertRuleRow } from './table-rule-books.ts'
import { checkSummaryRow, summaryTableName } from './table-summaries.ts'
import { checkpointTableName, checkWakeRow } from './table-wakes.ts'

/**
 * Checks of rows, as a query gives them with their types converted, by table. Each throws what `isDamage` recognises for a row that
 * cannot be read.
 */
export const rowChecks: Readonly<Record<string, RowCheck>> = {
  [alertRuleTableName]: checkAlertRuleRow,
  [checkpointTableName]: checkWakeRow,
  [summaryTableName]: checkSummaryRow,
}

/** delete: nothing is lost with the row, as it is made again. leave: it holds what nothing else does, or mends itself. */
export type Repair = { readonly kind: 'delete' | 'leave'; readonly advice: string }

/** What to do about a damaged row, by table and then by the row's key; `advice` is for people. */
export const repairs: Readonly<Record<string, (rowKey: string) => Repair>> = {
  [alertRuleTableName]: (rowKey) => ({
    kind: 'leave',
    advice: rowKey.startsWith('Rule=')
      ? 'An owner or admin of the organization saves the rule anew (PUT), or deletes it.'
      : 'It holds what the organization set for rules, its mutes, and which rules it wrote: restore it from a backup. Deleted, all of that is lost.',
  }),
  [checkpointTableName]: () => ({
    kind: 'delete',
    advice: 'It says when an organization is evaluated next. Delete it, and have every organization evaluated once.',
  }),
  [summaryTableName]: (rowKey) =>
    rowKey === 'Progress'
      ? { kind: 'delete', advice: 'The next evaluation of the organization counts its events anew.' }
      : {
          kind: 'leave',
          advice:
            'Days are counted anew after somebody has read that one. To have it now, delete the row Progress of the partition.',
        },
}
