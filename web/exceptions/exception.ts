// Exceptions as the page holds them, and what one made from an alert may cover. Pure.
import type { Alert } from '../alerts/alert.ts'
import {
  type Immutable,
  type JsonRecord,
  list,
  listOrNull,
  numberItem,
  record,
  recordOrNull,
  text,
  textItem,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'

/** What an exception covers: all conditions together, of each any value. */
export type Conditions = Immutable<Api.ExceptionConditions>
type Hours = NonNullable<Conditions['hours']>
export type Exception = Immutable<Omit<Api.AlertException, 'object'>>

/** Reads an exception. */
export function exceptionOf(json: unknown): Exception {
  const from = record<Api.AlertException>(json)
  return {
    id: text(from, 'id'),
    ruleId: textOrNull(from, 'ruleId'),
    title: textOrNull(from, 'title'),
    conditions: conditionsOf(from.conditions),
    reason: text(from, 'reason'),
    until: textOrNull(from, 'until'),
    createdAt: text(from, 'createdAt'),
    createdBy: text(from, 'createdBy'),
  }
}

/** Reads the exceptions that last. */
export const exceptionsOf = (json: unknown): readonly Exception[] =>
  list(record<Api.AlertExceptionList>(json), 'data', exceptionOf)

/** Reads the conditions of an exception. */
export function conditionsOf(json: unknown): Conditions {
  const from = record<Api.ExceptionConditions>(json)
  const hours = recordOrNull<Hours>(from.hours)
  return {
    ...values('actingUserIds'),
    ...values('networks'),
    ...values('cipherIds'),
    ...values('serviceAccountIds'),
    ...(from.types != null && { types: listOrNull(from, 'types', numberItem) ?? [] }),
    ...(hours && {
      hours: {
        from: text(hours, 'from'),
        to: text(hours, 'to'),
        weekdays: list(hours, 'weekdays', weekdayOf),
        zone: text(hours, 'zone'),
      },
    }),
  }

  function values<N extends 'actingUserIds' | 'networks' | 'cipherIds' | 'serviceAccountIds'>(name: N) {
    const read = listOrNull(from, name, textItem)
    return read && { [name]: read }
  }
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const weekdayOf = (json: unknown) => weekdays.find((day) => day === json) ?? 'Monday'

/** A value that an exception may name, and how people call it. */
export type Named = { readonly value: string; readonly name: string }

/** What an exception made from an alert can name; an empty list, or null, where the alert says nothing of it. */
export type Suggestion = {
  readonly people: readonly Named[]
  readonly addresses: readonly Named[]
  readonly items: readonly Named[]
  readonly machines: readonly Named[]
  readonly hours: Hours | null
}

/** Most values of one condition, and the longest span of a day that hours are suggested for. */
const valuesMax = 50
const suggestedHoursMax = 6

/** The zone of suggested hours: the organization's if it set one, else that of the browser. */
export const zoneOf = (
  hours: Pick<Api.AlertingHours, 'isDefault' | 'timeZone'> | undefined,
  browserZone: string,
): string => (hours === undefined || hours.isDefault ? browserZone : hours.timeZone)

/** What the alert is about, by its group and sample events; hours by the clock of `zone`, if all of it was within a few. */
export function suggestionOf(alert: Alert, zone: string): Suggestion {
  const { group, samples } = alert
  const named = (field: string, nameIn: (raw: JsonRecord) => unknown): readonly Named[] => {
    const found = new Map<string, string>()
    for (const { name, value, label } of group) if (name === field) found.set(value.toLowerCase(), label ?? value)
    for (const { raw } of samples) {
      const value = raw[field]
      const name = nameIn(raw)
      if (typeof value === 'string' && !found.has(value.toLowerCase()))
        found.set(value.toLowerCase(), typeof name === 'string' ? name : value)
    }
    return [...found].slice(0, valuesMax).map(([value, name]) => ({ value, name }))
  }
  const items = named('cipherId', ({ itemName }) => itemName)
  return {
    people: named('actingUserId', ({ actingUserName, actingUserEmail }) => actingUserName ?? actingUserEmail),
    addresses: named('ipAddress', () => null),
    // Samples are a few of the events: several items in them are not all.
    items: items.length === 1 ? items : [],
    machines: named('serviceAccountId', () => null),
    hours: hoursOf([alert.firstEventAt, alert.from, alert.to, ...samples.map(({ date }) => date)], zone),
  }
}

const minutesOfDay = 1_440

/** Whole hours of the day that have all of these times in them, over midnight if need be; null if they are more than a few. */
function hoursOf(dates: readonly string[], zone: string): Hours | null {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  })
  const hours = new Set(dates.map((date) => Number(clock.format(new Date(date)).slice(0, 2))))
  for (let from = 0; from < 24; from++) {
    if (!hours.has(from)) continue
    const span = Math.max(...[...hours].map((hour) => (hour - from + 24) % 24)) + 1
    if (span > suggestedHoursMax) continue
    const end = from + span
    return { from: timeOf(from * 60), to: end === 24 ? '24:00' : timeOf((end * 60) % minutesOfDay), weekdays, zone }
  }
  return null
}

const timeOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:00`

/** How long an exception can be made to last, in days; 0: no end. */
export const exceptionDays = [30, 90, 365, 0] as const

/** The end of an exception made at `now`, as the API takes it. */
export const endIn = (days: number, now: number): string | null =>
  days === 0 ? null : new Date(now + days * 86_400_000).toISOString()
