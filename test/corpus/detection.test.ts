// A small part of the months to tune with: enough to notice rules that find less, or a flood of alerts. `npm run detection` measures all.
import { expect, test } from 'vitest'
import { readBuiltInRules } from '../../src/domain/alerts/rule-documents.ts'
import { ruleNames, textOf } from '../rules/built-in-rules.ts'
import { incidentReport, incidentsOf } from './incidents.ts'
import { measure } from './measurement.ts'
import { measuredWeeks } from './months.ts'
import { thirds } from './parameters.ts'
import { attackedOrganizations, quietOrganizations } from './plan.ts'
import { figures, report } from './report.ts'

const builtInRules = readBuiltInRules(ruleNames.map(textOf))
const attacked = [...attackedOrganizations(thirds.tune, 25)].map((planned) => measure(planned, builtInRules))
const quiet = [...quietOrganizations(thirds.tune, 50)].map((planned) => measure(planned, builtInRules))
const ofFifty = quiet.filter(({ size }) => size === 50)

test('most loud and medium attacks are found, half of them at high within five minutes', () => {
  const { found, soon } = figures(attacked, ofFifty)
  expect(found).toBeGreaterThan(0.9)
  expect(soon).toBeGreaterThan(0.5)
})

test('a quiet organization of 50 people has at most one alert a week', () => {
  expect(figures(attacked, ofFifty).perWeek).toBeLessThanOrEqual(1)
})

test('the report has a row for each goal that these sizes can be measured against', () => {
  const text = report(thirds.tune, attacked, quiet)
  expect(text).toContain('| loud and medium attacks found | at least 90 % |')
  expect(text).toContain('| alerts a week in a quiet organization of 50 | at most 1 |')
})

test('most attacks are one incident each, the report has the goals, and a quiet organization of 50 people has one in two weeks at most', () => {
  const text = incidentReport(attacked, ofFifty)
  const [, attacks = '0', one = '0'] =
    /Of (\d+) attacks that alerts are about, (\d+) are one incident each/.exec(text) ?? []
  expect(Number(attacks)).toBeGreaterThan(3)
  expect(Number(one) / Number(attacks)).toBeGreaterThan(0.6)
  const incidents = ofFifty.reduce((sum, each) => sum + new Set(incidentsOf(each).values()).size, 0)
  expect(incidents / ofFifty.length / measuredWeeks).toBeLessThanOrEqual(0.5)
  for (const goal of [
    'stealthy attacks found | at least 60 %',
    'incidents a week in a quiet organization of 50 | at most 0.5',
    'found attacks that are one incident each | at least 90 %',
    'found attacks whose incidents all name an acting account and an address | at least 100 %',
  ]) {
    expect(text).toContain(`| ${goal} |`)
  }
})
