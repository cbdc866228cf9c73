// Queue trigger `notification`: delivers what waits for one integration, and sees to it that somebody comes again for the rest.
import type { StorageQueueHandler } from '@azure/functions'
import type { Guid } from '../domain/guid.ts'
import type { Integration } from '../domain/notifications/integration.ts'
import type { About } from '../domain/notifications/messages/outgoing.ts'
import type { Integrations, Lease } from '../notification-ports.ts'
import { type DirectoryReader, delaySecondsMax, type Wakes } from '../ports.ts'
import { type DeliveryRun, deliver, type Ended } from './delivery-run.ts'
import { DeliveryMessage, lateWakeOf, restsUntil, workAt, writeDelivery } from './delivery-times.ts'
import { secondsUntil } from './evaluation-times.ts'
import { readQueueMessage } from './queue-message.ts'

/** How long the right to deliver to an integration lasts: longer than a run and its last request take, in milliseconds. */
export const leaseMs = 120_000
/** A message that is so little too early, as clocks differ, waits; any other is idle: whoever put the work off sent one. */
const earlyMsMax = 5_000

export type DeliverNotificationsPorts = Omit<
  DeliveryRun,
  'organizationId' | 'integrations' | 'integration' | 'about' | 'changing' | 'warn'
> & {
  readonly integrations: Pick<Integrations, 'integrationsOf' | 'change'>
  readonly directory: Pick<DirectoryReader, 'organization'>
  readonly wakes: Pick<Wakes, 'note'>
  /** Where links in messages begin, without a slash at the end; null: messages have none. */
  readonly appUrl: string | null
}

/**
 * Each notification arrives at least once, always with the same id: it waits until what came of an attempt is stored. A run
 * that was cut short is made again, by the message that is delivered again or by the wake noted before any work; so is
 * whatever a lost message was for. Of two runs at once, one has the right to deliver.
 */
export const deliverNotifications =
  (ports: DeliverNotificationsPorts): StorageQueueHandler =>
  async (message, context) => {
    const asked = readQueueMessage(DeliveryMessage, message)
    if (!asked) return context.error('message dropped: it names no integration')
    const { organizationId, integrationId } = asked
    const integrations = await ports.integrations.integrationsOf(organizationId)
    const integration = integrations.find(({ id }) => id === integrationId)
    if (!integration) return ports.outbox.forget(organizationId, integrationId)

    const now = ports.now()
    const at = await startsAt(ports, organizationId, integration, now)
    if (at === undefined || at > now + earlyMsMax) return
    if (at > now) return sendAt(ports, asked, at)

    await ports.wakes.note({ organizationId, at: lateWakeOf(now) })
    const lease = await ports.outbox.lease(organizationId, integrationId, now, now + leaseMs)
    // Whoever delivers looks again when it has given the right back.
    if (!lease) return
    const ended = await whileLeased(ports, lease, async () => {
      const about = await aboutOf(ports, integration, organizationId)
      const warn = (line: string) => context.warn(line)
      const run = { ...ports, organizationId, integrations, integration, about, changing: ports.integrations, warn }
      return deliver(run, lease)
    })
    if (ended.kind !== 'lost') await planNext(ports, organizationId, integration, ended)
  }

async function whileLeased<T>({ outbox }: DeliverNotificationsPorts, lease: Lease, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await outbox.release(lease)
  }
}

/** When the integration is to be delivered to, not while its target rests (Unix ms); undefined while nothing waits. */
async function startsAt(
  { outbox }: DeliverNotificationsPorts,
  organizationId: Guid,
  integration: Integration,
  now: number,
): Promise<number | undefined> {
  const at = await workAt(outbox, organizationId, integration, now)
  if (at === undefined || at > now || integration.state.kind === 'disabled') return at
  return Math.max(at, await restsUntil(outbox, organizationId, integration.id))
}

/** A message for what is left. Should it get lost, the wake that was noted finds the same. */
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
): Promise<About> {
  const organization = await directory.organization(organizationId)
  return { organization: { id: organizationId, name: organization?.name ?? null }, appUrl, template }
}
