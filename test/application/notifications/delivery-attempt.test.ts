// What follows from an attempt, for each of its notifications.
import { describe, expect, test } from 'vitest'
import { judge } from '../../../src/application/notifications/delivery-attempt.ts'
import { restMsMax } from '../../../src/application/notifications/delivery-times.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { untried } from '../../../src/domain/notifications/health.ts'
import { attemptsMax, retryDelaysMs } from '../../../src/domain/notifications/retry.ts'
import type { Waiting } from '../../../src/ports/outbox.ts'
import { contents, notification, now } from '../../domain/notifications/samples.ts'
import { response } from '../../support/notifications/deliveries.ts'

const nowMs = millisecondsOf(now)
const waiting = (number: number, failures: number): Waiting => ({
  notification: notification(contents.alert, number),
  failures,
  dueAt: 0,
  lastError: null,
})
const judged = (tried: readonly Waiting[], status: number) => judge('hec', tried, response(status), untried, now)

describe('a failure that may pass', () => {
  test('lets each wait by its own number of tries, and ends the last one', () => {
    const [fresh, tired, last] = [waiting(1, 0), waiting(2, 3), waiting(3, attemptsMax - 1)]
    const { delivery, kind } = judged([fresh, tired, last], 503)
    expect(delivery.waiting).toMatchObject([
      { notification: fresh.notification, failures: 1, dueAt: nowMs + (retryDelaysMs[0] ?? 0) },
      { notification: tired.notification, failures: 4, dueAt: nowMs + (retryDelaysMs[3] ?? 0) },
    ])
    expect(delivery.failed).toMatchObject([{ notification: last.notification, failures: attemptsMax, failedAt: now }])
    expect([kind, delivery.attempt.outcome]).toEqual(['again', 'retry'])
  })

  test('at the last try of all lets the target rest, so that the others do not fail in a row', () => {
    const { delivery, kind, restsUntil } = judged([waiting(1, attemptsMax - 1)], 503)
    expect([kind, restsUntil, delivery.failed.length]).toEqual(['again', nowMs + restMsMax, 1])
  })
})

describe('a refusal of what a batch says', () => {
  test('leaves each as it was, to be tried alone', () => {
    const { delivery, kind } = judged([waiting(1, 0), waiting(2, attemptsMax - 1)], 400)
    expect([kind, delivery.arrived, delivery.waiting, delivery.failed]).toEqual(['apart', [], [], []])
    expect(delivery.attempt).toMatchObject({ outcome: 'failed', error: 'the target refused it (400)' })
    expect(delivery.health.failingSince).toBe(now)
  })

  test('is final for one alone', () => {
    const { delivery, kind } = judged([waiting(1, 0)], 400)
    expect([kind, delivery.failed.length]).toEqual(['failed', 1])
  })
})

test('a success takes them all, and heals', () => {
  const failing = { ...untried, failingSince: instantAt(0), notified: true }
  const { delivery, kind } = judge('hec', [waiting(1, 0), waiting(2, 5)], response(200), failing, now)
  expect([kind, delivery.arrived.length, delivery.attempt.latencyMs]).toEqual(['arrived', 2, 20])
  expect(delivery.health).toMatchObject({ failingSince: null, notified: false, lastSuccessAt: now })
})
