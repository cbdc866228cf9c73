// Lets notifications wait until they are delivered, and has the organization looked at when those are released that wait longer.
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { EvaluationSchedule } from '../../../ports/alerts/schedule.ts'
import type { Outbox } from '../../../ports/outbox.ts'

const minuteMs = 60_000

type AddPorts = { readonly outbox: Pick<Outbox, 'add'>; readonly schedule: Pick<EvaluationSchedule, 'add'> }

/** Resolves once all of them wait durably; the same again adds nothing. */
export async function addNotifications(
  { outbox, schedule }: AddPorts,
  organizationId: Guid,
  made: readonly Notification[],
  now: number,
): Promise<void> {
  // First of all: even if the process ends here, the organization is looked at when they are released.
  for (const at of releasesOf(made, now)) await schedule.add({ organizationId, at })
  if (made.length > 0) await outbox.add(organizationId, made)
}

/** When those that wait are released (Unix ms), in whole minutes, as times of quiet hours and digests are. */
const releasesOf = (made: readonly Notification[], now: number): ReadonlySet<number> =>
  new Set(made.map(({ at }) => Math.floor(millisecondsOf(at) / minuteMs) * minuteMs).filter((at) => at > now))
