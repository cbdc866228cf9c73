// Changes of a rule configuration on their way to the organization's log: each is reported, and none as another.
import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { changeConfiguration, reportChanges } from '../../../src/application/alerts/report-changes.ts'
import {
  type ConfigurationChange,
  emptyConfiguration,
  type RuleConfiguration,
} from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { auditEvent } from '../../../src/domain/events/audit-events.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { began, eventsIn } from '../../support/alerts/alerts.ts'
import { acme, alice, guid, instant } from '../../support/events.ts'

const change = (number: number): AcceptedEvent => {
  const at = instant('2026-11-22T06:28:00Z')
  const facts = { organizationId: acme, actingUserId: alice, at, objectId: guid(1, 'f'), objectName: 'X' }
  return auditEvent('rule-created', facts, guid(number))
}
const withUnreported =
  (...numbers: number[]) =>
  (configuration: RuleConfiguration): ConfigurationChange => ({
    kind: 'changed',
    configuration: { ...configuration, unreported: [...configuration.unreported, ...numbers.map(change)] },
  })

async function setUp() {
  const ports = {
    configurations: memoryRuleConfigurations(),
    queue: memoryQueue(),
    schedule: memorySchedule(),
    now: () => began,
  }
  const unreported = async () => (await ports.configurations.configurationOf(acme)).unreported
  return { ports, unreported }
}
const unavailable = () => new Unavailable('storage', new Error('x'))
const failing = async () => {
  throw unavailable()
}

describe('reportChanges', () => {
  test('sends what was not reported, in order, and records it as reported', async () => {
    const { ports, unreported } = await setUp()
    await ports.configurations.change(acme, withUnreported(1, 2))
    await reportChanges(ports, acme, await ports.configurations.configurationOf(acme))
    expect(eventsIn(ports.queue.messages)).toEqual([change(1), change(2)])
    expect(await unreported()).toEqual([])
  })

  test('leaves the configuration alone when there is nothing to report', async () => {
    const { ports } = await setUp()
    await reportChanges(
      { ...ports, configurations: { ...ports.configurations, change: failing } },
      acme,
      emptyConfiguration,
    )
    expect(ports.queue.messages).toEqual([])
  })

  test('keeps what was changed meanwhile for the next time', async () => {
    const { ports, unreported } = await setUp()
    await ports.configurations.change(acme, withUnreported(1))
    const seen = await ports.configurations.configurationOf(acme)
    await ports.configurations.change(acme, withUnreported(2))
    await reportChanges(ports, acme, seen)
    expect(await unreported()).toEqual([change(2)])
  })

  test('keeps everything while the queue is unavailable', async () => {
    const { ports, unreported } = await setUp()
    await ports.configurations.change(acme, withUnreported(1))
    const queue = { ...ports.queue, enqueue: failing }
    await expect(
      reportChanges({ ...ports, queue }, acme, await ports.configurations.configurationOf(acme)),
    ).rejects.toThrow(Unavailable)
    expect(await unreported()).toEqual([change(1)])
  })

  test('sends the same again when it was cut short, and the log keeps it once', async () => {
    const { ports } = await setUp()
    await ports.configurations.change(acme, withUnreported(1))
    const configurations = { ...ports.configurations, change: failing }
    await expect(
      reportChanges({ ...ports, configurations }, acme, await ports.configurations.configurationOf(acme)),
    ).rejects.toThrow(Unavailable)
    await reportChanges(ports, acme, await ports.configurations.configurationOf(acme))

    const sent = eventsIn(ports.queue.messages)
    expect(sent).toEqual([change(1), change(1)])
    const store = memoryEventStore()
    for (const event of sent) await store.append([event])
    const log = { kind: 'organization', id: acme } as const
    expect((await store.feed(log, 10, feedStart))?.events).toEqual([change(1)])
  })
})

describe('changeConfiguration', () => {
  test('makes a change, and reports it', async () => {
    const { ports, unreported } = await setUp()
    expect(await changeConfiguration(ports, acme, withUnreported(1))).toMatchObject({ kind: 'changed' })
    expect(eventsIn(ports.queue.messages)).toEqual([change(1)])
    expect(await unreported()).toEqual([])
  })

  test('schedules the organization even if the change fails', async () => {
    const { ports } = await setUp()
    const configurations = { ...ports.configurations, change: failing }
    await expect(changeConfiguration({ ...ports, configurations }, acme, withUnreported(1))).rejects.toThrow(
      Unavailable,
    )
    expect(await ports.schedule.due(began, 10)).toMatchObject([{ organizationId: acme, at: began }])
  })

  test('changes nothing while the organization cannot be scheduled', async () => {
    const { ports, unreported } = await setUp()
    await expect(
      changeConfiguration({ ...ports, schedule: { add: failing } }, acme, withUnreported(1)),
    ).rejects.toThrow(Unavailable)
    expect(await unreported()).toEqual([])
  })

  test('does not report a refused change', async () => {
    const { ports } = await setUp()
    const refused = { kind: 'refused', reason: 'rule-unknown' } as const
    expect(await changeConfiguration(ports, acme, () => refused)).toBe(refused)
    expect(ports.queue.messages).toEqual([])
  })
})
