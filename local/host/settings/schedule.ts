// Timer schedules as the host reads them: NCRONTAB in UTC, or a TimeSpan between runs.
import { Cron } from 'croner'
import { parseTimeSpan } from './time-span.ts'

const minuteMs = 60_000
/** As many occurrences as the host looks at to recognize a frequent schedule. */
const lookAheadCount = 5

export type Schedule = {
  /** What a timer sees as `schedule.adjustForDST`: true for NCRONTAB. */
  adjustForDst: boolean
  /** The first occurrence after the instant, both in milliseconds since 1970. */
  next(after: number): number
}

/** Reads six NCRONTAB fields (seconds first; five mean second 0) or `[d.]hh:mm:ss` above zero; undefined for anything else, a date that never comes included. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = text.trim().split(/\s+/)
  if (fields.length === 1) return constantSchedule(text.trim())
  return cronSchedule(fields.length === 5 ? ['0', ...fields] : fields)
}

/** Whether occurrences may come less than a minute apart, so that their status is not kept. */
export function isFrequent(schedule: Schedule, now: number): boolean {
  let at = schedule.next(now)
  for (let count = 1; count < lookAheadCount; count++) {
    const next = schedule.next(at)
    if (next - at < minuteMs) return true
    at = next
  }
  return false
}

function constantSchedule(text: string): Schedule | undefined {
  const intervalMs = parseTimeSpan(text)
  if (intervalMs === undefined || intervalMs === 0) return undefined
  return { adjustForDst: false, next: (after) => after + intervalMs }
}

/** NCRONTAB knows no `L`, `W`, `#` and `?`, and wants day and weekday both to match. */
function cronSchedule(fields: string[]): Schedule | undefined {
  if (!fields.every((field) => field.split(/[,/-]/).every((token) => /^(?:\*|\d+|[a-z]{3,})$/i.test(token))))
    return undefined
  const cron = parseCron(fields.join(' '))
  const nextOf = (after: number) => cron?.nextRun(new Date(after))?.getTime()
  if (nextOf(Date.UTC(2000)) === undefined) return undefined
  return { adjustForDst: true, next: (after) => nextOf(after) ?? Number.POSITIVE_INFINITY }
}

function parseCron(pattern: string): Cron | undefined {
  try {
    return new Cron(pattern, { mode: '6-part', timezone: 'UTC', domAndDow: true, sloppyRanges: true })
  } catch {
    return undefined
  }
}
