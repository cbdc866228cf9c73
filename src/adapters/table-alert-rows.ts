// Rows of the alert table: their keys and columns, and how they are read back.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Acknowledgement, AlertRecord, type StoredAlert } from '../domain/alerts/alert.ts'
import type { Guid } from '../domain/guid.ts'
import type { Kept, KeptChange, Progress } from '../ports.ts'
import { alertKey, checkName, timeKey } from './alert-keys.ts'
import type { WriteMark } from './fenced-writes.ts'
import { jsonColumns, jsonIn, type Row } from './table-json.ts'

// PartitionKey is Organization=<guid> for every row.
//
// RowKey                    holds
// Progress                  the place in the feed and the memo; its etag fences what evaluation writes
// Kept=<name>               a text and when it is due
// Due=<time>__<name>        nothing: the same times in order; each is there exactly while the text is due then
// AlertId=<id>              the key of the next: an alert keeps its place although a late event makes it begin earlier
// Alert=<time down>__<id>   an alert: what evaluation says in `Record…`, what people did in `Acknowledged…`; either is
//                           merged into the row, so that neither undoes the other

/** The keys of an organization's rows, or how they begin. */
export const progressKey = 'Progress'
export const keptPrefix = 'Kept='
export const duePrefix = 'Due='

/** The partition of an organization. */
export const partitionOf = (organizationId: Guid): string => `Organization=${organizationId}`

/** The key of the text kept under a name; throws a TypeError for what is no name. */
export function keptKey(name: string): string {
  checkName(name)
  return keptPrefix + name
}

/** The action that writes the progress over the one of its version. */
export function progressAction(
  partitionKey: string,
  { place, memo, version }: Progress,
  mark: WriteMark,
): TransactionAction {
  const row = {
    partitionKey,
    rowKey: progressKey,
    ...(place !== null && { Place: place }),
    ...jsonColumns('Memo', memo),
    ...mark,
  }
  return version === null ? ['create', row] : ['update', row, 'Replace', { etag: version }]
}

const ProgressRow = v.object({ etag: v.string(), Place: v.optional(v.string()) })

/** Reads the progress; without a row, there is none yet. */
export function progressIn(row: Row | undefined): Progress {
  if (!row) return { place: null, memo: '', version: null }
  const { etag, Place = null } = v.parse(ProgressRow, row)
  return { place: Place, memo: jsonIn(row, 'Memo', v.string()), version: etag }
}

/** Most rows of one change of a kept text: the text, the time it is due, and the time it was. */
export const keptRowsMax = 3

/** The actions that change a kept text, given when it was due before. */
export function keptActions(
  partitionKey: string,
  change: KeptChange,
  dueBefore: number | undefined,
): TransactionAction[] {
  const { name, after } = change
  const dueRow = (dueAt: number) => ({ partitionKey, rowKey: `${duePrefix}${timeKey(dueAt)}__${name}` })
  const text = { partitionKey, rowKey: keptKey(name) }
  const moved = after?.dueAt !== dueBefore
  const actions: TransactionAction[] = []
  if (after) actions.push(['upsert', { ...text, DueAt: after.dueAt, ...jsonColumns('Text', after.text) }, 'Replace'])
  else if (dueBefore !== undefined) actions.push(['delete', text])
  if (moved && after) actions.push(['upsert', dueRow(after.dueAt), 'Replace'])
  if (moved && dueBefore !== undefined) actions.push(['delete', dueRow(dueBefore)])
  return actions
}

const DueRow = v.object({ DueAt: v.number() })

/** When the text of a row is due (Unix ms). */
export const dueIn = (row: Row): number => v.parse(DueRow, row).DueAt

/** Reads a kept text. */
export const keptIn = (row: Row): Kept => ({ text: jsonIn(row, 'Text', v.string()), dueAt: dueIn(row) })

/** The key of the row that says where an alert is. */
export const alertIdKey = (id: Guid): string => `AlertId=${id}`

const AlertIdRow = v.object({ Key: v.string() })

/** Reads where an alert is. */
export const alertKeyIn = (row: Row): string => v.parse(AlertIdRow, row).Key

/** Most rows of an alert: itself, and where it is. */
export const alertRowsEach = 2

/** The actions that write what evaluation says of an alert, at the key it has already if any, and leave what people did. */
export function alertActions(
  partitionKey: string,
  record: AlertRecord,
  known: string | undefined,
): TransactionAction[] {
  const rowKey = known ?? alertKey(record)
  const row = { partitionKey, rowKey, ...jsonColumns('Record', record) }
  const index = { partitionKey, rowKey: alertIdKey(record.id), Key: rowKey }
  const actions: TransactionAction[] = [['upsert', row, 'Merge']]
  if (known === undefined) actions.push(['upsert', index, 'Replace'])
  return actions
}

/** The columns of an acknowledgement. */
export const acknowledgedColumns = ({ by, at }: Acknowledgement) => ({ AcknowledgedBy: by, AcknowledgedAt: at })

/** Reads an alert. */
export function alertIn(row: Row): StoredAlert {
  const { AcknowledgedBy: by, AcknowledgedAt: at } = row
  const acknowledged = by === undefined ? null : v.parse(Acknowledgement, { by, at })
  return { record: jsonIn(row, 'Record', AlertRecord), acknowledged }
}
