// What is typed in the form of alerting hours, what is wrong with it, and what is sent. Pure.
import { type Hours, type Limit, type Weekday, weekdays } from './hours.ts'

/** Most holidays, and the longest name of one: as the API accepts them. */
export const holidaysMax = 400
export const holidayNameCharactersMax = 60

type DayDraft = { readonly works: boolean; readonly start: string; readonly end: string }
/** When digests come. */
export const digestHows = ['never', 'hourly', 'daily'] as const
type DigestHow = (typeof digestHows)[number]

export type HoursDraft = {
  readonly timeZone: string
  readonly days: Readonly<Record<Weekday, DayDraft>>
  /** A holiday in each line: its date, and perhaps a blank and its name. */
  readonly holidays: string
  readonly quiet: { readonly on: boolean; readonly from: string; readonly to: string; readonly passLevel: Limit }
  readonly digest: { readonly how: DigestHow; readonly at: string; readonly below: Limit }
}

/** What is wrong with the line of a holiday, the first line being 1. */
type HolidayProblem = { readonly line: number; readonly kind: 'date' | 'twice' | 'name' | 'many' }

export type DraftProblems = {
  readonly timeZone: boolean
  /** The days of which a time is missing. */
  readonly days: readonly Weekday[]
  readonly holiday: HolidayProblem | null
  /** A time is missing, or both are the same. */
  readonly quiet: 'time' | 'same' | null
  readonly digest: boolean
}

/** What the form begins with; `ownZone` is suggested to an organization that has set no hours. */
export function draftOf(hours: Hours, ownZone: string): HoursDraft {
  const { isDefault, timeZone, workingHours, holidays, quietHours, digest } = hours
  const dayOf = (weekday: Weekday): DayDraft => {
    const day = workingHours[weekday]
    // Fields for times know no 24:00.
    return day
      ? { works: true, start: day.start, end: day.end === '24:00' ? '00:00' : day.end }
      : { works: false, start: '08:00', end: '18:00' }
  }
  return {
    timeZone: isDefault ? ownZone : timeZone,
    days: {
      Monday: dayOf('Monday'),
      Tuesday: dayOf('Tuesday'),
      Wednesday: dayOf('Wednesday'),
      Thursday: dayOf('Thursday'),
      Friday: dayOf('Friday'),
      Saturday: dayOf('Saturday'),
      Sunday: dayOf('Sunday'),
    },
    holidays: holidays.map(({ date, name }) => (name ? `${date} ${name}` : date)).join('\n'),
    quiet: quietHours ? { on: true, ...quietHours } : { on: false, from: '22:00', to: '07:00', passLevel: 'high' },
    digest: digest
      ? { how: digest.at === null ? 'hourly' : 'daily', at: digest.at ?? '09:00', below: digest.below }
      : { how: 'never', at: '09:00', below: 'medium' },
  }
}

/** What is wrong with a draft; `zones` are those that the browser knows. */
export function problemsOf(draft: HoursDraft, zones: readonly string[]): DraftProblems {
  return {
    timeZone: !zones.includes(draft.timeZone.trim()),
    days: weekdays.filter((weekday) => draft.days[weekday].works && isTimeMissing(draft.days[weekday])),
    holiday: holidayProblem(holidaysOf(draft)),
    quiet: draft.quiet.on ? quietProblem(draft.quiet) : null,
    digest: draft.digest.how === 'daily' && draft.digest.at === '',
  }
}

export const isWrong = ({ timeZone, days, holiday, quiet, digest }: DraftProblems): boolean =>
  timeZone || days.length > 0 || holiday !== null || quiet !== null || digest

function quietProblem({ from, to }: HoursDraft['quiet']): DraftProblems['quiet'] {
  if (from === '' || to === '') return 'time'
  return from === to ? 'same' : null
}

const isTimeMissing = ({ start, end }: DayDraft) => start === '' || end === ''

/** The body that saves a draft. */
export function bodyOf(draft: HoursDraft): object {
  const { quiet, digest } = draft
  const dayOf = ({ works, start, end }: DayDraft) => (works ? { start, end: end === '00:00' ? '24:00' : end } : null)
  return {
    timeZone: draft.timeZone.trim(),
    workingHours: Object.fromEntries(weekdays.map((weekday) => [weekday, dayOf(draft.days[weekday])])),
    holidays: holidaysOf(draft).map(({ date, name }) => ({ date, name: name || null })),
    quietHours: quiet.on ? { from: quiet.from, to: quiet.to, passLevel: quiet.passLevel } : null,
    digest: digest.how === 'never' ? null : { at: digest.how === 'daily' ? digest.at : null, below: digest.below },
  }
}

type HolidayLine = { readonly line: number; readonly date: string; readonly name: string }

function holidaysOf({ holidays }: HoursDraft): readonly HolidayLine[] {
  return holidays.split('\n').flatMap((text, index) => {
    const [, date = '', name = ''] = /^(\S+)\s*(.*)$/.exec(text.trim()) ?? []
    return date === '' ? [] : [{ line: index + 1, date, name }]
  })
}

/** The first problem, from the top. */
function holidayProblem(lines: readonly HolidayLine[]): HolidayProblem | null {
  const dates = new Set<string>()
  for (const [index, { line, date, name }] of lines.entries()) {
    if (!isDate(date)) return { line, kind: 'date' }
    if (dates.has(date)) return { line, kind: 'twice' }
    if (name.length > holidayNameCharactersMax) return { line, kind: 'name' }
    if (index >= holidaysMax) return { line, kind: 'many' }
    dates.add(date)
  }
  return null
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}
