// What a change of a rule does to what the rule has counted. Pure.
import { buildEngine } from './engine/compiled/engine.ts'
import type { RuleDocument } from './rule-documents.ts'

/**
 * `kept`: the rule goes on with its matches and baselines. `anew`: it begins with the events of the past, from the feed.
 * `none`: it is off, and counts nothing.
 */
export type ChangedCounts = 'kept' | 'anew' | 'none'

/** What happens to the counts of a rule, as it is in force, if it becomes `after`: the same rule, changed or set otherwise. */
export function countsAfter(before: RuleDocument, after: RuleDocument): ChangedCounts {
  if (!after.rule.enabled) return 'none'
  if (!before.rule.enabled) return 'anew'
  const known = buildEngine([before.set]).byCounting
  const counted = [...buildEngine([after.set]).byCounting.keys()]
  return counted.every((counting) => known.has(counting)) ? 'kept' : 'anew'
}
