// Collects the matches of a page of events by correlation and group key, as states store them. Pure.
import { hash } from 'node:crypto'
import type { FieldValue, FieldValues } from '../sigma/fields.ts'
import type { BaseRule } from './compiled/base-rule.ts'
import type { CompiledCorrelation } from './compiled/correlation.ts'
import { type Candidate, costlySteps, type RuleMatch } from './compiled/engine.ts'
import type { Match } from './compiled/window.ts'
import { groupKeyOf } from './states/alerts.ts'
import type { HistoryMatch } from './states/baseline.ts'

/** The matches of one correlation and group key, in the order of the events; `history` are those of events that were late. */
type GroupMatches = {
  readonly groupKey: string
  readonly matches: readonly Match[]
  readonly history: readonly HistoryMatch[]
}
export type CorrelationMatches = {
  readonly correlation: CompiledCorrelation
  readonly groups: readonly GroupMatches[]
}

/** A group key, as one object a page: correlations that group by the same fields share it. */
type Group = { readonly groupKey: string }

/** Values of group fields, one after the other, and the group key that they make. */
type GroupNode = { group: Group | undefined; next: Map<FieldValue, GroupNode> | undefined }

type FoundOfGroup = { readonly groupKey: string; readonly matches: Match[]; history: HistoryMatch[] }
const noHistory: HistoryMatch[] = []

type FoundOfCorrelation = {
  readonly correlation: CompiledCorrelation
  readonly groups: Map<Group, FoundOfGroup>
}

/** The matches of a page, by correlation and group key. */
export class FoundMatches {
  /** By the index of the correlation. */
  readonly #found: (FoundOfCorrelation | undefined)[] = []
  readonly #groups = new Map<string, Group>()
  /** The groups by values as events have them: faster to find than by the key that is made of them. */
  readonly #tree: GroupNode = { group: undefined, next: undefined }
  readonly #hashes = new Map<string, string>()
  /** The fields that the last group was looked up for, of the event with these values: most rules of an event share them. */
  #last:
    | { readonly groupFields: readonly string[]; readonly fields: FieldValues; readonly group: Group | undefined }
    | undefined
  /** The matches of the last event by their tags: states share them. */
  #tagged: { readonly plain: Match; readonly matches: Match[] } | undefined

  correlations(): CorrelationMatches[] {
    return this.#found.flatMap((each) =>
      each ? [{ correlation: each.correlation, groups: [...each.groups.values()] }] : [],
    )
  }

  /** Holds an event against all rules but costly ones; returns whether any matched. */
  addMatches(candidates: readonly Candidate[], fields: FieldValues, plain: Match): boolean {
    let isMatch = false
    for (const candidate of candidates) {
      if (candidate.compiled.steps < costlySteps && this.addMatch(candidate, fields, plain)) isMatch = true
    }
    return isMatch
  }

  /** Holds an event against a rule; returns whether it matched. */
  addMatch({ compiled, ruleMatches }: Candidate, fields: FieldValues, plain: Match): boolean {
    if (!compiled.matches(fields)) return false
    for (const ruleMatch of ruleMatches) this.#add(ruleMatch, fields, plain)
    return true
  }

  /** Adds an event's matches of base rules; none without a field of the group key, or without a value where values count. */
  #add(ruleMatch: RuleMatch, fields: FieldValues, plain: Match): void {
    const group = this.#groupOf(ruleMatch.groupFields, fields)
    if (!group) return
    for (const baseRule of ruleMatch.baseRules) {
      const match = this.#matchFrom(ruleMatch.correlation, baseRule, fields, plain)
      if (!match) continue
      const groups = this.#groupsOf(ruleMatch)
      const known = groups.get(group)
      if (known) known.matches.push(match)
      else groups.set(group, { groupKey: group.groupKey, matches: [match], history: noHistory })
    }
  }

  /** Adds a match of a late event for a rate to learn from. */
  addHistory(ruleMatch: RuleMatch, fields: FieldValues, late: HistoryMatch): void {
    const group = this.#groupOf(ruleMatch.groupFields, fields)
    if (!group) return
    const groups = this.#groupsOf(ruleMatch)
    const known = groups.get(group) ?? { groupKey: group.groupKey, matches: [], history: noHistory }
    groups.set(group, known)
    if (known.history === noHistory) known.history = [late]
    else known.history.push(late)
  }

  #groupsOf({ correlation, index }: RuleMatch): Map<Group, FoundOfGroup> {
    const known = this.#found[index]
    if (known) return known.groups
    const groups = new Map<Group, FoundOfGroup>()
    this.#found[index] = { correlation, groups }
    return groups
  }

  /** The group of an event by these fields; undefined for an event without one of them. */
  #groupOf(groupFields: readonly string[], fields: FieldValues): Group | undefined {
    const last = this.#last
    if (last?.fields === fields && last.groupFields === groupFields) return last.group
    const group = this.#groupBy(groupFields, fields)
    this.#last = { groupFields, fields, group }
    return group
  }

  #groupBy(groupFields: readonly string[], fields: FieldValues): Group | undefined {
    let node = this.#tree
    for (const field of groupFields) {
      const value = fields[field] ?? null
      if (value === null) return undefined
      node.next ??= new Map()
      let next = node.next.get(value)
      if (!next) {
        next = { group: undefined, next: undefined }
        node.next.set(value, next)
      }
      node = next
    }
    node.group ??= this.#groupFrom(groupFields, fields)
    return node.group
  }

  #groupFrom(groupFields: readonly string[], fields: FieldValues): Group {
    const groupKey = groupKeyOf(groupFields.map((field) => folded(fields[field] ?? '')))
    const group = this.#groups.get(groupKey) ?? { groupKey }
    this.#groups.set(groupKey, group)
    return group
  }

  /**
   * What a state stores of an event, of which `plain` is the match for correlations that count events; undefined where values
   * are counted and the event has none.
   */
  #matchFrom(
    { measure, layout }: CompiledCorrelation,
    baseRule: BaseRule,
    fields: FieldValues,
    plain: Match,
  ): Match | undefined {
    const compact = layout === 'compact'
    if (measure === 'events') return compact ? { at: plain.at, id: shortHash(this.#hashes, plain.id), tag: '' } : plain
    const value = baseRule.valueField === undefined ? '' : valueTagOf(baseRule.valueField, fields, this.#hashes)
    if (value === undefined) return undefined
    if (measure !== 'values') return this.#withTag(plain, baseRule.tag + value)
    return compact ? { at: plain.at, id: '', tag: value } : this.#withTag(plain, value)
  }

  #withTag(plain: Match, tag: string): Match {
    if (this.#tagged?.plain !== plain) this.#tagged = { plain, matches: [] }
    const { matches } = this.#tagged
    for (const match of matches) if (match.tag === tag) return match
    const match: Match = { at: plain.at, id: plain.id, tag }
    matches.push(match)
    return match
  }
}

/** A hash of the value that counts; undefined for an event without one. */
function valueTagOf(valueField: string, fields: FieldValues, hashes: Map<string, string>) {
  const value = fields[valueField] ?? null
  return value === null ? undefined : shortHash(hashes, folded(value))
}

const folded = (value: Exclude<FieldValue, null>): string => String(value).toLowerCase()

/** A hash of a text: 48 bits, as 8 characters. `known` are those made before. */
function shortHash(known: Map<string, string>, text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const short = hash('sha256', text, 'base64url').slice(0, 8)
  known.set(text, short)
  return short
}
