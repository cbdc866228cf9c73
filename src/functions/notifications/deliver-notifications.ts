// Queue trigger `notification`: delivers what waits for one integration, and sees to it that somebody comes again for the rest.
import type { InvocationContext, StorageQueueHandler } from '@azure/functions'
import { secondsUntil } from '../../application/alerts/evaluation-times.ts'
import { type DeliveryRun, deliver, type Ended } from '../../application/notifications/delivery-run.ts'
import {
  DeliveryMessage,
  earlyMsMax,
  lateEvaluationAt,
  restsUntil,
  startsAt,
  workAt,
  writeDelivery,
} from '../../application/notifications/delivery-times.ts'
import { callNext, isFull, newTurns } from '../../application/notifications/delivery-turns.ts'
import { postponeDelivery } from '../../application/notifications/postpone.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { MessageContext } from '../../domain/notifications/messages/request.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Unavailable, unlessDamaged } from '../../ports/errors.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Lease } from '../../ports/outbox.ts'
import { delaySecondsMax, type EvaluationSchedule } from '../../ports/schedule.ts'
import { readQueueMessage } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'
import { isDamaged } from './change-integrations.ts'

/** How long the right to deliver to an integration lasts: longer than a run and its last request take, in milliseconds. */
export const leaseMs = 120_000
export type DeliverNotificationsPorts = Omit<
  DeliveryRun,
  'organizationId' | 'integrations' | 'integration' | 'about' | 'changing' | 'warn'
> & {
  readonly integrations: Pick<Integrations, 'integrationsOf' | 'damagedOf' | 'change'>
  readonly directory: Pick<DirectoryReader, 'organization'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  /** Where links in messages begin, without a slash at the end; null: messages have none. */
  readonly appUrl: string | null
}

/**
 * Each notification arrives at least once, always with the same id: it waits until what came of an attempt is stored. A run
 * that was cut short is made again, by the message that is delivered again or by the schedule entry noted before any work; so is
 * whatever a lost message was for. Of two runs at once, one has the right to deliver. Of an organization's integrations a
 * few have their turn at once; a message for another is dropped, and sent anew by the next run that ends.
 */
export function deliverNotifications(ports: DeliverNotificationsPorts): StorageQueueHandler {
  const turns = newTurns()
  return triggered(async (message, context) => {
    const asked = readQueueMessage(DeliveryMessage, message)
    if (!asked) return context.error('message dropped: it names no integration')
    try {
      await deliverAsked(asked, context)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await postponeDelivery(ports, asked, error, context)
    }
  })

  async function deliverAsked({ organizationId, integrationId }: DeliveryMessage, context: InvocationContext) {
    const integrations = await ports.integrations.integrationsOf(organizationId)
    const integration = integrations.find(({ id }) => id === integrationId)
    if (!integration) {
      // What waits for one that cannot be read waits on.
      if (await isDamaged(ports, organizationId, integrationId)) return
      return ports.outbox.forget(organizationId, integrationId)
    }

    const now = ports.now()
    const at = await startsAt(ports.outbox, organizationId, integration, now)
    if (at === undefined || at > now + earlyMsMax) return
    if (at > now) return sendAt(ports, { organizationId, integrationId }, at)

    await ports.schedule.add({ organizationId, at: lateEvaluationAt(now) })
    const warn = (line: string) => context.warn(line)
    const ended = await turns.take(organizationId, () =>
      deliverTo(ports, integrations, integration, organizationId, warn),
    )
    // Whoever delivers looks again when it has given the right back, and calls those that had no turn.
    if (!ended) return
    await callNext(ports, organizationId, integrations, integrationId)
    if (ended.kind !== 'lost') await planNext(ports, organizationId, integration, ended)
  }
}

/** A run under a lease; undefined when there is no turn for it, or somebody else has the lease. */
async function deliverTo(
  ports: DeliverNotificationsPorts,
  integrations: readonly Integration[],
  integration: Integration,
  organizationId: Guid,
  warn: (line: string) => void,
): Promise<Ended | undefined> {
  const [now, integrationId] = [ports.now(), integration.id]
  if (await isFull(ports.outbox, organizationId, integrationId, now)) return undefined
  const lease = await ports.outbox.acquireLease(organizationId, integrationId, now, now + leaseMs)
  if (!lease) return undefined
  return whileLeased(ports, lease, async () => {
    const about = await aboutOf(ports, integration, organizationId)
    const run = { ...ports, organizationId, integrations, integration, about, changing: ports.integrations, warn }
    return deliver(run, lease)
  })
}

async function whileLeased<T>({ outbox }: DeliverNotificationsPorts, lease: Lease, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await outbox.releaseLease(lease)
  }
}

/** A message for what is left. Should it get lost, the schedule entry that was noted finds the same. */
async function planNext(
  ports: DeliverNotificationsPorts,
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

const sendAt = ({ notifications, now }: DeliverNotificationsPorts, message: DeliveryMessage, at: number) =>
  notifications.send(writeDelivery(message), Math.min(secondsUntil(at, now()), delaySecondsMax))

async function aboutOf(
  { directory, appUrl }: DeliverNotificationsPorts,
  { template }: Integration,
  organizationId: Guid,
): Promise<MessageContext> {
  const organization = await unlessDamaged(directory.organization(organizationId))
  return { organization: { id: organizationId, name: organization?.name ?? null }, appUrl, template }
}
