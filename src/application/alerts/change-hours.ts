// Reads and changes an organization's alerting hours, each change with an audit event in its log.

import { changed } from '../../domain/alerts/configuration/rule-configuration.ts'
import type { AlertingHours } from '../../domain/alerts/hours/alerting-hours.ts'
import { hoursView, hoursWords } from '../../domain/alerts/hours/hours-view.ts'
import { type Author, auditEvent } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import type { ChangeRulesPorts } from './change-rules.ts'
import { changeConfiguration } from './report-changes.ts'

/** The alerting hours of an organization. */
export const readHours = async (
  { configurations }: Pick<ChangeRulesPorts, 'configurations'>,
  organizationId: Guid,
): Promise<object> => hoursView((await configurations.configurationOf(organizationId)).hours)

/** Replaces the alerting hours: rules that look at them count anew. */
export async function setHours(ports: ChangeRulesPorts, author: Author, hours: AlertingHours): Promise<object> {
  const { organizationId } = author
  const facts = { ...author, objectId: organizationId, objectName: hoursWords(hours) }
  const event = auditEvent('alerting-hours-changed', facts, ports.secrets.newId())
  await changeConfiguration(ports, organizationId, (configuration) => changed({ ...configuration, hours }, event))
  return hoursView(hours)
}
