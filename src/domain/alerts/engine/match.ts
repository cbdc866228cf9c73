// Matches a page of events: each event is held once against each rule that can match it, and sorted by correlation and group key. Pure.
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import { finished, type Work } from '../../steps.ts'
import type { FieldValues } from '../sigma/fields.ts'
import { costlySteps, type Engine } from './compiled/engine.ts'
import { aheadMsMax, isHistory } from './compiled/limits.ts'
import type { Match } from './compiled/window.ts'
import { type CorrelationMatches, FoundMatches } from './found-matches.ts'

/**
 * An event with the fields that rules see. `arrivedAt` is when it was stored, in Unix milliseconds, and `number` is its number
 * in the feed, from 1 on: 0 for an event that is not read from there.
 */
export type EngineEvent = {
  readonly id: Guid
  readonly number: number
  readonly date: Instant
  readonly arrivedAt: number
  readonly fields: FieldValues
}

/** All matches of a page of events: the input of `advance`. */
export type PageMatches = {
  /** In the order of the rules, without those that nothing matched. */
  readonly correlations: readonly CorrelationMatches[]
  /** The events that matched any rule, without late ones. */
  readonly matched: readonly EngineEvent[]
  /** When the last of the events arrived, in Unix milliseconds; 0 for none. */
  readonly latestMs: number
  /** Events over 7 days older than their arrival, which only rates learn from; and those dated over a day past it, skipped. */
  readonly lateEvents: number
  readonly aheadEvents: number
}

/** Matches a page of events. */
export const matchPage = (engine: Engine, events: readonly EngineEvent[]): PageMatches =>
  finished(matchingPage(engine, events))

/** The same as work: an event, or a costly rule, a step. */
export function* matchingPage(engine: Engine, events: readonly EngineEvent[]): Work<PageMatches> {
  const found = new FoundMatches()
  const matched: EngineEvent[] = []
  let [lateEvents, aheadEvents, latestMs] = [0, 0, 0]
  for (const event of events) {
    const at = millisecondsOf(event.date)
    latestMs = Math.max(latestMs, event.arrivedAt)
    if (isHistory(at, event.arrivedAt)) {
      lateEvents += 1
      const late = { at, number: event.number }
      for (const { compiled, ruleMatches } of engine.learnersOf(event.fields.type)) {
        if (compiled.matches(event.fields))
          for (const ruleMatch of ruleMatches) found.addHistory(ruleMatch, event.fields, late)
      }
    } else if (at > event.arrivedAt + aheadMsMax) aheadEvents += 1
    else {
      const candidates = engine.candidatesOf(event.fields.type)
      // One object for all states that store it as it is: most events match several rules.
      const plain: Match = { at, id: event.id, tag: '' }
      let isMatch = found.addMatches(candidates, event.fields, plain)
      for (const candidate of candidates) {
        if (candidate.compiled.steps < costlySteps) continue
        if (found.addMatch(candidate, event.fields, plain)) isMatch = true
        yield
      }
      if (isMatch) matched.push(event)
    }
    yield
  }
  return { correlations: found.correlations(), matched, latestMs, lateEvents, aheadEvents }
}
