// Matches a page of events: each event is held once against each rule that can match it, and sorted by correlation and group key. Pure.
import { createHash } from 'node:crypto'
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import { finished, type Work } from '../../steps.ts'
import type { FieldValue, FieldValues } from '../sigma/fields.ts'
import { groupKeyOf } from './alerts.ts'
import type { BaseRule, CompiledCorrelation } from './correlation.ts'
import { type Engine, matchesOf, matchingOne, type RuleMatch } from './engine.ts'
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
export type GroupMatches = { readonly groupKey: string; readonly matches: readonly Match[] }
export type CorrelationMatches = {
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

/** The same as work: an event a step. */
export function* matchingPage(engine: Engine, events: readonly EngineEvent[]): Work<PageMatches> {
  const found = new Map<CompiledCorrelation, GroupsByValues>()
  const texts: KnownTexts = { hashes: new Map(), groupKeys: new Map() }
  const matched: EngineEvent[] = []
  let [lateEvents, aheadEvents, latestMs] = [0, 0, 0]
  for (const event of events) {
    const at = millisecondsOf(event.date)
    latestMs = Math.max(latestMs, event.arrivedAt)
    if (at < event.arrivedAt - lateMsMax) lateEvents += 1
    else if (at > event.arrivedAt + aheadMsMax) aheadEvents += 1
    else {
      const { isCostly } = engine.candidatesOf(event.fields.type)
      const ruleMatches = isCostly ? yield* matchingOne(engine, event.fields) : matchesOf(engine, event.fields)
      if (ruleMatches.length > 0) {
        matched.push(event)
        // One object for all states that store it as it is: most events match several rules.
        const plain: Match = { at, id: event.id, tag: '' }
        for (const ruleMatch of ruleMatches) collect(found, texts, ruleMatch, event, plain)
      }
    }
    yield
  }
  const correlations = [...engine.correlations.values()].flatMap((correlation) => {
    const groups = found.get(correlation)
    return groups ? [{ correlation, groups: [...groups.values()] }] : []
  })
  return { correlations, matched, latestMs, lateEvents, aheadEvents }
}

/** Matches by the values of their group, in a form that is faster to make than the group key. */
type GroupsByValues = Map<string, { readonly groupKey: string; readonly matches: Match[] }>

function collect(
  found: Map<CompiledCorrelation, GroupsByValues>,
  texts: KnownTexts,
  ruleMatch: RuleMatch,
  event: EngineEvent,
  plain: Match,
) {
  const { correlation, baseRule } = ruleMatch
  const values = valuesText(baseRule, event)
  const match = values === undefined ? undefined : matchFrom(ruleMatch, event, plain, texts)
  if (values === undefined || !match) return
  let groups = found.get(correlation)
  if (!groups) {
    groups = new Map()
    found.set(correlation, groups)
  }
  const group = groups.get(values)
  if (group) group.matches.push(match)
  else groups.set(values, { groupKey: groupKeyFor(baseRule, event, values, texts), matches: [match] })
}

/** Texts made for earlier events of the page: hashes by text, and group keys by their only value. */
type KnownTexts = { readonly hashes: Map<string, string>; readonly groupKeys: Map<string, string> }

function groupKeyFor(baseRule: BaseRule, event: EngineEvent, values: string, { groupKeys }: KnownTexts): string {
  if (baseRule.groupFields.length !== 1) return groupKeyOf(groupValuesOf(baseRule, event))
  const groupKey = groupKeys.get(values) ?? groupKeyOf([values])
  groupKeys.set(values, groupKey)
  return groupKey
}

/** The values of an event's group, all of which it has. */
const groupValuesOf = ({ groupFields }: BaseRule, { fields }: EngineEvent): string[] =>
  groupFields.map((field) => folded(fields[field] ?? ''))

/** A text that is equal for events of one group; undefined for an event without one of the values. */
function valuesText({ groupFields }: BaseRule, { fields }: EngineEvent): string | undefined {
  let text = ''
  for (const field of groupFields) {
    const value = fields[field] ?? null
    if (value === null) return undefined
    const one = folded(value)
    if (groupFields.length === 1) return one
    text += `${one.length} ${one}`
  }
  return text
}

/**
 * What a state stores of an event, of which `plain` is the match for correlations that count events; undefined where values
 * are counted and the event has none.
 */
function matchFrom(
  { correlation, baseRule }: RuleMatch,
  { fields }: EngineEvent,
  plain: Match,
  { hashes }: KnownTexts,
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
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8)
  known.set(text, hash)
  return hash
}
