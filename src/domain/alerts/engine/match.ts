// Matches a page of events: each event is held once against each rule that can match it, and sorted by correlation and group key. Pure.
import { hash } from 'node:crypto'
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import { finished, type Work } from '../../steps.ts'
import type { FieldValue, FieldValues } from '../sigma/fields.ts'
import { groupKeyOf } from './alerts.ts'
import type { BaseRule, CompiledCorrelation } from './correlation.ts'
import { costlySteps, type Engine, type RuleMatch } from './engine.ts'
import { aheadMsMax, lateMsMax } from './limits.ts'
import type { Match } from './window.ts'

/** An event with the fields that rules see; `arrivedAt` is when it was stored, in Unix milliseconds. */
export type EngineEvent = {
  readonly id: Guid
  readonly date: Instant
  readonly arrivedAt: number
  readonly fields: FieldValues
}

/** The matches of one correlation and group key, in the order of the events. */
type GroupMatches = { readonly groupKey: string; readonly matches: readonly Match[] }
type CorrelationMatches = {
  readonly correlation: CompiledCorrelation
  readonly groups: readonly GroupMatches[]
}

/** All matches of a page of events: the input of `advance`. */
export type PageMatches = {
  /** In the order of the rules, without those that nothing matched. */
  readonly correlations: readonly CorrelationMatches[]
  /** The events that matched any rule. */
  readonly matched: readonly EngineEvent[]
  /** When the last of the events arrived, in Unix milliseconds; 0 for none. */
  readonly latestMs: number
  /** Events that were skipped: over 7 days older than their arrival, or dated over a day past it. */
  readonly lateEvents: number
  readonly aheadEvents: number
}

/** Matches a page of events. */
export const matchPage = (engine: Engine, events: readonly EngineEvent[]): PageMatches =>
  finished(matchingPage(engine, events))

/** The same as work: an event, or a costly rule, a step. */
export function* matchingPage(engine: Engine, events: readonly EngineEvent[]): Work<PageMatches> {
  const found: FoundMatches = new Map()
  const hashes = new Map<string, string>()
  const groupOf = groupsOfPage()
  const matched: EngineEvent[] = []
  let [lateEvents, aheadEvents, latestMs] = [0, 0, 0]
  for (const event of events) {
    const at = millisecondsOf(event.date)
    latestMs = Math.max(latestMs, event.arrivedAt)
    if (at < event.arrivedAt - lateMsMax) lateEvents += 1
    else if (at > event.arrivedAt + aheadMsMax) aheadEvents += 1
    else {
      // One object for all states that store it as it is: most events match several rules.
      const plain: Match = { at, id: event.id, tag: '' }
      let isMatch = false
      for (const { compiled, ruleMatches } of engine.candidatesOf(event.fields.type)) {
        if (compiled.matches(event.fields)) {
          isMatch = true
          for (const ruleMatch of ruleMatches) {
            const group = groupOf(ruleMatch.baseRule, event)
            const match = group && matchFrom(ruleMatch, event, plain, hashes)
            if (match) collect(found, ruleMatch.correlation, group, match)
          }
        }
        if (compiled.steps >= costlySteps) yield
      }
      if (isMatch) matched.push(event)
    }
    yield
  }
  const correlations = [...engine.correlations.values()].flatMap((correlation) => {
    const groups = found.get(correlation)
    return groups ? [{ correlation, groups: [...groups.values()] }] : []
  })
  return { correlations, matched, latestMs, lateEvents, aheadEvents }
}

/** A group key, as one object a page: correlations that group by the same fields share it. */
type Group = { readonly groupKey: string }
type FoundMatches = Map<CompiledCorrelation, Map<Group, { readonly groupKey: string; readonly matches: Match[] }>>

function collect(found: FoundMatches, correlation: CompiledCorrelation, group: Group, match: Match): void {
  let groups = found.get(correlation)
  if (!groups) {
    groups = new Map()
    found.set(correlation, groups)
  }
  const known = groups.get(group)
  if (known) known.matches.push(match)
  else groups.set(group, { groupKey: group.groupKey, matches: [match] })
}

/** The group of an event by a base rule's fields; undefined for an event without one of them. Found once for all correlations. */
function groupsOfPage(): (baseRule: BaseRule, event: EngineEvent) => Group | undefined {
  const bySingleValue = new Map<string, Group>()
  const byGroupKey = new Map<string, Group>()
  const ofEvent = new Map<string, Group | undefined>()
  let last: EngineEvent | undefined
  return ({ groupFields, groupFieldsText }, event) => {
    if (event !== last) ofEvent.clear()
    last = event
    if (ofEvent.has(groupFieldsText)) return ofEvent.get(groupFieldsText)
    const group = groupFrom(groupFields.map((field) => event.fields[field] ?? null))
    ofEvent.set(groupFieldsText, group)
    return group
  }

  function groupFrom(found: readonly FieldValue[]): Group | undefined {
    const values = found.flatMap((value) => (value === null ? [] : [folded(value)]))
    if (values.length < found.length) return undefined
    const [first = ''] = values
    // A value is faster to find than the key that is made of it.
    return values.length === 1
      ? known(bySingleValue, first, () => groupKeyOf(values))
      : known(byGroupKey, groupKeyOf(values), (groupKey) => groupKey)
  }

  function known(groups: Map<string, Group>, text: string, keyOf: (text: string) => string): Group {
    const before = groups.get(text)
    if (before) return before
    const group = { groupKey: keyOf(text) }
    groups.set(text, group)
    return group
  }
}

/**
 * What a state stores of an event, of which `plain` is the match for correlations that count events; undefined where values
 * are counted and the event has none.
 */
function matchFrom(
  { correlation, baseRule }: RuleMatch,
  { fields }: EngineEvent,
  plain: Match,
  hashes: Map<string, string>,
): Match | undefined {
  const { at, id } = plain
  const compact = correlation.layout === 'compact'
  switch (correlation.measure) {
    case 'events':
      return compact ? { at, id: shortHash(hashes, id), tag: '' } : plain
    case 'values': {
      const value = fields[baseRule.valueField ?? ''] ?? null
      return value === null ? undefined : { at, id: compact ? '' : id, tag: shortHash(hashes, folded(value)) }
    }
    case 'rules':
    case 'sequence':
      return { at, id, tag: baseRule.tag }
  }
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
