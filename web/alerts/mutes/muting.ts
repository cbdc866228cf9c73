// Mutes: which ones cover an alert, and when a new one ends. Pure.
import type { Alert, Mute } from '../alert.ts'

/** How long a mute can last, in hours. */
export const muteHours = [1, 24, 168, 720] as const

/** The end of a mute made at `now`, as the API takes it. */
export const endOf = (hours: number, now: number): string => new Date(now + hours * 3_600_000).toISOString()

/** Whether a mute covers an alert at `now`: a mute of its rule, for all groups of the rule or for the alert's group. */
export function covers(mute: Mute, alert: Alert, now: number): boolean {
  if (mute.ruleId !== alert.ruleId || Date.parse(mute.until) <= now) return false
  return mute.group === null || keyOf(mute.group) === keyOf(alert.group)
}

type Named = { readonly name: string; readonly value: string }

const keyOf = (group: readonly Named[]): string =>
  JSON.stringify(group.map(({ name, value }) => [name, value.toLowerCase()]).sort())
