// When an integration is to be delivered to: the message that sends a delivery on its way, and the schedule entry that stands in for it.
import * as v from 'valibot'
import { inParallel } from '../../concurrency/parallel.ts'
import { Guid } from '../../domain/guid.ts'
import { millisecondsOf } from '../../domain/instant.ts'
import { unhealthyAfterMs } from '../../domain/notifications/health.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import type { EvaluationSchedule } from '../../ports/schedule.ts'

/** How long a destination rests after a failure that may pass: twice as long after each further one in a row, in milliseconds. */
export const restMsMin = 5_000
export const restMsMax = 5 * 60_000
/** A delivery that is late by this is looked for by the organization's next evaluation; schedule entries for it are whole multiples, so that they are few. */
export const lateMs = 5 * 60_000
const looksAtOnce = 8
/** A message that is so little too early, as clocks differ, waits; any other is idle: whoever put the work off sent one. In milliseconds. */
export const earlyMsMax = 5_000

/** "There is work": what it is stands in the outbox. */
export const DeliveryMessage = v.object({
  organizationId: Guid,
  integrationId: Guid,
  /** Since when an outage keeps it from being done (Unix ms). */
  failingSince: v.optional(v.pipe(v.number(), v.safeInteger())),
  /** How long it waited for this try, after an outage held it up (seconds). */
  retriedAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
})
export type DeliveryMessage = v.InferOutput<typeof DeliveryMessage>

export const writeDelivery = (message: DeliveryMessage): string => JSON.stringify(message)

/** When the organization is woken in case that what should be delivered at this time (both Unix ms) never was. */
export const lateEvaluationAt = (at: number): number => (Math.floor(at / lateMs) + 2) * lateMs

/**
 * When there is something to do for an integration (Unix ms), not before `now`: something is due, or others are to be told
 * that it fails. What waits for one that is switched off is to be put away now. Undefined while nothing waits.
 */
export async function workAt(
  outbox: Pick<Outbox, 'nextDue' | 'healthOf'>,
  organizationId: Guid,
  { id, state }: Pick<Integration, 'id' | 'state'>,
  now: number,
): Promise<number | undefined> {
  const due = await outbox.nextDue(organizationId, id)
  if (due === undefined) return undefined
  if (due <= now || state.kind === 'disabled') return now
  const { failingSince, notified } = await outbox.healthOf(organizationId, id)
  if (failingSince === null || notified) return due
  return Math.max(now, Math.min(due, millisecondsOf(failingSince) + unhealthyAfterMs))
}

/** Until when a destination rests (Unix ms); 0 while its last attempt gave no reason to. */
export async function restsUntil(
  outbox: Pick<Outbox, 'attemptsOf' | 'healthOf'>,
  organizationId: Guid,
  integrationId: Guid,
): Promise<number> {
  const { failingSince } = await outbox.healthOf(organizationId, integrationId)
  if (failingSince === null) return 0
  const attempts = await outbox.attemptsOf(organizationId, integrationId)
  const [last] = attempts
  if (last?.outcome !== 'retry') return 0
  const others = attempts.findIndex(({ outcome }) => outcome !== 'retry')
  const inARow = others < 0 ? attempts.length : others
  return millisecondsOf(last.at) + Math.min(restMsMin * 2 ** (inARow - 1), restMsMax)
}

/** When the integration is to be delivered to, not while its target rests (Unix ms); undefined while nothing waits. */
export async function startsAt(
  outbox: Pick<Outbox, 'nextDue' | 'healthOf' | 'attemptsOf'>,
  organizationId: Guid,
  integration: Pick<Integration, 'id' | 'state'>,
  now: number,
): Promise<number | undefined> {
  const at = await workAt(outbox, organizationId, integration, now)
  if (at === undefined || at > now || integration.state.kind === 'disabled') return at
  return Math.max(at, await restsUntil(outbox, organizationId, integration.id))
}

/** What sending deliveries on their way needs. */
export type DispatchPorts = {
  readonly outbox: Pick<Outbox, 'nextDue' | 'healthOf'>
  readonly notifications: NotificationQueue
  readonly schedule: Pick<EvaluationSchedule, 'add'>
}

/**
 * Sends a message for each of these integrations that has something to do, and sees to it that the organization is woken
 * should any get lost; of those with something to do later, only the latter: whoever put it off sent a message for it.
 */
export async function dispatchDeliveries(
  { outbox, notifications, schedule }: DispatchPorts,
  organizationId: Guid,
  integrations: readonly Pick<Integration, 'id' | 'state'>[],
  now: number,
): Promise<void> {
  const times = await inParallel(integrations, looksAtOnce, (each) => workAt(outbox, organizationId, each, now))
  const late = new Set(times.flatMap((at) => (at === undefined ? [] : [lateEvaluationAt(at)])))
  await inParallel([...late], looksAtOnce, (at) => schedule.add({ organizationId, at }))
  const due = integrations.filter((_, index) => times[index] === now)
  await inParallel(due, looksAtOnce, ({ id }) =>
    notifications.send(writeDelivery({ organizationId, integrationId: id }), 0),
  )
}
