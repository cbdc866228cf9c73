// HTTP dates in the three forms that recipients must accept (RFC 9110 section 5.6.7). Pure.
import { type Instant, millisecondsOf } from './instant.ts'

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const longWeekday = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const month = `(?<month>${months.join('|')})`
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)'

const forms = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${weekday}, (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${time} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^${longWeekday}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(`^${weekday} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
]

/** A two-digit year that is more than this many years ahead belongs to the century before. */
const yearsAheadMax = 50

/**
 * The time of an HTTP date in Unix milliseconds, to the second; undefined for anything else, and for days that do not exist.
 * Ignores the day of the week; a leap second is the next second.
 */
export function httpDateMs(text: string, now: Instant): number | undefined {
  const found = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (!found) return undefined
  const { year = '', month = '', day = '', hour, minute, second } = found
  const monthIndex = months.indexOf(month)
  const fullYear = year.length === 2 ? yearOfTwoDigits(Number(year), now) : Number(year)
  const midnight = new Date(0)
  midnight.setUTCFullYear(fullYear, monthIndex, Number(day))
  if (midnight.getUTCDate() !== Number(day)) return undefined
  return midnight.getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000
}

function yearOfTwoDigits(digits: number, now: Instant): number {
  const thisYear = new Date(millisecondsOf(now)).getUTCFullYear()
  const inCentury = thisYear - (thisYear % 100) + digits
  const years = [inCentury + 100, inCentury, inCentury - 100]
  return years.find((year) => year <= thisYear + yearsAheadMax) ?? inCentury
}

/** A time as an HTTP date, in the form that senders must use: IMF-fixdate, to the second. */
export const httpDateOf = (at: Instant): string => new Date(millisecondsOf(at)).toUTCString()
