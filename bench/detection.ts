// Prints what the built-in rules find in the corpus (test/corpus), and what they say in quiet months: the tables of docs/alerts.md.
import { readBuiltInRules } from '../src/domain/alerts/rule-documents.ts'
import type { Variant } from '../test/corpus/attack.ts'
import { attackedOrganizations, corpusOf, quietOrganizations } from '../test/corpus/corpus.ts'
import { type Measured, measure } from '../test/corpus/measure.ts'
import { precisionTable, summary } from '../test/corpus/table.ts'
import type { OrganizationSpec } from '../test/corpus/world.ts'
import { ruleNames, textOf } from '../test/rules/built-in-rules.ts'

const builtInRules = readBuiltInRules(ruleNames.map(textOf))

const run = (spec: OrganizationSpec, variants: readonly Variant[] = []): Measured => {
  const corpus = corpusOf(spec, variants)
  console.error(`${spec.name}: ${corpus.events.length} events`)
  return measure(corpus, builtInRules)
}

const attacked = attackedOrganizations.map(([spec, variants]) => run(spec, variants))
const quiet = new Map([...quietOrganizations].map(([people, specs]) => [people, specs.map((spec) => run(spec))]))

console.log(`${summary(attacked, quiet)}\n\n${precisionTable(attacked)}\n`)
for (const { attack, afterMs, rules } of attacked.flatMap(({ tried }) => tried)) {
  const found = afterMs === null ? 'not found' : `after ${Math.round(afterMs / 60_000)} min by ${rules.join('; ')}`
  console.log(`${attack.organization}, ${attack.kind}, ${attack.name}: ${found}`)
}
