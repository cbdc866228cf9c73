// Durations as rules write them: a number and s, m, h or d. Pure.
import * as v from 'valibot'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration such as `90m`, in milliseconds, between these two (Sigma correlation rules, "Time Selection"). */
export const duration = (leastMs: number, mostMs: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}[smhd]$/, 'A span of time is a number and s, m, h or d: 15m.'),
    v.transform((written) => Number(written.slice(0, -1)) * (unitMs[written.slice(-1)] ?? 0)),
    v.minValue(leastMs, `At least ${writtenDuration(leastMs)}.`),
    v.maxValue(mostMs, `At most ${writtenDuration(mostMs)}.`),
  )

/** Writes whole seconds as a duration, in the largest unit that divides them: 90000 is `90s`, 3600000 is `1h`. */
export const writtenDuration = (ms: number): string => {
  const unit = ['d', 'h', 'm', 's'].find((each) => ms % (unitMs[each] ?? 1) === 0) ?? 's'
  return `${ms / (unitMs[unit] ?? 1)}${unit}`
}
