// Rows of the alert table: their columns, and how they are read back.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Acknowledgement, AlertRecord } from '../../../domain/alerts/alert.ts'
import { IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import {
  type Progress,
  type StateChange,
  type StateEntry,
  stateNameCharsMax,
} from '../../../ports/alerts/evaluation-state.ts'
import { timeMsMax } from '../../preconditions/times.ts'
import { deleting, writing } from '../batches.ts'
import { checksByKind } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import type { Row } from '../rows.ts'
import {
  dueKey,
  entryKey,
  idKey,
  isListedKey,
  type ListedKind,
  listedKey,
  nameInEntryKey,
  partsOfDueKey,
  progressKey,
} from './row-keys.ts'
import { commentIn, triageIn } from './triage-rows.ts'

/** The checkpoint of a progress while all state is being deleted. */
export const anew = 'anew'

/** The columns of a progress. */
export const progressColumns = ({ checkpoint, metadata }: Pick<Progress, 'checkpoint' | 'metadata'>) => ({
  Checkpoint: checkpoint ?? '',
  ...jsonColumns('Metadata', metadata),
})

const CheckpointRow = v.object({ Checkpoint: v.string() })

/** The checkpoint in a row of progress. */
export function checkpointIn(row: Row): Cursor | null {
  const { Checkpoint } = v.parse(CheckpointRow, row)
  return Checkpoint === '' ? null : Checkpoint
}

/** The metadata in a row of progress. */
export const metadataIn = (row: Row): string | null => jsonIn(row, 'Metadata', v.nullable(v.string()))

/** Most rows of one change of a state entry: the entry, when it is due, and when it was. */
export const entryRowsMax = 3

/** The actions that change a state entry, given when it was due before. */
export function entryActions(
  partitionKey: string,
  { name, after }: StateChange,
  dueBefore: number | undefined,
): TransactionAction[] {
  const entry = { partitionKey, rowKey: entryKey(name) }
  const dueRow = (dueAt: number) => ({ partitionKey, rowKey: dueKey(name, dueAt) })
  const moved = after?.dueAt !== dueBefore
  const actions: TransactionAction[] = []
  if (after) actions.push(writing({ ...entry, DueAt: after.dueAt, ...jsonColumns('Text', after.text) }))
  else if (dueBefore !== undefined) actions.push(deleting(entry))
  if (moved && after) actions.push(writing(dueRow(after.dueAt)))
  if (moved && dueBefore !== undefined) actions.push(deleting(dueRow(dueBefore)))
  return actions
}

const Name = v.pipe(v.string(), v.regex(/^[\w=.-]*$/), v.maxLength(stateNameCharsMax))
const DueAt = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(timeMsMax))
const EntryRow = v.object({ rowKey: v.pipe(v.string(), v.transform(nameInEntryKey), Name), DueAt })

/** The name of a state entry, and when it is due (Unix ms). */
export function nameIn(row: Row): { readonly name: string; readonly dueAt: number } {
  const entry = v.parse(EntryRow, row)
  return { name: entry.rowKey, dueAt: entry.DueAt }
}

/** Reads a state entry. */
export const entryIn = (row: Row): StateEntry => ({ text: jsonIn(row, 'Text', v.string()), dueAt: nameIn(row).dueAt })

/** When a state entry is due (Unix ms): a row of its own, as long as the entry has the same time. */
export type Due = { readonly name: string; readonly dueAt: number; readonly rowKey: string; readonly etag: string }

const DueRow = v.object({ rowKey: v.string(), etag: v.string() })
const DueKey = v.pipe(v.string(), v.transform(partsOfDueKey), v.object({ name: Name, dueAt: v.number() }))

/** Reads when a state entry is due. */
export function dueIn(row: Row): Due {
  const { rowKey, etag } = v.parse(DueRow, row)
  return { ...v.parse(DueKey, rowKey), rowKey, etag }
}

const idRowSchema = (kind: ListedKind) =>
  v.pipe(
    v.object({ rowKey: v.string(), Key: v.string() }),
    v.check(({ rowKey, Key }) => isListedKey(kind, Key) && rowKey === `${kind}Id=${Key.slice(-36)}`, 'another one'),
  )
const idRows = { Alert: idRowSchema('Alert'), Incident: idRowSchema('Incident') }

/** The key of an alert or an incident in the row of its id. */
export const keyIn = (kind: ListedKind, row: Row): string => v.parse(idRows[kind], row).Key

/** Whether a row holds the key of an alert or an incident. */
export const hasKey = (kind: ListedKind, row: Row): boolean => v.is(idRows[kind], row)

/** The row that holds the key of an alert or an incident. */
export const idRow = (kind: ListedKind, partitionKey: string, id: Guid, key: string) => ({
  partitionKey,
  rowKey: idKey(kind, id),
  Key: key,
})

/** Most rows of an alert or an incident: itself, and the one with its key. */
export const listedRowsEach = 2

/** The actions that write what evaluation says of an alert, at the key that it has if it is stored, and leave what people did. */
export function alertActions(
  partitionKey: string,
  record: AlertRecord,
  known: string | undefined,
): TransactionAction[] {
  const rowKey = known ?? listedKey('Alert', record)
  const row = { partitionKey, rowKey, ...jsonColumns('Record', record) }
  const actions: TransactionAction[] = [['upsert', row, 'Merge']]
  if (known === undefined) actions.push(writing(idRow('Alert', partitionKey, record.id, rowKey)))
  return actions
}

/** The columns of an acknowledgement. */
export const acknowledgedColumns = ({ by, at }: Acknowledgement) => ({ AcknowledgedBy: by, AcknowledgedAt: at })

const listedRowSchema = (kind: ListedKind) =>
  v.pipe(
    v.object({
      rowKey: v.pipe(
        v.string(),
        v.check((key) => isListedKey(kind, key), 'another key'),
      ),
      id: v.string(),
    }),
    v.check(({ rowKey, id }) => rowKey.endsWith(id), 'another one'),
  )
const listedRows = { Alert: listedRowSchema('Alert'), Incident: listedRowSchema('Incident') }

/** Reads what evaluation says of an alert. */
export function recordIn(row: Row): AlertRecord {
  const record = jsonIn(row, 'Record', AlertRecord)
  v.parse(listedRows.Alert, { rowKey: row.rowKey, id: record.id })
  return record
}

/** The actions that write what evaluation says of an incident, and leave what people did; its key never changes. */
export function incidentActions(partitionKey: string, record: IncidentRecord): TransactionAction[] {
  const rowKey = listedKey('Incident', { id: record.id, from: record.begunAt })
  return [
    ['upsert', { partitionKey, rowKey, ...jsonColumns('Record', record) }, 'Merge'],
    writing(idRow('Incident', partitionKey, record.id, rowKey)),
  ]
}

/** Reads an incident. */
export function incidentIn(row: Row): IncidentRecord {
  const record = jsonIn(row, 'Record', IncidentRecord)
  v.parse(listedRows.Incident, { rowKey: row.rowKey, id: record.id })
  return record
}

/** Reads who acknowledged an alert; null when it is open. */
export function acknowledgedIn({ AcknowledgedBy: by, AcknowledgedAt: at }: Row): Acknowledgement | null {
  return by === undefined && at === undefined ? null : v.parse(Acknowledgement, { by, at })
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const alertRows = checksByKind({
  [progressKey]: {
    check: (row) => [checkpointIn(row), metadataIn(row)],
    repair: { kind: 'evaluate', advice: 'The next evaluation of the organization mends it.' },
  },
  Entry: {
    check: entryIn,
    repair: {
      kind: 'delete',
      advice: 'The state of a group of a rule, or of first-seen tracking, is lost and starts anew.',
    },
  },
  Due: {
    check: dueIn,
    repair: { kind: 'delete', advice: 'It says when a state entry is due, and no such row is read.' },
  },
  AlertId: {
    check: (row) => keyIn('Alert', row),
    repair: { kind: 'leave', advice: 'It mends itself when the alert is read or changes.' },
  },
  Alert: {
    check: (row) => [recordIn(row), acknowledgedIn(row)],
    repair: {
      kind: 'leave',
      advice:
        'The alert comes back when its rule fires for it again. Delete the row, and the one with its AlertId, to give it up.',
    },
  },
  IncidentId: {
    check: (row) => keyIn('Incident', row),
    repair: { kind: 'leave', advice: 'It mends itself when the incident is read or changes.' },
  },
  Incident: {
    check: (row) => [incidentIn(row), triageIn(row)],
    repair: {
      kind: 'leave',
      advice:
        'Its alerts stay. The incident comes back, with the alerts from then on, when one of them changes or it gets another. Delete the row to give up what people did to the incident.',
    },
  },
  Comment: {
    check: commentIn,
    repair: { kind: 'delete', advice: 'A comment on an incident is lost; the log has who made it, and when.' },
  },
})
