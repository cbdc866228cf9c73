// Row keys of the alert table.
import type { Guid } from '../../../domain/guid.ts'
import { type Instant, millisecondsOf } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import { checkName } from '../../preconditions/evaluation-step.ts'
import { timeKey, timeKeyAfter, timeKeyDown } from '../time-keys.ts'

// PartitionKey is Organization=<guid> for every row.
//
// RowKey                    holds
// Progress                  the checkpoint in the feed ('': none; 'anew': all state is being deleted) and the metadata; its ETag
//                           fences what evaluation writes
// Due=<time>__<name>        nothing: when each state entry is due, in order; a row is there exactly while the entry is due then
// Entry=<name>              a text and when it is due
// AlertId=<id>              the key of the next: an alert's key stays the same although a late event makes it begin earlier
// Alert=<time down>__<id>   an alert: what evaluation says in `Record…`, what people did in `Acknowledged…`; either is
//                           merged into the row, so that neither undoes the other
// IncidentId=<id>           the key of the next
// Incident=<time down>__<id>  an incident, as an alert: in `Record…` and `Triage…`; the time is when it began as it was first stored
// Comment=<incident>__<id>  a comment on an incident

/** The key of an organization's progress. */
export const progressKey = 'Progress'

const duePrefix = 'Due='
const entryPrefix = 'Entry='

/** The keys of every state entry and of when each is due: no other key lies between them. */
export const stateRange = { from: duePrefix, before: `${entryPrefix}~` }

/** The keys of everything that is due at a time (Unix ms) or before. */
export const dueRange = (at: number) => ({ from: duePrefix, before: duePrefix + timeKeyAfter(at) })

/** The keys of the state entries whose names begin with a prefix. Throws a TypeError for one that no name has. */
export function entryRange(namePrefix: string) {
  const from = entryKey(namePrefix)
  return { from, before: `${from}~` }
}

/** The key of the state entry of a name; throws a TypeError for what is no name. */
export function entryKey(name: string): string {
  checkName(name)
  return entryPrefix + name
}

/** The name in the key of a state entry; undefined for another key. */
export const nameInEntryKey = (key: string): string | undefined =>
  key.startsWith(entryPrefix) ? key.slice(entryPrefix.length) : undefined

/** The key that says when a state entry is due (Unix ms). */
export const dueKey = (name: string, dueAt: number): string => `${duePrefix}${timeKey(dueAt)}__${name}`

/** The name and the time (Unix ms) in a key that says when a state entry is due; undefined for another key. */
export function partsOfDueKey(key: string): { readonly name: string; readonly dueAt: number } | undefined {
  const [, time, name] = /^Due=(\d{15})__(.*)$/s.exec(key) ?? []
  return time === undefined || name === undefined ? undefined : { name, dueAt: Number(time) }
}

/** What lists show, newest first: alerts, and incidents. */
export type ListedKind = 'Alert' | 'Incident'

/** The key of an alert or an incident, given when it began as it was first stored: newest first, then by id. It is the cursor of lists. */
export const listedKey = (kind: ListedKind, { id, from }: { readonly id: Guid; readonly from: Instant }): Cursor =>
  `${kind}=${timeKeyDown(millisecondsOf(from))}__${id}`

/** Whether a text is the key of an alert or an incident. */
export const isListedKey = (kind: ListedKind, text: string): boolean =>
  text.startsWith(`${kind}=`) && /^\d{15}__[0-9a-f-]{36}$/.test(text.slice(kind.length + 1))

/** The keys of every alert, or of every incident. */
export const listedRange = (kind: ListedKind) => ({ from: `${kind}=`, before: `${kind}=~` })

/** The keys of every alert or incident in a time, its ends included. */
export function listedKeyRange(
  kind: ListedKind,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): { readonly from: string; readonly before: string } {
  const [newest, oldest] = [to, from].map((at) => timeKeyDown(millisecondsOf(at)))
  return { from: `${kind}=${newest}__`, before: `${kind}=${oldest}__~` }
}

/** The key of the row that holds the key of an alert or an incident. */
export const idKey = (kind: ListedKind, id: Guid): string => `${kind}Id=${id}`

/** The keys of every comment on an incident. */
export const commentRange = (incidentId: Guid) => ({
  from: `Comment=${incidentId}__`,
  before: `Comment=${incidentId}__~`,
})

/** The key of a comment on an incident. */
export const commentKey = (incidentId: Guid, id: Guid): string => `Comment=${incidentId}__${id}`
