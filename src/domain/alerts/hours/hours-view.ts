// Alerting hours as responses show them, and in the words of audit events. Pure.
import { type AlertingHours, defaultHours, weekdays } from './alerting-hours.ts'

/** Alerting hours as responses show them; those of an organization that set none are the default. */
export const hoursView = (hours: AlertingHours | undefined) => ({
  object: 'alertingHours',
  isDefault: hours === undefined,
  ...(hours ?? defaultHours),
})

/** Alerting hours in words that an event has room for: `Europe/Berlin, Mon 08:00-18:00, …, no holidays`. */
export function hoursWords({ timeZone, workingHours, holidays, quietHours, digest }: AlertingHours): string {
  const days = weekdays.flatMap((weekday) => {
    const day = workingHours[weekday]
    return day ? [`${weekday.slice(0, 3)} ${day.start}-${day.end}`] : []
  })
  const listed = holidays.length === 0 ? 'no holidays' : `${holidays.length} holiday${holidays.length === 1 ? '' : 's'}`
  const quiet = quietHours ? [`quiet ${quietHours.from}-${quietHours.to} below ${quietHours.passLevel}`] : []
  const digests = digest ? [`digest ${digest.at === null ? 'each hour' : `at ${digest.at}`} below ${digest.below}`] : []
  return [timeZone, ...(days.length === 0 ? ['no working hours'] : days), listed, ...quiet, ...digests].join(', ')
}
