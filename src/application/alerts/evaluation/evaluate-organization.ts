// Evaluates what is new in an organization's feed, page by page, and what is due because time passed.

import { inSlices, type Turns } from '../../../concurrency/slices.ts'
import {
  emptyConfiguration,
  hoursOf,
  type RuleConfiguration,
} from '../../../domain/alerts/configuration/rule-configuration.ts'
import { building, type Engine } from '../../../domain/alerts/engine/compiled/engine.ts'
import type { RuleDocument } from '../../../domain/alerts/rule-documents.ts'
import { rulesOn } from '../../../domain/alerts/rules-in-force.ts'
import type { Rule } from '../../../domain/alerts/sigma/rules.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { AlertReader } from '../../../ports/alerts/alerts.ts'
import type { EvaluationState } from '../../../ports/alerts/evaluation-state.ts'
import type { IncidentReader, IncidentTriage } from '../../../ports/alerts/incidents.ts'
import type { Places } from '../../../ports/alerts/places.ts'
import type { RuleConfigurations } from '../../../ports/alerts/rule-configurations.ts'
import type { EvaluationQueue, EvaluationSchedule } from '../../../ports/alerts/schedule.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import type { EventQueue, EventStore } from '../../../ports/events.ts'
import { secondsUntil } from '../../delay.ts'
import type { RunLog } from '../../run-log.ts'
import { type SummarizePorts, summarize } from '../../summary/summarize.ts'
import { type CountTalliesPorts, countTallies } from '../../tallies/count-tallies.ts'
import { rulesOf } from '../organization-rules.ts'
import { reportChanges } from '../report-changes.ts'
import { runEvaluation } from './evaluation-run.ts'
import { type EvaluationMessage, writeEvaluation } from './evaluation-times.ts'
import { type ProducerPorts, producer } from './produce-notifications.ts'

/** How long an evaluation waits after a concurrent one overtook it, in seconds: the other is done by then, or further on. */
const overtakenSeconds = 5

export type EvaluateOrganizationPorts = Pick<SummarizePorts, 'summaries'> &
  Pick<CountTalliesPorts, 'tallies'> & {
    /** The built-in rules. */
    readonly builtInRules: readonly RuleDocument[]
    readonly configurations: RuleConfigurations
    readonly store: EventStore
    readonly directory: DirectoryReader
    readonly alerts: EvaluationState & AlertReader & IncidentReader & Pick<IncidentTriage, 'findTriaged'>
    readonly schedule: Pick<EvaluationSchedule, 'add' | 'cancel'>
    readonly evaluations: EvaluationQueue
    readonly queue: EventQueue
    readonly now: () => number
    /** Absent: nothing is known of places. */
    readonly places?: Places | undefined
    /** Absent where there are no integrations. */
    readonly producer?: ProducerPorts | undefined
    readonly turns?: Turns
  }

/**
 * Evaluates everything that the feed holds, and what is due by this instance's clock, not before the message's time. An
 * interrupted evaluation is repeated: by the redelivered message, or by its fallback entry in the schedule, which is cancelled
 * only when all is done, and only if it has not been added again: then there may be events that this run has not seen.
 * Repeating it changes nothing.
 */
export async function evaluateOrganization(
  ports: EvaluateOrganizationPorts,
  rulesInForce: RulesInForce,
  { organizationId, at, fallback }: EvaluationMessage,
  log: RunLog,
): Promise<void> {
  const now = ports.now()
  const again = (seconds: number) => ports.evaluations.send(writeEvaluation({ organizationId, at, fallback }), seconds)
  if (now < at) return again(secondsUntil(at, now))

  // Without a readable configuration, the built-in rules still raise their alerts.
  const configuration =
    (await unlessDamaged(ports.configurations.configurationOf(organizationId))) ?? emptyConfiguration
  await reportChanges(ports, organizationId, configuration)
  const notifications =
    ports.producer && (await producer({ ...ports, ...ports.producer, organizationId, hours: hoursOf(configuration) }))
  const run = {
    ...ports,
    organizationId,
    configuration,
    now,
    ...(await rulesInForce(configuration)),
    ...(notifications && { notify: notifications.notify }),
  }
  const ended = await runEvaluation(run)
  await notifications?.dispatch()
  logSkipped(ended.skipped, organizationId, log)
  if (ended.kind === 'overtaken') return again(overtakenSeconds)
  if (ended.kind === 'more') return again(0)
  const counted = [await summarize({ ...ports, organizationId }), await countTallies({ ...ports, organizationId })]
  if (counted.includes('more')) return again(0)
  if (fallback !== null) await ports.schedule.cancel([{ organizationId, ...fallback }])
}

type InForce = { readonly engine: Engine; readonly rules: ReadonlyMap<Guid, Rule> }

type RulesInForce = (configuration: RuleConfiguration) => Promise<InForce>

/** The rules in force by configuration, compiled once for each configuration. */
export function rulesInForceBy(builtInRules: readonly RuleDocument[], turns?: Turns): RulesInForce {
  const known = new WeakMap<RuleConfiguration, Promise<InForce>>()
  const make = async (configuration: RuleConfiguration): Promise<InForce> => {
    const texts = rulesOn(await rulesOf(builtInRules, configuration), configuration)
    return {
      engine: await inSlices(building(texts.map(({ set }) => set)), turns),
      rules: new Map(texts.map(({ id, rule }) => [id, rule])),
    }
  }
  return (configuration) => {
    const made = known.get(configuration) ?? make(configuration)
    known.set(configuration, made)
    return made
  }
}

/** Expected reasons to skip: a rule still learns, or events were imported long after they happened. */
const expected: readonly string[] = ['learning', 'lateEvents']

/** Logs what was skipped as one line, by reason and number alone. */
function logSkipped(skipped: Readonly<Record<string, number>>, organizationId: Guid, log: RunLog): void {
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0)
  if (reasons.length === 0) return
  const counts = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')
  const line = `not counted for organization ${organizationId}: ${counts}`
  if (reasons.every(([reason]) => expected.includes(reason))) log.log(line)
  else log.warn(line)
}
