// The revision of a watch: an id that changes with everything that decides what is counted and when it is said. Pure.
import { type Guid, guidOfContent } from '../../guid.ts'
import type { EventRule } from '../sigma/rules.ts'
import type { WatchDraft } from './correlation.ts'

/**
 * The id that stands for a rule as it is evaluated: its id and parameters, and how the rules that it is about match. A rule
 * with another revision starts anew. Titles, levels, descriptions and the names of the rules it is about are not part of it.
 */
export function revisionOf({ sources, ...parameters }: WatchDraft, events: ReadonlyMap<Guid, EventRule>): Guid {
  const members = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1))
  const matched = sources.map(({ ruleId, groupFields, valueField }) => {
    const rule = events.get(ruleId)
    return [groupFields, valueField ?? null, rule ? matchingOf(rule) : null]
  })
  return guidOfContent('revision', JSON.stringify([members, matched]))
}

/** Everything by which a rule matches, as JSON can hold it. */
export const matchingOf = ({ category, selections, condition, items }: EventRule) => [
  category ?? null,
  [...selections],
  condition,
  items,
]
