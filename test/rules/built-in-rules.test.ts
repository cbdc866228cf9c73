// Every built-in rule against the cases beside it, through the engine as it runs; and what all built-in rules have in common.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countedBy, ruleCoverage, typesOf } from '../../scripts/rule-coverage.ts'
import { uncounted } from '../../scripts/uncounted-events.ts'
import { expandLists } from '../../src/domain/alerts/configuration/expand-lists.ts'
import { buildEngine } from '../../src/domain/alerts/engine/compiled/engine.ts'
import type { Alert } from '../../src/domain/alerts/engine/states/alerts.ts'
import { preview } from '../../src/domain/alerts/preview.ts'
import { readBuiltInRules } from '../../src/domain/alerts/rule-documents.ts'
import type { Rule } from '../../src/domain/alerts/sigma/rules.ts'
import { eventTypes } from '../../src/domain/events/event-types.ts'
import { instantAt, millisecondsOf } from '../../src/domain/instant.ts'
import { alertsAsArrived } from './arrival.ts'
import { caseNames, casesTextOf, folder, ruleNames, ruleOf, textOf } from './built-in-rules.ts'
import { arrivalsOf, type Case, groupOf, listsOf, readCases, startMs } from './cases.ts'
import { context, placeOf } from './cast.ts'
import { rulesTable } from './readme.ts'

type Set = readonly Rule[]

/** The alerts of a rule over the events of a case. */
function alertsOf(set: Set, each: Case): readonly Alert[] {
  const engine = buildEngine([expandLists(set, listsOf(each))])
  const arrivals = arrivalsOf(each)
  if (arrivals.some(({ event, arrivedAt }) => arrivedAt > millisecondsOf(event.date)))
    return alertsAsArrived(engine, arrivals)
  const events = arrivals.map(({ event }) => event)
  const to = each.until === undefined ? events.at(-1)?.date : instantAt(each.until)
  return preview({ engine, events, context, placeOf, from: instantAt(startMs), to: to ?? instantAt(startMs) }).alerts
}

const shown = (alert: Alert) => ({
  group: Object.fromEntries(alert.group.map(({ name, value }) => [name, value])),
  count: alert.count,
  from: alert.from,
})

describe.each(ruleNames)('%s', (name) => {
  const { rule, set } = ruleOf(name)
  const cases = caseNames.includes(name) ? readCases(casesTextOf(name)) : []

  test.each(cases)('$name', (each) => {
    const alerts = alertsOf(set, each).map(shown)
    const expected = each.expect.map((one, index) => ({
      group: groupOf(one),
      count: one.count ?? alerts[index]?.count,
      from: one.from === undefined ? alerts[index]?.from : instantAt(one.from),
    }))
    expect(alerts).toEqual(expected)
  })

  test('has cases that alert and cases that do not', () => {
    expect(cases.some(({ expect }) => expect.length > 0)).toBe(true)
    expect(cases.some(({ expect }) => expect.length === 0)).toBe(true)
    expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length)
  })

  const threshold = thresholdOf(rule)
  if (threshold !== undefined) {
    test('has a case that meets its threshold exactly', () => {
      expect(cases.flatMap(({ expect }) => expect.map(({ count }) => count))).toContain(threshold)
    })
  }
  if (threshold !== undefined && threshold > 1) {
    test('has a case that misses its threshold by one', () => {
      const lowered = set.map((each) => (each === rule ? withThreshold(rule, threshold - 1) : each))
      const missed = cases
        .filter(({ expect }) => expect.length === 0)
        .flatMap((each) => alertsOf(lowered, each).map(({ count }) => count))
      expect(missed).toContain(threshold - 1)
    })
  }

  test('says what it is about, how sure it is, and what to do', () => {
    expect(textOf(name)).toMatch(/^id: /m)
    expect(rule.description ?? '').toMatch(/\.$/)
    expect(rule.falsePositives).not.toEqual([])
    expect(rule.response ?? '').toMatch(/\.$/)
    expect(rule.tags.filter((tag) => !/^attack\.[a-z0-9.-]+$/.test(tag))).toEqual([])
  })
})

/** The least count that fires; undefined for a rule without one. */
function thresholdOf(rule: Rule): number | undefined {
  if (rule.kind === 'event') return 1
  const { correlation } = rule
  if (correlation.kind === 'absence') return undefined
  return correlation.kind === 'abnormal-rate' ? correlation.countMin : correlation.count[0]?.value
}

function withThreshold(rule: Rule, value: number): Rule {
  if (rule.kind === 'event' || rule.correlation.kind === 'absence') return rule
  const { correlation } = rule
  if (correlation.kind === 'abnormal-rate') return { ...rule, correlation: { ...correlation, countMin: value } }
  return { ...rule, correlation: { ...correlation, count: [{ operator: 'gte', value }] } }
}

describe('the built-in rules', () => {
  test('are valid as a whole: every document has one rule that alerts, and every id occurs once', () => {
    expect(readBuiltInRules(ruleNames.map(textOf))).toHaveLength(ruleNames.length)
  })

  test('have cases for rules only', () => {
    expect(caseNames.filter((name) => !ruleNames.includes(name))).toEqual([])
  })

  test('use one name for one thing: rules over events of the same name are the same', () => {
    const known = new Map<string, string>()
    for (const name of ruleNames) {
      for (const { repeatMs: _, ...rule } of ruleOf(name).set) {
        if (rule.kind !== 'event' || rule.alerts) continue
        const text = JSON.stringify({ ...rule, selections: [...rule.selections] })
        expect(known.get(rule.id) ?? text).toBe(text)
        known.set(rule.id, text)
      }
    }
  })

  test("cover every event type that Bitwarden's page on monitoring event logs names", () => {
    const covered = new Set(ruleNames.flatMap((name) => ruleOf(name).set.flatMap(typesOf)))
    expect(monitored.filter((type) => !covered.has(type))).toEqual([])
  })

  test('count every event type while they are as they come, or it is said why not; and not both', () => {
    const counting = countedBy()
    const isCounted = (code: number) => counting.get(code)?.some(({ rule }) => rule.rule.enabled) === true
    const known = new Set(eventTypes.map(({ code }) => code))
    expect(eventTypes.flatMap(({ code }) => (isCounted(code) === code in uncounted ? [code] : []))).toEqual([])
    expect([...counting.keys(), ...Object.keys(uncounted).map(Number)].filter((code) => !known.has(code))).toEqual([])
  })

  test('are in docs/coverage.md as they are', () => {
    expect(readFileSync(join(folder, '../docs/coverage.md'), 'utf8')).toBe(ruleCoverage())
  })

  test('are in the table of rules/README.md as they are', () => {
    const [, table] = readFileSync(join(folder, 'README.md'), 'utf8').split('<!-- table -->')
    expect(table?.trim()).toBe(rulesTable(ruleNames))
  })
})

/** https://bitwarden.com/help/event-monitoring/ */
const monitored = [
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1010, 1101, 1105, 1106, 1107, 1108, 1109, 1110, 1111, 1112, 1113, 1114,
  1117, 1500, 1501, 1502, 1504, 1511, 1512, 1513, 1600, 1602, 1603, 1609, 1700, 2001,
]
