// Prints what the built-in rules find in a third of the corpus (test/corpus), and what they say in quiet months: npm run detection -- [tune|choose|final] [--people N].
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { readBuiltInRules } from '../src/domain/alerts/rule-documents.ts'
import { incidentReport } from '../test/corpus/incidents.ts'
import { type Measured, measure } from '../test/corpus/measurement.ts'
import { thirdNames, thirds } from '../test/corpus/parameters.ts'
import { attackedOrganizations, type Planned, quietOrganizations } from '../test/corpus/plan.ts'
import { report } from '../test/corpus/report.ts'
import { ruleNames, textOf } from '../test/rules/built-in-rules.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { people: { type: 'string', default: '2000' } },
})
// The last third is looked at once, when the rules are done: it must be asked for.
const third = thirds[v.parse(v.picklist(thirdNames), positionals[0] ?? 'tune')]
const peopleMax = v.parse(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(15)), values.people)
const builtInRules = readBuiltInRules(ruleNames.map(textOf))

const run = (planned: Planned): Measured => {
  const measured = measure(planned, builtInRules)
  const seconds = Math.round(performance.now() / 1000)
  console.error(`${seconds} s: ${measured.world.name}, ${measured.events} events, ${measured.said.length} alerts`)
  return measured
}
const attacked = [...attackedOrganizations(third, peopleMax)].map(run)
const quiet = [...quietOrganizations(third, peopleMax)].map(run)

console.log(`${report(third, attacked, quiet)}\n`)
for (const { attack, afterMs, highAfterMs, rules } of attacked.flatMap(({ tried }) => tried)) {
  const minutes = (ms: number | null) => (ms === null ? 'never' : `after ${Math.round(ms / 60_000)} min`)
  console.log(
    `${attack.organization}, ${attack.kind}, ${attack.loudness}: ${minutes(afterMs)}, at high ${minutes(highAfterMs)}. ${rules.join('; ')}`,
  )
}
// Last: it makes the months once more.
console.log(`\n${incidentReport(attacked, quiet)}`)
