// Delivers what waits for one integration, and schedules the rest.
import { emptyConfiguration, hoursOf } from '../../domain/alerts/configuration/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { MessageContext } from '../../domain/notifications/messages/request.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import { delaySecondsMax, type EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Lease } from '../../ports/outbox.ts'
import { secondsUntil } from '../delay.ts'
import { type DeliveryMessage, writeDelivery } from './delivery-message.ts'
import { type DeliveryRun, deliver, type Ended } from './delivery-run.ts'
import { earlyMsMax, lateEvaluationAt, restsUntil, startsAt, workAt } from './delivery-times.ts'
import { callNext, isFull, type Turns } from './delivery-turns.ts'
import { isDamaged } from './read-integrations.ts'

/** How long a lease lasts, in milliseconds: longer than a run and its last request take. */
export const leaseMs = 120_000

/** What delivering needs. */
export type DeliverPorts = Omit<
  DeliveryRun,
  'organizationId' | 'integrations' | 'integration' | 'context' | 'changing' | 'warn'
> & {
  readonly integrations: Pick<Integrations, 'integrationsOf' | 'damagedOf' | 'change'>
  readonly directory: Pick<DirectoryReader, 'organization'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  /** The alerting hours have the time zone of messages. */
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  /** Where links in messages begin, without a slash at the end; null: messages have none. */
  readonly appUrl: string | null
}

/** Where a line for operators goes. */
type Warn = (line: string) => void

/**
 * Delivers to one integration, at least once and always under the same ids: a notification waits until the attempt that
 * delivered it is recorded. A run that is cut short is repeated, by its message or by the schedule entry added before any
 * work. Of two runs at once, one holds the lease. A few integrations of an organization have their turn at once; a
 * message for another is dropped, and the next run that ends sends it again.
 */
export async function deliverIntegration(
  ports: DeliverPorts,
  turns: Turns,
  { organizationId, integrationId }: DeliveryMessage,
  warn: Warn,
): Promise<void> {
  const integrations = await ports.integrations.integrationsOf(organizationId)
  const integration = integrations.find(({ id }) => id === integrationId)
  if (!integration) {
    // What waits for a damaged integration waits until it is repaired.
    if (await isDamaged(ports, organizationId, integrationId)) return
    return ports.outbox.forget(organizationId, integrationId)
  }

  const now = ports.now()
  const at = await startsAt(ports.outbox, organizationId, integration, now)
  if (at === undefined || at > now + earlyMsMax) return
  if (at > now) return sendAt(ports, { organizationId, integrationId }, at)

  await ports.schedule.add({ organizationId, at: lateEvaluationAt(now) })
  const ended = await turns.take(organizationId, () =>
    deliverUnderLease(ports, integrations, integration, organizationId, warn),
  )
  // The run that holds the lease looks again once it has released it, and calls those that had no turn.
  if (!ended) return
  await callNext(ports, organizationId, integrations, integrationId)
  if (ended.kind !== 'lost') await planNext(ports, organizationId, integration, ended)
}

/** One run; undefined if it has no turn, or another run holds the lease. */
async function deliverUnderLease(
  ports: DeliverPorts,
  integrations: readonly Integration[],
  integration: Integration,
  organizationId: Guid,
  warn: Warn,
): Promise<Ended | undefined> {
  const [now, integrationId] = [ports.now(), integration.id]
  if (await isFull(ports.outbox, organizationId, integrationId, now)) return undefined
  const lease = await ports.outbox.acquireLease(organizationId, integrationId, now, now + leaseMs)
  if (!lease) return undefined
  return whileLeased(ports, lease, async () => {
    const context = await contextOf(ports, integration, organizationId)
    const run = { ...ports, organizationId, integrations, integration, context, changing: ports.integrations, warn }
    return deliver(run, lease)
  })
}

async function whileLeased<T>({ outbox }: DeliverPorts, lease: Lease, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await outbox.releaseLease(lease)
  }
}

/** Sends a message for what is left. If it gets lost, the schedule entry added before finds the same. */
async function planNext(
  ports: DeliverPorts,
  organizationId: Guid,
  integration: Integration,
  ended: Ended,
): Promise<void> {
  const integrationId = integration.id
  const due = await workAt(ports.outbox, organizationId, integration, ports.now())
  if (due === undefined) return
  const rested = ended.kind === 'again' ? await restsUntil(ports.outbox, organizationId, integrationId) : 0
  const at = Math.max(due, rested, ended.kind === 'again' ? ended.restsUntil : 0)
  await sendAt(ports, { organizationId, integrationId }, at)
}

const sendAt = ({ notifications, now }: DeliverPorts, message: DeliveryMessage, at: number) =>
  notifications.send(writeDelivery(message), Math.min(secondsUntil(at, now()), delaySecondsMax))

async function contextOf(
  { directory, configurations, appUrl }: DeliverPorts,
  { template }: Integration,
  organizationId: Guid,
): Promise<MessageContext> {
  const [organization, configuration = emptyConfiguration] = await Promise.all([
    unlessDamaged(directory.organization(organizationId)),
    unlessDamaged(configurations.configurationOf(organizationId)),
  ])
  const { timeZone } = hoursOf(configuration)
  return { organization: { id: organizationId, name: organization?.name ?? null }, appUrl, timeZone, template }
}
