// Tells an organization's own log what people changed: who it was, and that nothing of the rule configuration's changes goes untold.
import {
  type ConfigurationChange,
  type RuleConfiguration,
  withoutReported,
} from '../../domain/alerts/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'

/**
 * Resolves once every change of `configuration` that nobody was told of is safely on its way to the organization's log, and noted as
 * told. Cut short or repeated, it sends the same events again, which the log keeps once. Changes made meanwhile stay untold
 * until the next call.
 */
export async function reportChanges(
  { configurations, queue }: { readonly configurations: RuleConfigurations; readonly queue: EventQueue },
  organizationId: Guid,
  { unreported }: RuleConfiguration,
): Promise<void> {
  if (unreported.length === 0) return
  await queue.enqueue(writeMessages(unreported))
  await configurations.change(organizationId, (configuration) => withoutReported(configuration, unreported))
}

/**
 * Changes an organization's configuration and reports it. Whoever evaluates the organization reports what this call had no time
 * for: so the organization is due before anything is changed.
 */
export async function changeConfiguration(
  ports: {
    readonly configurations: RuleConfigurations
    readonly queue: EventQueue
    readonly schedule: Pick<EvaluationSchedule, 'add'>
    readonly now: () => number
  },
  organizationId: Guid,
  change: (configuration: RuleConfiguration) => ConfigurationChange,
): Promise<ConfigurationChange> {
  await ports.schedule.add({ organizationId, at: ports.now() })
  const changed = await ports.configurations.change(organizationId, change)
  if (changed.kind === 'changed') await reportChanges(ports, organizationId, changed.configuration)
  return changed
}
