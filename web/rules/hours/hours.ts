// An organization's alerting hours as the page holds them, and how they are read from the API.
import { boolean, type Immutable, list, oneOf, record, recordOrNull, text, textOrNull } from '../../api/read.ts'
import type { AlertingHours, Digest, Holiday, QuietHours, WorkingDay } from '../../api/types.ts'

/** The days of a week as the API names them, Monday first. */
export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export type Weekday = (typeof weekdays)[number]

/** The levels that can be a limit of what waits. */
export const limits = ['low', 'medium', 'high'] as const
export type Limit = (typeof limits)[number]

export type Hours = Immutable<Omit<AlertingHours, 'object'>>

/** Reads the response of the API. */
export function readHours(json: unknown): Hours {
  const read = record<AlertingHours>(json)
  const days = record<AlertingHours['workingHours']>(read.workingHours)
  const quiet = recordOrNull<NonNullable<QuietHours>>(read.quietHours)
  const digest = recordOrNull<NonNullable<Digest>>(read.digest)
  const dayOf = (weekday: Weekday): Immutable<WorkingDay> => {
    const day = recordOrNull<NonNullable<WorkingDay>>(days[weekday])
    return day && { start: text(day, 'start'), end: text(day, 'end') }
  }
  return {
    isDefault: boolean(read, 'isDefault'),
    timeZone: text(read, 'timeZone'),
    workingHours: {
      Monday: dayOf('Monday'),
      Tuesday: dayOf('Tuesday'),
      Wednesday: dayOf('Wednesday'),
      Thursday: dayOf('Thursday'),
      Friday: dayOf('Friday'),
      Saturday: dayOf('Saturday'),
      Sunday: dayOf('Sunday'),
    },
    holidays: list(read, 'holidays', (each) => {
      const holiday = record<Holiday>(each)
      return { date: text(holiday, 'date'), name: textOrNull(holiday, 'name') }
    }),
    quietHours: quiet && {
      from: text(quiet, 'from'),
      to: text(quiet, 'to'),
      passLevel: oneOf(quiet, 'passLevel', limits),
    },
    digest: digest && { at: textOrNull(digest, 'at'), below: oneOf(digest, 'below', limits) },
  }
}
