// An organization's alerting hours: its time zone, when people work in it, and when notifications of low levels wait. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'
import { isTimeZone } from './time-zones.ts'

/** Most listed holidays, and the longest name of one in UTF-16 units. */
export const holidaysMax = 400
export const holidayNameCharactersMax = 60

/** The days of a week as `weekday` names them, Monday first. */
export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

const Time = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59'))
const EndTime = v.pipe(
  v.string(),
  v.regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time from 00:00 to 24:00'),
)
/** A local date, `2026-12-24`. */
const LocalDate = v.pipe(v.string(), v.check(isDate, 'must be a date such as 2026-12-24'))

function isDate(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00Z`) : undefined
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** When work begins and ends on a day, the end excluded; an end that is not after the start is on the next day. null: no work. */
const WorkingDay = v.nullable(v.strictObject({ start: Time, end: EndTime }))

const Holiday = v.pipe(
  v.unknown(),
  v.check(
    (given) => typeof given === 'object' && given !== null,
    'must be {"date": "2026-12-24"}, with or without a name',
  ),
  v.strictObject({
    date: LocalDate,
    name: v.optional(
      v.nullable(
        v.pipe(
          v.string(),
          v.maxLength(holidayNameCharactersMax, `must be at most ${holidayNameCharactersMax} characters`),
        ),
      ),
      null,
    ),
  }),
)

/** Levels that can be a limit: what is high or critical never waits. */
const Limit = v.picklist(['low', 'medium', 'high'], 'must be one of low, medium, high')

/** Between these local times, past midnight if `to` is earlier, notifications of levels below `passLevel` wait. */
const QuietHours = v.pipe(
  v.strictObject({ from: Time, to: Time, passLevel: v.optional(Limit, 'high') }),
  v.check(({ from, to }) => from !== to, 'must end at another time than they begin'),
)

/** Notifications of levels below `below` wait for one time each day, local time; `at` null: for each full hour. */
const Digest = v.strictObject({ at: v.nullable(Time), below: Limit })

const entries = {
  timeZone: v.pipe(v.string(), v.maxLength(64)),
  workingHours: v.strictObject({
    Monday: WorkingDay,
    Tuesday: WorkingDay,
    Wednesday: WorkingDay,
    Thursday: WorkingDay,
    Friday: WorkingDay,
    Saturday: WorkingDay,
    Sunday: WorkingDay,
  }),
  holidays: v.pipe(
    boundedArray(Holiday, holidaysMax),
    v.check((days) => new Set(days.map(({ date }) => date)).size === days.length, 'must name each date once'),
    v.readonly(),
  ),
  quietHours: v.optional(v.nullable(QuietHours), null),
  digest: v.optional(v.nullable(Digest), null),
}

/** Alerting hours as they were saved: also of a zone that this version of Node does not know; it counts as UTC. */
export const AlertingHours = v.object(entries)
export type AlertingHours = Readonly<v.InferOutput<typeof AlertingHours>>

/** Alerting hours to save, every property said: the old ones are replaced. */
export const AlertingHoursInput = v.strictObject({
  ...entries,
  timeZone: v.pipe(v.string(), v.check(isTimeZone, 'must be a time zone such as Europe/Berlin')),
  quietHours: v.nullable(QuietHours),
  digest: v.nullable(Digest),
})

const workday = { start: '08:00', end: '18:00' }

/** The alerting hours of an organization that set none. */
export const defaultHours: AlertingHours = {
  timeZone: 'UTC',
  workingHours: {
    Monday: workday,
    Tuesday: workday,
    Wednesday: workday,
    Thursday: workday,
    Friday: workday,
    Saturday: null,
    Sunday: null,
  },
  holidays: [],
  quietHours: null,
  digest: null,
}
