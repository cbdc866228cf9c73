// A preview in numbers: by day, in total, and on the busiest day. Pure.
import type { Immutable } from '../../api/read.ts'
import type * as Api from '../../api/types.ts'
import type { RuleWarning } from '../rule.ts'

/** A day (UTC, `YYYY-MM-DD`) of a preview. */
export type PreviewDay = Immutable<Api.AlertPreview['days'][number]>
export type PreviewAlert = Immutable<Pick<Api.Alert, 'id' | 'from' | 'summary'>>

/** What a rule would have raised; `alerts` are the first of `alertsTotal`. */
export type Preview = Immutable<Pick<Api.AlertPreview, 'events' | 'days' | 'alertsTotal' | 'learning' | 'counts'>> & {
  readonly warnings: readonly RuleWarning[]
  readonly alerts: readonly PreviewAlert[]
}

/** The ranges of previews, in days. */
export const previewRanges = [7, 30] as const
export type PreviewRange = (typeof previewRanges)[number]

const dayMs = 86_400_000

/** The start of a range that ends now (RFC 3339): the beginning of its first day (UTC), with today counted. */
export const startOf = (range: PreviewRange, now: number): string =>
  `${new Date(now - (range - 1) * dayMs).toISOString().slice(0, 10)}T00:00:00Z`

/** The sum over all days, and the busiest day; null if no day has any. */
export function sumOf(days: readonly PreviewDay[], count: 'matches' | 'alerts') {
  const total = days.reduce((sum, day) => sum + day[count], 0)
  const most = Math.max(0, ...days.map((day) => day[count]))
  const busiest = days.find((day) => day[count] === most)
  return { total, busiest: most === 0 || !busiest ? null : { date: busiest.date, count: most } }
}

/** Alerts listed with their summaries. */
export const alertsShownMax = 10
