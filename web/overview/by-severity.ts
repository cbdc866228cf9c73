// Open alerts in the order in which they want to be looked at. Pure.
import type { Alert } from '../alerts/alert.ts'
import { type Level, levelOf, levels } from '../alerts/levels.ts'

/** How many alerts each level has, the gravest first; levels without any are left out. */
export const countsByLevel = (alerts: readonly Pick<Alert, 'level'>[]): readonly { level: Level; count: number }[] =>
  levels
    .map((level) => ({ level, count: alerts.filter((alert) => levelOf(alert.level) === level).length }))
    .filter(({ count }) => count > 0)

/** The gravest of them, of one level the newest; they are given newest first. */
export const gravest = <A extends Pick<Alert, 'level'>>(alerts: readonly A[], max: number): readonly A[] =>
  alerts
    .toSorted((one, another) => levels.indexOf(levelOf(one.level)) - levels.indexOf(levelOf(another.level)))
    .slice(0, max)
