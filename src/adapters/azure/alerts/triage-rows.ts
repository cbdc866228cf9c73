// What people did to incidents, in rows of the alert table: their columns, and how they are read back.
import * as v from 'valibot'
import { IncidentComment, Triage, untouched } from '../../../domain/alerts/incidents/triage/triage.ts'
import type { Guid } from '../../../domain/guid.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import type { Row } from '../rows.ts'
import { commentKey } from './row-keys.ts'

/** The columns of what people did to an incident. */
export const triageColumns = (triage: Triage) => jsonColumns('Triage', triage)

/** Reads what people did to an incident. */
export const triageIn = (row: Row): Triage =>
  row.TriageParts === undefined ? untouched : jsonIn(row, 'Triage', Triage)

/** The row of a comment on an incident. */
export const commentRow = (partitionKey: string, incidentId: Guid, comment: IncidentComment) => ({
  partitionKey,
  rowKey: commentKey(incidentId, comment.id),
  ...jsonColumns('Comment', comment),
})

/** Reads a comment on an incident. */
export function commentIn(row: Row): IncidentComment {
  const comment = jsonIn(row, 'Comment', IncidentComment)
  v.parse(commentRowSchema, { rowKey: row.rowKey, id: comment.id })
  return comment
}

const commentRowSchema = v.pipe(
  v.object({ rowKey: v.string(), id: v.string() }),
  v.check(({ rowKey, id }) => rowKey.endsWith(`__${id}`), 'another one'),
)
