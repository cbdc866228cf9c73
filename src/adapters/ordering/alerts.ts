// Keys and limits of what alert stores keep: the order of alerts, names and times that sort as text. Both stores keep to them.
import { type AlertQuery, isActive, type StoredAlert, stateOf } from '../../domain/alerts/alert.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { type EvaluationStep, stateCharsMax, stateNameCharsMax } from '../../ports/evaluation-state.ts'

/** Latest time that a key can hold, in Unix milliseconds. */
export const keyMsMax = 999_999_999_999_999

/** A time (Unix ms, whole, from 1970 on) as 15 digits that sort; throws a RangeError for what is none. */
export function timeKey(ms: number): string {
  if (!(Number.isInteger(ms) && ms >= 0 && ms <= keyMsMax)) throw new RangeError('no time that a key can hold')
  return String(ms).padStart(15, '0')
}

/** The key before which everything of up to this time (Unix ms) sorts, whatever time it is. */
export const timeKeyAfter = (ms: number): string => `${timeKey(Math.floor(Math.max(0, Math.min(ms, keyMsMax))))}__~`

/** An alert's place in the order of every list, given when it began as it was first stored: newest first, then by id. */
export const alertKey = ({ id, from }: { readonly id: Guid; readonly from: Instant }): Cursor =>
  `Alert=${timeKey(keyMsMax - Math.max(0, millisecondsOf(from)))}__${id}`

/** Whether a text is a place in lists of alerts. */
export const isAlertKey = (text: string): boolean => /^Alert=\d{15}__[0-9a-f-]{36}$/.test(text)

/** The range of keys, `before` excluded, that has every alert of a query's time. */
export function alertKeyRange({ from, to }: AlertQuery): { readonly from: string; readonly before: string } {
  const [newest, oldest] = [to, from].map((at) => timeKey(keyMsMax - Math.max(0, millisecondsOf(at))))
  return { from: `Alert=${newest}__`, before: `Alert=${oldest}__~` }
}

/** Whether an alert in the range of a query's keys is one that it asks for. */
export function isAskedFor(alert: StoredAlert, query: AlertQuery, now: Instant): boolean {
  const { record } = alert
  return [
    query.state === undefined || stateOf(alert) === query.state,
    query.active === undefined || isActive(record, now) === query.active,
    query.ruleId === undefined || record.ruleId === query.ruleId,
    query.levels === undefined || query.levels.includes(record.level),
  ].every(Boolean)
}

/** Throws a TypeError unless this is a name, or the beginning of one, that a text can be kept under. */
export function checkName(name: string): void {
  if (name.length > stateNameCharsMax || !/^[\w=.-]*$/.test(name))
    throw new TypeError('not a name to keep a text under')
}

/** Throws a TypeError or RangeError unless a store can keep all of a step. */
export function checkStep({ metadata, entries, alerts }: EvaluationStep): void {
  for (const { name, before, after } of entries) {
    checkName(name)
    for (const { dueAt } of [before, after].filter((each) => each !== undefined)) timeKey(dueAt)
    if (after && after.text.length > stateCharsMax) throw new RangeError('a text is too long to be kept')
  }
  if (metadata.length > stateCharsMax) throw new RangeError('the memo is too long to be kept')
  if (new Set(entries.map(({ name }) => name)).size < entries.length)
    throw new TypeError('a name comes twice in a step')
  if (new Set(alerts.map(({ id }) => id)).size < alerts.length) throw new TypeError('an alert comes twice in a step')
}
