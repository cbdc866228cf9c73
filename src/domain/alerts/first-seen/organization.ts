// The addresses and networks that an organization as a whole was seen at, in parts of bounded size, and the countries. Pure but for the maps handed in.
import * as v from 'valibot'
import { expiresAt } from './subject.ts'
import { dayOf, listed, retainedDays, type Seen, SeenList } from './values.ts'

/** How long what is new for an organization stays new: longer than for a user, so that what one account did does not vouch for the next. */
export const organizationNewnessMs = 24 * 3_600_000

/** Most values of a part. */
export const partValuesMax = 590
/** Longest text of a part, in UTF-16 units. */
const partCharsMax = 29_500

/** Most countries of an organization. */
export const organizationCountriesMax = 250
const countriesCharsMax = 12_000

/** Since when the organization is known (Unix ms), the last day of an event that was learnt (since 1970), and its countries. */
type OrganizationTimes = { since: number; lastDay: number; readonly countries: Seen }
/** What an organization was seen with: `parts` by number, as far as they were read or have anything. */
export type SeenByOrganization = { times: OrganizationTimes | undefined; readonly parts: Map<number, Seen> }

const whole = v.pipe(v.number(), v.safeInteger())
const TimesText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ version: v.literal(1), since: whole, lastDay: whole, countries: v.optional(SeenList, []) }),
)
const PartText = v.pipe(v.string(), v.parseJson(), v.object({ version: v.literal(1), part: whole, values: SeenList }))

export const writeTimes = ({ since, lastDay, countries }: OrganizationTimes): string =>
  JSON.stringify({ version: 1, since, lastDay, countries: listed(countries, countriesCharsMax) })

/** Reads what `writeTimes` wrote; undefined for any other text: the organization is then unknown. */
export function readTimes(text: string): OrganizationTimes | undefined {
  const read = v.safeParse(TimesText, text)
  if (!read.success) return undefined
  const { since, lastDay, countries } = read.output
  return { since, lastDay, countries }
}

/** A part as text of under 30,000 UTF-16 units; if values are too long, fewer are written. */
export const writePart = (part: number, values: Seen): string =>
  JSON.stringify({ version: 1, part, values: listed(values, partCharsMax) })

/** Reads what `writePart` wrote of this part; undefined for any other text: nothing in it is known. */
export function readPart(part: number, text: string): Seen | undefined {
  const read = v.safeParse(PartText, text)
  return read.success && read.output.part === part ? read.output.values : undefined
}

/** When a part is too old to matter (Unix ms). */
export const partExpiresAt = (values: Seen): number =>
  expiresAt({ lastDay: Math.max(0, ...[...values.values()].map(({ day }) => day)) })

/** Extends the times of an organization by an event at a date (Unix ms). True if they changed. */
export function extendTimes(seen: SeenByOrganization, at: number, isPast: boolean): boolean {
  const { times } = seen
  const day = dayOf(at)
  if (!times || times.lastDay + retainedDays <= day) seen.times = { since: at, lastDay: day, countries: new Map() }
  else if (isPast && at < times.since) times.since = at
  else if (times.lastDay < day) times.lastDay = day
  else return false
  return true
}
