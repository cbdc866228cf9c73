// What it costs that a rule which is new, or counts otherwise than before, first takes the past from the log.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryAlertStore } from '../src/adapters/memory/alert-store.ts'
import { memoryDirectory } from '../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../src/adapters/memory/event-store.ts'
import { memorySchedule } from '../src/adapters/memory/schedule.ts'
import { rulesInForceBy } from '../src/application/alerts/evaluation/evaluate-organization.ts'
import { runEvaluation } from '../src/application/alerts/evaluation/evaluation-run.ts'
import {
  emptyConfiguration,
  noSettings,
  type RuleConfiguration,
} from '../src/domain/alerts/configuration/rule-configuration.ts'
import { type RuleDocument, readBuiltInRules } from '../src/domain/alerts/rule-documents.ts'
import { millisecondsOf } from '../src/domain/instant.ts'
import { monthOf, organizationId } from './alerts.ts'
import type { Ratio } from './measure.ts'

const eventsTotal = 40_000
const [hourMs, minuteMs] = [3_600_000, 60_000]

/** A month is evaluated by all built-in rules; then one changes what it counts, and learns the month again. In memory. */
export async function benchLearning(total = eventsTotal): Promise<Ratio[]> {
  const rules = builtInRules()
  const rate = rules.find(({ rule }) => rule.kind === 'correlation' && rule.correlation.kind === 'abnormal-rate')
  if (!rate) throw new Error('no built-in rule is about a rate')
  const events = monthOf(300, total)
  let now = 0
  const store = memoryEventStore(() => now)
  for (let at = 0; at < total; at += 1_000) {
    const batch = events.slice(at, at + 1_000)
    // As they arrived: what is stored later than a week after its date would be history.
    now = Math.max(...batch.map(({ date }) => millisecondsOf(date))) + minuteMs
    await store.append(batch)
  }
  const ports = { store, directory: memoryDirectory(), alerts: memoryAlertStore(), schedule: memorySchedule() }
  const rulesInForce = rulesInForceBy(rules)

  const timeOf = async (configuration: RuleConfiguration): Promise<number> => {
    const inForce = await rulesInForce(configuration)
    const start = performance.now()
    const run = { ...ports, ...inForce, organizationId, configuration, now }
    while ((await runEvaluation(run)).kind === 'more');
    return performance.now() - start
  }
  const evaluatedMs = await timeOf(emptyConfiguration)
  const settings = { ...noSettings, timespanMs: 2 * hourMs }
  const learntMs = await timeOf({ ...emptyConfiguration, settings: [{ ruleId: rate.id, settings }] })
  return [
    {
      what: `a changed rate learns a month of ${total.toLocaleString('en')} events`,
      against: `evaluating ${rules.length} rules over it`,
      ratio: learntMs / evaluatedMs,
      note: `${(learntMs / 1_000).toFixed(1)} s`,
    },
  ]
}

function builtInRules(): readonly RuleDocument[] {
  const folder = join(import.meta.dirname, '../rules')
  const files = globSync('*.yaml', { cwd: folder, exclude: ['*.test.yaml'] })
  return readBuiltInRules(files.map((file) => readFileSync(join(folder, file), 'utf8')))
}
