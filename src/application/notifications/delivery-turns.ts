// Turns: an organization's integrations are delivered to a few at a time, so that its slow ones keep nobody else's waiting.

import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import { earlyMsMax, restsUntil, writeDelivery } from './delivery-times.ts'

/** Most deliveries of one organization at once. */
export const deliveriesAtOnceMax = 4
const looksAtOnce = 8

/** The turns of this process. */
export type Turns = {
  /** Does work of an organization; undefined, and nothing done, while as much of it is under way as may be. */
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
 * Whether other integrations of the organization leave this one no turn, in whatever process they are delivered to. Two
 * processes that ask in the same moment may both hear no: then more are under way for once, no more than
 * `deliveriesAtOnceMax` in each process.
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
 * Sends a message for the next integrations that wait for a turn, now that a delivery has ended: those that come after its
 * own in their order, so that each has its turn. Every delivery that ends does so: a message that found no turn is not kept.
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

  const place = integrations.findIndex(({ id }) => id === ended)
  const inOrder = [...integrations.slice(place + 1), ...integrations.slice(0, Math.max(0, place))]
  const others = inOrder.filter(({ id }) => !leased.has(id))
  const latest = now() + earlyMsMax
  const wait = await inParallel(others, looksAtOnce, (each) => waits(outbox, organizationId, each, latest))
  // As many as there are turns, should some have nothing to do any more when their message comes.
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
