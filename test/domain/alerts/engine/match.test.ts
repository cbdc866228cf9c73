// A page of events is matched once: live evaluation and preview ask each compiled rule at most once about each event.
import { describe, expect, test } from 'vitest'
import { memoryAlertStore } from '../../../../src/adapters/memory/alert-store.ts'
import { memoryDirectory } from '../../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../../src/adapters/memory/event-store.ts'
import { pageStep } from '../../../../src/application/alerts/evaluation/evaluation-step.ts'
import { emptyConfiguration } from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import { buildEngine, type Engine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { preview } from '../../../../src/domain/alerts/preview.ts'
import { directoryContext } from '../../../../src/domain/alerts/sigma/fields.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import { minuteMs, startMs } from '../../../support/alerts/engine.ts'
import { correlating, named, rulesOf } from '../../../support/alerts/rules.ts'
import { event, guid } from '../../../support/events.ts'

const organizationId = guid(1, 'a')
const events = [1000, 1001, 1002, 1000, 1107].map((type, index) =>
  event({ id: guid(index, 'e'), type, organizationId, date: instantAt(startMs + index * minuteMs) }),
)
const sets = [
  rulesOf(named('alone')),
  rulesOf(correlating('type: event_count, rules: [a, b], timespan: 1h, condition: {gte: 2}')),
  rulesOf(correlating('type: temporal, rules: [a, b, c], timespan: 1h', 'id: 00000000-0000-4000-8000-000000000001\n')),
]

/** An engine that counts how often a rule is asked about an event, by rule and event. */
function counting(): { readonly engine: Engine; readonly counts: Map<string, number> } {
  const engine = buildEngine(sets)
  const counts = new Map<string, number>()
  const candidatesOf: Engine['candidatesOf'] = (type) =>
    engine.candidatesOf(type).map(({ compiled, ruleMatches }) => ({
      compiled: {
        ...compiled,
        matches: (fields) => {
          const asked = JSON.stringify([[...compiled.rule.selections], fields.id])
          counts.set(asked, (counts.get(asked) ?? 0) + 1)
          return compiled.matches(fields)
        },
      },
      ruleMatches,
    }))
  return { engine: { ...engine, candidatesOf }, counts }
}

describe('each rule is asked at most once about each event', () => {
  // Types 1000 to 1002 are asked of one rule each, however many documents have it; 1107 of none.
  const asked = 4

  test('of a page of the feed', async () => {
    const { engine, counts } = counting()
    const result = await pageStep(
      {
        organizationId,
        engine,
        rules: new Map(sets.flat().map((rule) => [rule.id, rule])),
        configuration: emptyConfiguration,
        now: startMs + 10 * minuteMs,
        store: memoryEventStore(),
        directory: memoryDirectory(),
        alerts: memoryAlertStore(),
      },
      {
        events,
        numbers: events.map((_, index) => index + 1),
        storedAt: events.map(() => startMs + 10 * minuteMs),
        next: String(events.length),
        more: false,
      },
    )
    expect(result.alerts.length).toBeGreaterThan(0)
    expect([...counts.values()]).toEqual(Array.from({ length: asked }, () => 1))
  })

  test('of a preview', () => {
    const { engine, counts } = counting()
    const context = directoryContext({ organizations: new Map(), providers: new Map(), items: new Map() })
    const [from, to] = [instantAt(startMs), instantAt(startMs + 10 * minuteMs)]
    expect(preview({ engine, events, context, from, to }).alerts.length).toBeGreaterThan(0)
    expect([...counts.values()]).toEqual(Array.from({ length: asked }, () => 1))
  })
})
