// Until when a notification of an alert waits: for the next digest, and for the end of quiet hours. Pure.
import type { AlertingHours } from '../alerts/hours/alerting-hours.ts'
import { localDay } from '../alerts/hours/local-time.ts'
import { type Level, levels } from '../alerts/sigma/rules.ts'

/**
 * When a notification of a level may be sent that is made at `ms`; `ms` if nothing holds it. A digest that would come in quiet
 * hours comes at their end, unless its level passes. High and critical levels never wait.
 */
export function releaseOf({ timeZone, quietHours, digest }: AlertingHours, level: Level, ms: number): number {
  const isBelow = (limit: Level) => levels.indexOf(level) < levels.indexOf(limit)
  const day = localDay(timeZone)
  const due = digest && isBelow(digest.below) ? (digest.at === null ? day.nextHour(ms) : day.next(digest.at, ms)) : ms
  return quietHours && isBelow(quietHours.passLevel) && day.isWithin(quietHours, due)
    ? day.next(quietHours.to, due)
    : due
}
