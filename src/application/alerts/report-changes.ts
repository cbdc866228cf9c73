// Writes audit events about changes of a rule configuration to the organization's log, so that every change is reported.
import {
  type ConfigurationChange,
  type RuleConfiguration,
  withoutReported,
} from '../../domain/alerts/configuration/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'

/**
 * Resolves once every unreported change of `configuration` is durably on its way to the organization's log, and recorded as
 * reported. Cut short or repeated, it sends the same events again, which the log stores once. Changes made meanwhile stay
 * unreported until the next call.
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
 * Changes an organization's configuration and reports the change. The organization is scheduled before anything is changed:
 * if this call is cut short, the evaluation reports the change.
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
