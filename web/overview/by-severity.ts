// Open incidents by severity. Pure.
import { type Level, levelOf, levels } from '../alerts/levels.ts'

type Levelled = { readonly level: string }

/** How many incidents each level has, the most severe first; levels without any are skipped. */
export const countsByLevel = (incidents: readonly Levelled[]): readonly { level: Level; count: number }[] =>
  levels
    .map((level) => ({ level, count: incidents.filter((incident) => levelOf(incident.level) === level).length }))
    .filter(({ count }) => count > 0)

/** The most severe of these incidents, and among equals the newest; `incidents` are newest first. */
export const mostSevere = <I extends Levelled>(incidents: readonly I[], max: number): readonly I[] =>
  incidents
    .toSorted((one, another) => levels.indexOf(levelOf(one.level)) - levels.indexOf(levelOf(another.level)))
    .slice(0, max)
