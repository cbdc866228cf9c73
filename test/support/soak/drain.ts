// Waits until a soak has nothing left to do: no event waits to be stored, all are evaluated and counted, and followers have them.
import { setTimeout as pause } from 'node:timers/promises'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import { eventQueueName } from '../../../src/adapters/azure/queues/storage-queue.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { tableSummaries } from '../../../src/adapters/azure/summary/summaries.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import type { Organization } from './world.ts'

/** Ids as a follower saved them. */
export type Followed = {
  readonly organizationId: Guid
  readonly received: readonly string[]
  readonly ended: Promise<void>
}

const lookAgainMs = 500
/** What makes no progress for so long never ends; the checks then say what is missing. */
const stalledMsMax = 15 * 60_000

/** Resolves once nothing is left, or nothing has changed for very long. */
export async function drained(
  storage: Storage,
  organizations: readonly Organization[],
  followed: readonly Followed[],
  show: (doing: string, done: number, total: number) => void,
): Promise<void> {
  let [last, since] = ['', performance.now()]
  for (;;) {
    const parts = await partsOf(storage, organizations, followed)
    const done = parts.filter((left) => left === 0).length
    show('finished', done, parts.length)
    if (done === parts.length) return
    const now = JSON.stringify(parts)
    if (now !== last) [last, since] = [now, performance.now()]
    if (performance.now() - since > stalledMsMax) return
    await pause(lookAgainMs)
  }
}

/** How much each part has left. */
async function partsOf(storage: Storage, organizations: readonly Organization[], followed: readonly Followed[]) {
  const store = tableEventStore(storage, { now: Date.now })
  const [alerts, summaries] = [tableAlertStore(storage), tableSummaries(storage)]
  const { approximateMessagesCount } = await storage.queue(eventQueueName).getProperties()
  const parts = [approximateMessagesCount ?? 0]
  for (const { id } of organizations) {
    const end = Number(await store.end({ kind: 'organization', id }))
    const places = [(await alerts.progressOf(id)).checkpoint, (await summaries.progressOf(id)).checkpoint]
    const received = followed.filter(({ organizationId }) => organizationId === id).map((each) => each.received.length)
    parts.push(...[...places.map(Number), ...received].map((count) => Math.max(0, end - count)))
  }
  return parts
}
