// Values that a person or an organization was seen with, and which of them are new at a date. Bounded, and safe to repeat. Pure but for the maps handed in.
import * as v from 'valibot'

export const dayMs = 86_400_000
/** How long what is new of a user stays new after its first event: a session, with what is done in it. */
export const newnessMs = 4 * 3_600_000
/** What was not seen for so many days is new again. */
export const retainedDays = 90
/** How long a user, or an organization, must be known before it alone says what is new. */
export const learningDays = 7

/** The day of a date (Unix ms), since 1970. */
export const dayOf = (at: number): number => Math.floor(at / dayMs)

type LastDay = { readonly lastDay: number }
type Times = LastDay & { readonly since: number }

/** Whether what is known still matters at a date (Unix ms). */
export const isRetained = <T extends LastDay>(known: T | undefined, at: number): known is T =>
  known !== undefined && known.lastDay + retainedDays > dayOf(at)

/** Whether it was known for `learningDays` at a date (Unix ms). */
export const isKnownSince = (known: Times | undefined, at: number): boolean =>
  isRetained(known, at) && at >= known.since + learningDays * dayMs

/**
 * Since when a value is known (Unix ms), and the last day that it was seen on. `earlier` are dates that were the first
 * until late events were dated before them.
 */
type Known = { readonly day: number; readonly since: number; readonly earlier: readonly number[] }
/** Values with what is known of them. Changed by `learn` alone. */
export type Seen = Map<string, Known>

/** Most dates of a value that were its first; several late events must arrive in falling order for more. */
const earlierMax = 2

/**
 * Whether a value is new at a date (Unix ms): it was not seen before, or first so short a time ago. Events of one date get
 * the same result before and after they were learnt, also if late ones came between: what was new stays new.
 */
export function isNew(seen: Seen | undefined, value: string, at: number, newnessMs: number): boolean {
  const known = seen?.get(value)
  if (!known || isForgotten(known, at) || at < known.since + newnessMs) return true
  return known.earlier.some((since) => since <= at && at < since + newnessMs)
}

const isForgotten = ({ day }: Known, at: number): boolean => day + retainedDays <= dayOf(at)

/** Adds a value seen at a date (Unix ms). Of more than `max` values, the one seen longest ago is dropped. */
export function learn(seen: Seen, value: string, at: number, max: number): boolean {
  const known = seen.get(value)
  const day = dayOf(at)
  if (!known || isForgotten(known, at)) seen.set(value, { day, since: at, earlier: [] })
  else if (at < known.since) seen.set(value, { day: known.day, since: at, earlier: withEarlier(known) })
  else if (known.day < day) seen.set(value, { day, since: known.since, earlier: known.earlier })
  else return false
  if (seen.size > max) seen.delete(oldestOf(seen))
  return true
}

const withEarlier = ({ since, earlier }: Known): readonly number[] =>
  earlier.length < earlierMax ? [...earlier, since] : earlier

type Entry = readonly [value: string, known: Known]

const newestFirst = ([oneValue, one]: Entry, [otherValue, other]: Entry) =>
  other.day - one.day || (oneValue < otherValue ? -1 : 1)

function oldestOf(seen: Seen): string {
  let oldest: Entry | undefined
  for (const entry of seen) if (!oldest || newestFirst(oldest, entry) < 0) oldest = entry
  return oldest?.[0] ?? ''
}

const whole = v.pipe(v.number(), v.safeInteger())

/** Values as they are stored: each with its last day, and its first dates. */
export const SeenList = v.pipe(
  v.array(v.tupleWithRest([v.string(), whole, whole], whole)),
  v.transform((list): Seen => new Map(list.map(([value, day, since, ...earlier]) => [value, { day, since, earlier }]))),
)

/** The values as a list for JSON of at most so many UTF-16 units, newest first; it omits those beyond. */
export function listed(seen: Seen, charsMax: number): readonly (readonly (string | number)[])[] {
  const list: (readonly (string | number)[])[] = []
  let chars = 2
  for (const [value, { day, since, earlier }] of [...seen].sort(newestFirst)) {
    const entry = [value, day, since, ...earlier]
    chars += JSON.stringify(entry).length + 1
    if (chars > charsMax) break
    list.push(entry)
  }
  return list
}
