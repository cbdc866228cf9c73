// Outbox in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import type { Guid } from '../../domain/guid.ts'
import { millisecondsOf } from '../../domain/instant.ts'
import { type Attempt, attemptsStoredMax } from '../../domain/notifications/attempts.ts'
import { type Health, markNotified, untried } from '../../domain/notifications/health.ts'
import type { Notification } from '../../domain/notifications/messages/notification.ts'
import type { Failed, Lease, Outbox, Waiting } from '../../ports/outbox.ts'
import { checkDelivery } from '../preconditions/delivery.ts'
import { pageOf } from './cursors.ts'

type IntegrationState = {
  readonly ids: { readonly organizationId: Guid; readonly integrationId: Guid }
  lease: { readonly version: string; readonly until: number } | undefined
  health: Health | undefined
  readonly waiting: Map<string, Waiting>
  readonly failed: Map<string, Failed>
  readonly attempts: Map<string, Attempt>
}

/** Notifications wait in order of `at`, then of their ids. */
const waitingKey = ({ at, id }: Notification): string => `${at} ${id}`
const failedKey = ({ failedAt, notification }: Failed): string => `${failedAt} ${notification.id}`

const inOrder = <T>(entries: ReadonlyMap<string, T>): (readonly [key: string, value: T])[] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
const newestFirst = (attempts: ReadonlyMap<string, Attempt>): Attempt[] =>
  [...attempts.values()].sort((a, b) => (a.at === b.at ? 0 : a.at > b.at ? -1 : 1))

/** An empty outbox. The same notification must come with the same `at`, which is a part of its key. */
export function memoryOutbox(): Outbox {
  const states = new Map<string, IntegrationState>()
  let leases = 0

  const keyOf = (organizationId: Guid, integrationId: Guid) => `${organizationId} ${integrationId}`
  function of(organizationId: Guid, integrationId: Guid): IntegrationState {
    const key = keyOf(organizationId, integrationId)
    const state = states.get(key) ?? {
      ids: { organizationId, integrationId },
      lease: undefined,
      health: undefined,
      waiting: new Map(),
      failed: new Map(),
      attempts: new Map(),
    }
    states.set(key, state)
    return state
  }
  /** The integration of a lease that still holds. */
  function held({ organizationId, integrationId, version }: Lease): IntegrationState | undefined {
    const state = of(organizationId, integrationId)
    return state.lease?.version === version ? state : undefined
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
      const state = of(organizationId, integrationId)
      if (state.lease && state.lease.until > now) return undefined
      leases += 1
      const version = String(leases)
      state.lease = { version, until }
      return { organizationId, integrationId, version }
    },
    leased: async (organizationId, now) =>
      [...states.values()].flatMap(({ ids, lease }) =>
        ids.organizationId === organizationId && lease && lease.until > now ? [ids.integrationId] : [],
      ),
    releaseLease: async (lease) => {
      const state = held(lease)
      if (state) state.lease = undefined
    },
    recordAttempt: async (lease, delivery) => {
      checkDelivery(lease, delivery)
      const state = held(lease)
      if (!state) return undefined
      state.health = delivery.health
      for (const notification of delivery.arrived) state.waiting.delete(waitingKey(notification))
      for (const each of delivery.waiting) state.waiting.set(waitingKey(each.notification), each)
      for (const each of delivery.failed) {
        state.waiting.delete(waitingKey(each.notification))
        state.failed.set(failedKey(each), each)
      }
      state.attempts.set(JSON.stringify(delivery.attempt), delivery.attempt)
      const tooMany = newestFirst(state.attempts).slice(attemptsStoredMax)
      for (const attempt of tooMany) state.attempts.delete(JSON.stringify(attempt))
      return lease
    },
    healthOf: async (...ids) => of(...ids).health ?? untried,
    recordNotified: async (...ids) => {
      const state = of(...ids)
      state.health &&= markNotified(state.health)
    },
    attemptsOf: async (organizationId, integrationId, limit) =>
      newestFirst(of(organizationId, integrationId).attempts).slice(0, limit),
    failedOf: async (organizationId, integrationId, limit, after) => {
      const all = [...of(organizationId, integrationId).failed.values()]
      const keyOf = ({ failedAt, notification }: Failed) => ({ ms: millisecondsOf(failedAt), id: notification.id })
      const found = pageOf(all, keyOf, limit, after)
      return found && { failed: found.page, next: found.next }
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
      states.delete(keyOf(organizationId, integrationId))
    },
    check: async () => {},
  }
}
