// What the repair command knows of each table: whether a row can be read, and what may become of one that cannot.
import type { RowCheck } from './damaged-rows.ts'
import { checkSummaryRow, summaryTableName } from './table-summaries.ts'
import { checkpointTableName, checkWakeRow } from './table-wakes.ts'

/**
 * Checks of rows, as a query gives them with their types converted, by table. Each throws what `isDamage` recognises for a row that
 * cannot be read.
 */
export const rowChecks: Readonly<Record<string, RowCheck>> = {
  [checkpointTableName]: checkWakeRow,
  [summaryTableName]: checkSummaryRow,
}

/** delete: nothing is lost with the row, as it is made again. leave: it holds what nothing else does, or mends itself. */
export type Repair = { readonly kind: 'delete' | 'leave'; readonly advice: string }

/** What to do about a damaged row, by table and then by the row's key; `advice` is for people. */
export const repairs: Readonly<Record<string, (rowKey: string) => Repair>> = {
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
