// Open alerts by severity. Pure.
import type { Alert } from '../alerts/alert.ts'
import { type Level, levelOf, levels } from '../alerts/levels.ts'

/** How many alerts each level has, the most severe first; levels without any are skipped. */
export const countsByLevel = (alerts: readonly Pick<Alert, 'level'>[]): readonly { level: Level; count: number }[] =>
  levels
    .map((level) => ({ level, count: alerts.filter((alert) => levelOf(alert.level) === level).length }))
    .filter(({ count }) => count > 0)

/** The most severe of these alerts, and among equals the newest; `alerts` are newest first. */
export const mostSevere = <A extends Pick<Alert, 'level'>>(alerts: readonly A[], max: number): readonly A[] =>
  alerts
    .toSorted((one, another) => levels.indexOf(levelOf(one.level)) - levels.indexOf(levelOf(another.level)))
    .slice(0, max)
