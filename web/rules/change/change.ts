// What a change of a rule does, in numbers: the alerts of the last days with the settings that are saved, and with the changed ones. Pure.
import type { Preview, PreviewDay } from '../preview/preview.ts'
import type { Rule, RuleSettings } from '../rule.ts'

/** `saved` is null where nothing is compared: the rule is off, and is to be switched on. */
export type Change = { readonly saved: Preview | null; readonly changed: Preview }

/** The alerts of a day (UTC, `YYYY-MM-DD`). */
type ChangedDay = { readonly date: string; readonly saved: number; readonly changed: number }

/** The days of both previews, in their order; a preview that does not have a day has no alerts on it. */
export function daysOf({ saved, changed }: Change): readonly ChangedDay[] {
  const alertsOn = (days: readonly PreviewDay[], date: string) => days.find((day) => day.date === date)?.alerts ?? 0
  return changed.days.map(({ date, alerts }) => ({
    date,
    saved: saved ? alertsOn(saved.days, date) : 0,
    changed: alerts,
  }))
}

/** Whether settings are other than those that are saved. */
export const differs = ({ settings }: Pick<Rule, 'settings'>, others: RuleSettings): boolean =>
  keyOf(settings) !== keyOf(others)

/** The same for the same settings. */
export const keyOf = ({ enabled, level, timespan, repeat, threshold, sensitivity }: RuleSettings): string =>
  JSON.stringify([enabled, level, timespan, repeat, threshold, sensitivity])
