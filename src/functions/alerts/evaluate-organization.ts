// Queue trigger `evaluation`: evaluates what is new in an organization's feed, page by page, and what only time brought about.
import type { InvocationContext, StorageQueueHandler } from '@azure/functions'
import { runEvaluation } from '../../application/alerts/evaluation-run.ts'
import { EvaluationMessage, secondsUntil, writeEvaluation } from '../../application/alerts/evaluation-times.ts'
import { rulesOf } from '../../application/alerts/organization-rules.ts'
import { postponeEvaluation } from '../../application/alerts/postpone-evaluation.ts'
import { reportChanges } from '../../application/alerts/report-changes.ts'
import { type ProducerPorts, producer } from '../../application/notifications/produce-notifications.ts'
import { type SummarizePorts, summarize } from '../../application/summary/summarize.ts'
import { inSlices, type Turns } from '../../concurrency/slices.ts'
import { building, type Engine } from '../../domain/alerts/engine/engine.ts'
import { emptyConfiguration, type RuleConfiguration } from '../../domain/alerts/rule-configuration.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { rulesOn } from '../../domain/alerts/rules-in-force.ts'
import type { Rule } from '../../domain/alerts/sigma/rules.ts'
import type { Guid } from '../../domain/guid.ts'
import type { AlertReader } from '../../ports/alerts.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Unavailable, unlessDamaged } from '../../ports/errors.ts'
import type { EvaluationState } from '../../ports/evaluation-state.ts'
import type { EventQueue, EventStore } from '../../ports/events.ts'
import type { RuleConfigurations } from '../../ports/rule-configurations.ts'
import type { EvaluationQueue, EvaluationSchedule } from '../../ports/schedule.ts'
import { readQueueMessage } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

/** How long an evaluation waits that another one overtook, in seconds: that one is done by then, or further on. */
const overtakenSeconds = 5

export type EvaluateOrganizationPorts = Pick<SummarizePorts, 'summaries'> & {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: RuleConfigurations
  readonly store: EventStore
  readonly directory: DirectoryReader
  readonly alerts: EvaluationState & AlertReader
  readonly schedule: Pick<EvaluationSchedule, 'add' | 'cancel'>
  readonly evaluations: EvaluationQueue
  readonly queue: EventQueue
  readonly now: () => number
  /** Absent where there are no integrations. */
  readonly producer?: ProducerPorts | undefined
  readonly turns?: Turns
}

/**
 * Evaluates everything that the feed holds, and what time has brought about by this instance's clock, not before the
 * message's time. What is cut short is made again, by the message that is delivered again or by the schedule entry that stands for it,
 * which is forgotten only when all is done, and unless it was noted again: then there are events that this run may not have
 * seen. An outage has it made again later (`putEvaluationOff`). Repeating it changes nothing.
 */
export const evaluateOrganization = (ports: EvaluateOrganizationPorts): StorageQueueHandler => {
  const inForce = inForceBy(ports.builtInRules, ports.turns)

  return triggered(async (message, context) => {
    const asked = readQueueMessage(EvaluationMessage, message)
    if (!asked) return context.error('message dropped: it asks for no evaluation')
    try {
      await evaluate(asked, context)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await postponeEvaluation(ports, asked, error, context)
    }
  })

  async function evaluate(asked: EvaluationMessage, context: InvocationContext): Promise<void> {
    const { organizationId, at, fallback } = asked
    const now = ports.now()
    const again = (seconds: number) =>
      ports.evaluations.send(writeEvaluation({ organizationId, at, fallback }), seconds)
    if (now < at) return again(secondsUntil(at, now))

    // A configuration that cannot be read costs its rules and settings, and no alert of the built-in rules.
    const configuration =
      (await unlessDamaged(ports.configurations.configurationOf(organizationId))) ?? emptyConfiguration
    await reportChanges(ports, organizationId, configuration)
    const told = ports.producer && (await producer({ ...ports, ...ports.producer, organizationId }))
    const run = {
      ...ports,
      organizationId,
      configuration,
      now,
      ...(await inForce(configuration)),
      ...(told && { notify: told.notify }),
    }
    const ended = await runEvaluation(run)
    await told?.dispatch()
    logSkipped(ended.skipped, organizationId, context)
    if (ended.kind === 'overtaken') return again(overtakenSeconds)
    if (ended.kind === 'more') return again(0)
    if ((await summarize({ ...ports, organizationId })) === 'more') return again(0)
    if (fallback !== null) await ports.schedule.cancel([{ organizationId, ...fallback }])
  }
}

type InForce = { readonly engine: Engine; readonly rules: ReadonlyMap<Guid, Rule> }

/** The rules in force by configuration, made ready once for as long as the configuration is the same. */
function inForceBy(
  builtInRules: readonly RuleDocument[],
  turns?: Turns,
): (configuration: RuleConfiguration) => Promise<InForce> {
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

/** What is left out as it should be: a rule still learns, or events were imported long after they happened. */
const expected: readonly string[] = ['learning', 'lateEvents']

/** One line about all that was left out, by reason and number alone. */
function logSkipped(skipped: Readonly<Record<string, number>>, organizationId: Guid, context: InvocationContext): void {
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0)
  if (reasons.length === 0) return
  const counts = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')
  const line = `not counted for organization ${organizationId}: ${counts}`
  if (reasons.every(([reason]) => expected.includes(reason))) context.log(line)
  else context.warn(line)
}
