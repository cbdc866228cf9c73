// What a failed run of a queue or timer trigger leaves in the log, through each of them: the cause, and nothing of the contents.
import type { InvocationContext } from '@azure/functions'
import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { evaluateAlerts } from '../../../src/functions/alerts/evaluate-alerts.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import { triggered } from '../../../src/functions/queue/triggered.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { evaluationWorld, timer } from '../../support/alerts/evaluation.ts'
import { contextWith } from '../../support/calls.ts'
import { acme, alice, guid } from '../../support/events.ts'
import { deliveryWorld } from '../../support/notifications/deliveries.ts'

class RestError extends Error {
  override name = 'RestError'
  readonly code = 'ECONNREFUSED'
}
const cause = new RestError('secret')
const down = () => Promise.reject(new Unavailable('alert store', cause))
const line = /alert store is unavailable: RestError \(ECONNREFUSED\) at .*triggered\.test\.ts/

const startMs = Date.UTC(2026, 10, 22, 6)

describe.each<[string, (log: string[]) => Promise<void>]>([
  [
    'processEvents',
    async (log) => {
      const queue = { ...memoryQueue(), enqueue: down }
      const store = { ...memoryEventStore(), append: down }
      const run = processEvents({ store, queue, scheduleEvaluations: async () => {}, now: Date.now })
      await run(Buffer.from(`{"Type":1000,"UserId":"${alice}"}`), contextWith(log))
    },
  ],
  [
    'evaluateOrganization',
    async (log) => {
      const world = evaluationWorld([], startMs)
      const { configurations, evaluations } = world.ports
      // With its queue out of reach, too, it cannot be put off.
      world.restart({
        configurations: { ...configurations, configurationOf: down },
        evaluations: { ...evaluations, send: down },
      })
      await Promise.resolve(world.evaluate(JSON.stringify({ organizationId: acme }))).finally(() =>
        log.push(...world.log),
      )
    },
  ],
  [
    'deliverNotifications',
    async (log) => {
      const world = deliveryWorld(startMs)
      const { integrations, notifications } = world.delivery
      world.replaceProcess({
        integrations: { ...integrations, integrationsOf: down },
        notifications: { ...notifications, send: down },
      })
      const message = JSON.stringify({ organizationId: acme, integrationId: guid(1) })
      await Promise.resolve(world.trigger(message)).finally(() => log.push(...world.log))
    },
  ],
  [
    'evaluateAlerts',
    async (log) => {
      const world = evaluationWorld([], startMs)
      const run = evaluateAlerts({ ...world.ports, schedule: { ...world.schedule, due: down }, now: () => startMs })
      await run(timer, contextWith(log))
    },
  ],
])('a failed run of %s', (_, run) => {
  test('logs the names and codes of the cause, and fails with the error as it was', async () => {
    const log: string[] = []
    await expect(run(log)).rejects.toMatchObject({ name: 'Unavailable', cause })
    expect(log).toEqual([expect.stringMatching(line)])
    expect(log.join()).not.toContain('secret')
  })
})

test('a run that succeeds leaves nothing', async () => {
  const log: string[] = []
  await triggered(async (_: string, context: InvocationContext) => context.log('done'))('', contextWith(log))
  expect(log).toEqual(['done'])
})
