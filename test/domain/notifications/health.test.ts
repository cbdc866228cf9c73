// Health: a day of failures alone, one notice to the others, and a success that heals.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import {
  Health,
  healthAfter,
  isNoticeDue,
  isUnhealthy,
  markNotified,
  unhealthyAfterMs,
  untried,
} from '../../../src/domain/notifications/health.ts'
import { newIntegration } from '../../../src/domain/notifications/integration.ts'
import { healthView } from '../../../src/domain/notifications/integration-view.ts'
import { notificationId } from '../../../src/domain/notifications/messages/notification.ts'
import { noticesOf } from '../../../src/domain/notifications/notices.ts'
import type { Outcome } from '../../../src/domain/notifications/retry.ts'
import { alice, guid } from '../../support/events.ts'
import { contents, now } from './samples.ts'

const inMs = (ms: number) => instantAt(millisecondsOf(now) + ms)
const failure = { reason: 'target-failed', detail: '500' } as const
const delivered: Outcome = { kind: 'delivered' }
const retry: Outcome = { kind: 'retry', at: inMs(5_000), failure }
const failed: Outcome = { kind: 'failed', failure, ofContent: false }

describe('an integration', () => {
  test('that fails is unhealthy a day after its first failure, to the millisecond', () => {
    const failing = healthAfter(healthAfter(untried, retry, now), failed, inMs(unhealthyAfterMs - 1))
    expect(failing).toMatchObject({ failingSince: now, reason: 'the target failed (500)' })
    expect(isUnhealthy(failing, inMs(unhealthyAfterMs - 1))).toBe(false)
    expect(isUnhealthy(failing, inMs(unhealthyAfterMs))).toBe(true)
  })

  test('causes one notice each time it becomes unhealthy', () => {
    const day = inMs(unhealthyAfterMs)
    const failing = healthAfter(healthAfter(untried, retry, now), retry, day)
    expect(isNoticeDue(failing, day)).toBe(true)
    const marked = healthAfter(markNotified(failing), failed, inMs(2 * unhealthyAfterMs))
    expect(isNoticeDue(marked, inMs(2 * unhealthyAfterMs))).toBe(false)
    const again = healthAfter(healthAfter(marked, delivered, day), retry, day)
    expect(isNoticeDue(again, inMs(2 * unhealthyAfterMs))).toBe(true)
  })

  test('is healed by one success', () => {
    const failing = healthAfter(untried, retry, now)
    const healed = healthAfter(failing, delivered, inMs(10))
    expect(healed).toEqual({ failingSince: null, lastSuccessAt: inMs(10), reason: null, notified: false })
    expect(isUnhealthy(healed, inMs(2 * unhealthyAfterMs))).toBe(false)
    expect(healthAfter(healed, retry, inMs(20)).lastSuccessAt).toBe(inMs(10))
  })

  test('is shown as it is', () => {
    const failing = healthAfter(untried, retry, now)
    const shown = [untried, healthAfter(untried, delivered, now), failing].map(
      (health) => healthView(health, now).status,
    )
    expect(shown).toEqual(['untried', 'healthy', 'failing'])
    expect(healthView(failing, inMs(unhealthyAfterMs))).toEqual({
      status: 'unhealthy',
      failingSince: '2026-11-20T10:05:00.000Z',
      lastSuccessAt: null,
      reason: 'the target failed (500)',
    })
    expect(v.parse(Health, JSON.parse(JSON.stringify(failing)))).toEqual(failing)
  })
})

describe('a notice', () => {
  const integration = (number: number, enabled = true) =>
    newIntegration(
      {
        name: `Integration ${number}`,
        target: { kind: 'teams', url: 'https://a.logic.azure.com/' },
        enabled,
        subscriptions: { alerts: null, events: null },
        template: null,
      },
      {},
      { id: guid(number, '6'), at: now, by: alice },
    )
  const all = [integration(1), integration(2), integration(3, false), integration(4)]
  const failing = healthAfter(untried, retry, now)

  test('goes to every other active integration, with the same id whenever it is made', () => {
    const made = noticesOf(all, integration(1), failing, inMs(unhealthyAfterMs))
    expect(made.map(({ integrationId }) => integrationId)).toEqual([guid(2, '6'), guid(4, '6')])
    expect(made[0]?.content).toMatchObject({ kind: 'notice', about: { name: 'Integration 1' }, failingSince: now })
    const again = noticesOf(all, integration(1), healthAfter(failing, failed, inMs(9)), inMs(unhealthyAfterMs + 9))
    expect(again.map(({ id }) => id)).toEqual(made.map(({ id }) => id))
  })

  test('of another failure is another, and of none there is none', () => {
    const [one] = noticesOf(all, integration(1), failing, inMs(unhealthyAfterMs))
    const [other] = noticesOf(all, integration(1), healthAfter(untried, retry, inMs(1)), inMs(unhealthyAfterMs))
    expect(other?.id).not.toBe(one?.id)
    expect(noticesOf(all, integration(1), untried, now)).toEqual([])
  })
})

test('a notification has an id of its own for each integration and content', () => {
  const { alert, resolved, event, notice } = contents
  const ids = [1, 2].flatMap((number) =>
    [alert, resolved, event, notice].map((of) => notificationId(guid(number, '6'), of)),
  )
  expect(new Set(ids).size).toBe(8)
  expect(notificationId(guid(1, '6'), { ...alert, latest: null })).toBe(ids[0])
})
