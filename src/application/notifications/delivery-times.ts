// When an integration has something to deliver, and when the evaluation schedule looks again should its message get lost.

import type { Guid } from '../../domain/guid.ts'
import { millisecondsOf } from '../../domain/instant.ts'
import { unhealthyAfterMs } from '../../domain/notifications/health.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { Outbox } from '../../ports/outbox.ts'

/** How long a target rests after a failure that may pass, in milliseconds: twice as long after each further one in a row. */
export const restMsMin = 5_000
export const restMsMax = 5 * 60_000
/** After so many failures in a row a target rests for `restMsMax`: none before them matters. */
const restAttemptsMax = 1 + Math.ceil(Math.log2(restMsMax / restMsMin))
/** How late a delivery must be before the organization's next evaluation finds it, in milliseconds. Schedule entries for it are at whole multiples, so that there are few. */
export const lateMs = 5 * 60_000
/** How much too early a message may be, as clocks differ, in milliseconds: it is requeued. An earlier one is dropped: the run that postponed the work has sent another. */
export const earlyMsMax = 5_000

/** When to evaluate the organization, should a delivery due at this time never happen (both Unix ms). */
export const lateEvaluationAt = (at: number): number => (Math.floor(at / lateMs) + 2) * lateMs

/**
 * When an integration has work (Unix ms), not before `now`: a notification is due, or the other integrations must be
 * notified that it fails. What waits for a disabled integration is dead-lettered at once. Undefined if nothing waits.
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

/** Until when a target rests (Unix ms); 0 unless its last attempt was a failure that may pass. */
export async function restsUntil(
  outbox: Pick<Outbox, 'attemptsOf' | 'healthOf'>,
  organizationId: Guid,
  integrationId: Guid,
): Promise<number> {
  const { failingSince } = await outbox.healthOf(organizationId, integrationId)
  if (failingSince === null) return 0
  const attempts = await outbox.attemptsOf(organizationId, integrationId, restAttemptsMax)
  const [last] = attempts
  if (last?.outcome !== 'retry') return 0
  const others = attempts.findIndex(({ outcome }) => outcome !== 'retry')
  const inARow = others < 0 ? attempts.length : others
  return millisecondsOf(last.at) + Math.min(restMsMin * 2 ** (inARow - 1), restMsMax)
}

/** When to deliver to an integration (Unix ms), not while its target rests; undefined if nothing waits. */
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
