// What docs/alerts.md says of the built-in rules is what they come to on the corpus.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readBuiltInRules } from '../../src/domain/alerts/rule-documents.ts'
import { ruleNames, textOf } from '../rules/built-in-rules.ts'
import { attackedOrganizations, corpusOf, quietOrganizations } from './corpus.ts'
import { measure } from './measure.ts'
import { perWeek, summary } from './table.ts'

const builtInRules = readBuiltInRules(ruleNames.map(textOf))
const attacked = attackedOrganizations.map(([spec, variants]) => measure(corpusOf(spec, variants), builtInRules))
// Two hundred people take too long for a test.
const quiet = new Map(
  [...quietOrganizations]
    .filter(([people]) => people < 200)
    .map(([people, specs]) => [people, specs.map((spec) => measure(corpusOf(spec), builtInRules))]),
)

test('fewer than one alert a week in a quiet organization of 50 people', () => {
  expect(perWeek(quiet.get(50) ?? [])).toBeLessThan(1)
})

test('docs/alerts.md shows what `npm run detection` prints', () => {
  const document = readFileSync(resolve(import.meta.dirname, '../../docs/alerts.md'), 'utf8')
  const [, shown = ''] = document.split('<!-- detection -->')
  const compared = shown
    .trim()
    .split('\n')
    .filter((line) => !line.includes(' of 200 people '))
  expect(compared).toEqual(summary(attacked, quiet).split('\n'))
})
