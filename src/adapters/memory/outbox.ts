// Outbox in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import type { Guid } from '../../domain/guid.ts'
import { millisecondsOf } from '../../domain/instant.ts'
import { type Attempt, attemptsStoredMax } from '../../domain/notifications/attempts.ts'
import { type Health, markNotified, untried } from '../../domain/notifications/health.ts'
import type { Failed, Lease, Outbox, Waiting } from '../../ports/outbox.ts'
import { attemptKey, checkDelivery, failedKey, isFailedKey, waitingKey } from '../ordering/outbox.ts'

type Destination = {
  readonly ids: { readonly organizationId: Guid; readonly integrationId: Guid }
  lease: { readonly version: string; readonly until: number } | undefined
  health: Health | undefined
  readonly waiting: Map<string, Waiting>
  readonly failed: Map<string, Failed>
  readonly attempts: Map<string, Attempt>
}

const inOrder = <T>(kept: ReadonlyMap<string, T>): (readonly [key: string, value: T])[] =>
  [...kept].sort(([a], [b]) => (a < b ? -1 : 1))

/** An empty outbox. The same notification must come with the same `at`, which is a part of its key. */
export function memoryOutbox(): Outbox {
  const destinations = new Map<string, Destination>()
  let leases = 0

  const keyOf = (organizationId: Guid, integrationId: Guid) => `${organizationId} ${integrationId}`
  function of(organizationId: Guid, integrationId: Guid): Destination {
    const key = keyOf(organizationId, integrationId)
    const destination = destinations.get(key) ?? {
      ids: { organizationId, integrationId },
      lease: undefined,
      health: undefined,
      waiting: new Map(),
      failed: new Map(),
      attempts: new Map(),
    }
    destinations.set(key, destination)
    return destination
  }
  /** The destination of a lease that still holds. */
  function held({ organizationId, integrationId, version }: Lease): Destination | undefined {
    const destination = of(organizationId, integrationId)
    return destination.lease?.version === version ? destination : undefined
  }

  return {
    add: async (organizationId, notifications) => {
      for (const notification of notifications) {
        const { waiting } = of(organizationId, notification.integrationId)
        const key = waitingKey(notification)
        const dueAt = millisecondsOf(notification.at)
        if (!waiting.has(key)) waiting.set(key, { notification, failures: 0, dueAt, lastError: null })
      }
    },
    nextDue: async (...ids) => {
      const times = [...of(...ids).waiting.values()].map(({ dueAt }) => dueAt)
      return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined
    },
    due: async (organizationId, integrationId, at, limit) =>
      inOrder(of(organizationId, integrationId).waiting)
        .flatMap(([, waiting]) => (waiting.dueAt <= at ? [waiting] : []))
        .slice(0, Math.max(0, limit)),
    acquireLease: async (organizationId, integrationId, now, until) => {
      const destination = of(organizationId, integrationId)
      if (destination.lease && destination.lease.until > now) return undefined
      leases += 1
      const version = String(leases)
      destination.lease = { version, until }
      return { organizationId, integrationId, version }
    },
    leased: async (organizationId, now) =>
      [...destinations.values()].flatMap(({ ids, lease }) =>
        ids.organizationId === organizationId && lease && lease.until > now ? [ids.integrationId] : [],
      ),
    releaseLease: async (lease) => {
      const destination = held(lease)
      if (destination) destination.lease = undefined
    },
    recordAttempt: async (lease, delivery) => {
      checkDelivery(lease, delivery)
      const destination = held(lease)
      if (!destination) return undefined
      destination.health = delivery.health
      for (const notification of delivery.arrived) destination.waiting.delete(waitingKey(notification))
      for (const each of delivery.waiting) destination.waiting.set(waitingKey(each.notification), each)
      for (const each of delivery.failed) {
        destination.waiting.delete(waitingKey(each.notification))
        destination.failed.set(failedKey(each), each)
      }
      destination.attempts.set(attemptKey(delivery.attempt), delivery.attempt)
      const tooMany = inOrder(destination.attempts).slice(attemptsStoredMax)
      for (const [key] of tooMany) destination.attempts.delete(key)
      return lease
    },
    healthOf: async (...ids) => of(...ids).health ?? untried,
    recordNotified: async (...ids) => {
      const destination = of(...ids)
      destination.health &&= markNotified(destination.health)
    },
    attemptsOf: async (...ids) => inOrder(of(...ids).attempts).map(([, attempt]) => attempt),
    failedOf: async (organizationId, integrationId, limit, after) => {
      if (after !== null && !isFailedKey(after)) return undefined
      const found = inOrder(of(organizationId, integrationId).failed).filter(([key]) => after === null || key > after)
      const page = found.slice(0, limit)
      const next = found.length > limit ? (page.at(-1)?.[0] ?? null) : null
      return { failed: page.map(([, failed]) => failed), next }
    },
    replay: async (organizationId, integrationId, id, now) => {
      const { failed, waiting } = of(organizationId, integrationId)
      const replayed = [...failed].filter(([, { notification }]) => id === 'all' || notification.id === id)
      for (const [key, { notification }] of replayed) {
        failed.delete(key)
        waiting.set(waitingKey(notification), { notification, failures: 0, dueAt: now, lastError: null })
      }
      return new Set(replayed.map(([, { notification }]) => notification.id)).size
    },
    forget: async (organizationId, integrationId) => {
      destinations.delete(keyOf(organizationId, integrationId))
    },
    check: async () => {},
  }
}
