// Rows of the alert table: their keys and columns, and how they are read back.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Acknowledgement, AlertRecord } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import { type Progress, type StateChange, type StateEntry, stateNameCharsMax } from '../../../ports/evaluation-state.ts'
import { alertKey, checkName, isAlertKey, keyMsMax, timeKey } from '../../ordering/alerts.ts'
import type { WriteMark } from '../compare-and-swap.ts'
import { checkByKind } from '../damaged-rows.ts'
import { jsonColumns, jsonIn, type Row } from '../rows.ts'

// PartitionKey is Organization=<guid> for every row.
//
// RowKey                    holds
// Progress                  the place in the feed ('': none; 'anew': all that is kept is being forgotten) and the metadata; its etag
//                           fences what evaluation writes
// Entry=<name>              a text and when it is due
// Due=<time>__<name>        nothing: the same times in order; each is there exactly while the text is due then
// AlertId=<id>              the key of the next: an alert keeps its place although a late event makes it begin earlier
// Alert=<time down>__<id>   an alert: what evaluation says in `Record…`, what people did in `Acknowledged…`; either is
//                           merged into the row, so that neither undoes the other

/** The keys of an organization's rows, or how they begin. */
export const progressKey = 'Progress'
export const keptPrefix = 'Entry='
export const duePrefix = 'Due='

/** The partition of an organization. */
export const partitionOf = (organizationId: Guid): string => `Organization=${organizationId}`

/** The key of the text kept under a name; throws a TypeError for what is no name. */
export function keptKey(name: string): string {
  checkName(name)
  return keptPrefix + name
}

/** The place of a progress under which everything that is kept is being forgotten. */
export const anew = 'anew'

/** The action that writes the progress over the one of its version. */
export function progressAction(
  partitionKey: string,
  { checkpoint, metadata, version }: Progress,
  mark: WriteMark,
): TransactionAction {
  const row = { partitionKey, rowKey: progressKey, Place: checkpoint ?? '', ...jsonColumns('Memo', metadata), ...mark }
  return version === null ? ['create', row] : ['update', row, 'Replace', { etag: version }]
}

const PlaceRow = v.object({ Place: v.string() })

/** The place in a row of progress. */
export function placeIn(row: Row): Cursor | null {
  const { Place } = v.parse(PlaceRow, row)
  return Place === '' ? null : Place
}

/** The metadata in a row of progress. */
export const memoIn = (row: Row): string | null => jsonIn(row, 'Memo', v.nullable(v.string()))

/** Most rows of one change of a kept text: the text, the time it is due, and the time it was. */
export const keptRowsMax = 3

/** The actions that change a kept text, given when it was due before. */
export function keptActions(
  partitionKey: string,
  change: StateChange,
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

const Name = v.pipe(v.string(), v.regex(/^[\w=.-]*$/), v.maxLength(stateNameCharsMax))
const NameRow = v.object({ rowKey: v.pipe(v.string(), v.startsWith(keptPrefix)) })
const DueAt = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(keyMsMax))

/** The name in the key of a kept text, and when it is due (Unix ms). */
export function keptNameIn(row: Row): { readonly name: string; readonly dueAt: number } {
  const { rowKey } = v.parse(NameRow, row)
  return { name: v.parse(Name, rowKey.slice(keptPrefix.length)), dueAt: v.parse(v.object({ DueAt }), row).DueAt }
}

/** Reads a kept text. */
export const keptIn = (row: Row): StateEntry => ({
  text: jsonIn(row, 'Text', v.string()),
  dueAt: keptNameIn(row).dueAt,
})

/** A time at which a text must be looked at: a row of its own, as long as the text says the same. */
export type Due = { readonly name: string; readonly dueAt: number; readonly rowKey: string; readonly etag: string }

const DueRow = v.object({ rowKey: v.pipe(v.string(), v.regex(/^Due=\d{15}__/)), etag: v.string() })

/** Reads when a text must be looked at. */
export function dueIn(row: Row): Due {
  const { rowKey, etag } = v.parse(DueRow, row)
  const [time, name] = [rowKey.slice(duePrefix.length, duePrefix.length + 15), rowKey.slice(duePrefix.length + 17)]
  return { name: v.parse(Name, name), dueAt: Number(time), rowKey, etag }
}

/** The key of the row that says where an alert is. */
export const alertIdKey = (id: Guid): string => `AlertId=${id}`

const AlertIdRow = v.pipe(
  v.object({ rowKey: v.string(), Key: v.string() }),
  v.check(({ rowKey, Key }) => isAlertKey(Key) && rowKey === `AlertId=${Key.slice(-36)}`, 'another alert'),
)

/** Reads where an alert is. */
export const alertKeyIn = (row: Row): string => v.parse(AlertIdRow, row).Key

/** Whether a row says where an alert is. */
export const saysWhere = (row: Row): boolean => v.is(AlertIdRow, row)

/** The row that says where an alert is. */
export const alertIdRow = (partitionKey: string, id: Guid, key: string) => ({
  partitionKey,
  rowKey: alertIdKey(id),
  Key: key,
})

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
  const actions: TransactionAction[] = [['upsert', row, 'Merge']]
  if (known === undefined) actions.push(['upsert', alertIdRow(partitionKey, record.id, rowKey), 'Replace'])
  return actions
}

/** The columns of an acknowledgement. */
export const acknowledgedColumns = ({ by, at }: Acknowledgement) => ({ AcknowledgedBy: by, AcknowledgedAt: at })

const AlertRow = v.pipe(
  v.object({ rowKey: v.pipe(v.string(), v.check(isAlertKey, 'no key of an alert')), id: v.string() }),
  v.check(({ rowKey, id }) => rowKey.endsWith(id), 'another alert'),
)

/** Reads what evaluation says of an alert. */
export function recordIn(row: Row): AlertRecord {
  const record = jsonIn(row, 'Record', AlertRecord)
  v.parse(AlertRow, { rowKey: row.rowKey, id: record.id })
  return record
}

/** Reads who took note of an alert; null: nobody did. */
export function acknowledgedIn({ AcknowledgedBy: by, AcknowledgedAt: at }: Row): Acknowledgement | null {
  return by === undefined && at === undefined ? null : v.parse(Acknowledgement, { by, at })
}

/** Throws for a row of this table that cannot be read. */
export const checkAlertRow = checkByKind({
  [progressKey]: (row) => {
    placeIn(row)
    memoIn(row)
  },
  Entry: (row) => {
    keptIn(row)
  },
  Due: (row) => {
    dueIn(row)
  },
  AlertId: (row) => {
    alertKeyIn(row)
  },
  Alert: (row) => {
    recordIn(row)
    acknowledgedIn(row)
  },
})
