// Turns: a few integrations of an organization are delivered to at a time, so that slow ones do not delay other organizations.
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import { writeDelivery } from './delivery-message.ts'
import { earlyMsMax, restsUntil } from './delivery-times.ts'

/** Most deliveries of one organization at once. */
export const deliveriesAtOnceMax = 4
const looksAtOnce = 8

/** The turns of this process. */
export type Turns = {
  /** Does work of an organization; undefined, and nothing done, while `deliveriesAtOnceMax` of it are under way. */
  readonly take: <T>(organizationId: Guid, work: () => Promise<T>) => Promise<T | undefined>
}

/** No work under way. */
export function newTurns(): Turns {
  const underWay = new Map<Guid, number>()
  const change = (organizationId: Guid, by: number) => {
    const count = (underWay.get(organizationId) ?? 0) + by
    if (count > 0) underWay.set(organizationId, count)
    else underWay.delete(organizationId)
  }
  return {
    take: async (organizationId, work) => {
      if ((underWay.get(organizationId) ?? 0) >= deliveriesAtOnceMax) return undefined
      change(organizationId, 1)
      try {
        return await work()
      } finally {
        change(organizationId, -1)
      }
    },
  }
}

/**
 * Whether the organization's other integrations leave this one no turn, over all processes. Two processes that ask at the
 * same moment may both get false: then more are under way for once, at most `deliveriesAtOnceMax` in each process.
 */
export async function isFull(
  outbox: Pick<Outbox, 'leased'>,
  organizationId: Guid,
  integrationId: Guid,
  now: number,
): Promise<boolean> {
  const leased = await outbox.leased(organizationId, now)
  return leased.filter((id) => id !== integrationId).length >= deliveriesAtOnceMax
}

type CallingPorts = {
  readonly outbox: Pick<Outbox, 'leased' | 'due' | 'healthOf' | 'attemptsOf'>
  readonly notifications: NotificationQueue
  readonly now: () => number
}

/**
 * Sends a message for the next integrations that wait for a turn, after a delivery has ended: those after its own in order,
 * so that each gets its turn. Every delivery that ends must call it, since messages that found no turn are dropped.
 */
export async function callNext(
  { outbox, notifications, now }: CallingPorts,
  organizationId: Guid,
  integrations: readonly Integration[],
  ended: Guid,
): Promise<void> {
  if (integrations.length <= deliveriesAtOnceMax) return
  const leased = new Set(await outbox.leased(organizationId, now()))
  if (leased.size >= deliveriesAtOnceMax) return

  const index = integrations.findIndex(({ id }) => id === ended)
  const inOrder = [...integrations.slice(index + 1), ...integrations.slice(0, Math.max(0, index))]
  const others = inOrder.filter(({ id }) => !leased.has(id))
  const latest = now() + earlyMsMax
  const wait = await inParallel(others, looksAtOnce, (each) => waits(outbox, organizationId, each, latest))
  // As many as there are turns: some may have no work left when their message comes.
  const called = others.filter((_, index) => wait[index]).slice(0, deliveriesAtOnceMax)
  await inParallel(called, looksAtOnce, ({ id }) =>
    notifications.send(writeDelivery({ organizationId, integrationId: id }), 0),
  )
}

/** Whether something for an integration is due at this time (Unix ms), and its target does not rest. */
async function waits(
  outbox: CallingPorts['outbox'],
  organizationId: Guid,
  { id, state }: Integration,
  at: number,
): Promise<boolean> {
  const due = await outbox.due(organizationId, id, at, 1)
  if (due.length === 0) return false
  return state.kind === 'disabled' || (await restsUntil(outbox, organizationId, id)) <= at
}
