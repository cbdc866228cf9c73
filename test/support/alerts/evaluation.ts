// The way of events to alerts in memory and in virtual time: processing, timer, queue and evaluation, as a host drives them.
import type { Timer } from '@azure/functions'
import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import type { EvaluateOrganizationPorts } from '../../../src/application/alerts/evaluation/evaluate-organization.ts'
import { evaluationScheduler } from '../../../src/application/alerts/evaluation/schedule-evaluation.ts'
import type { Turns } from '../../../src/concurrency/slices.ts'
import type { StoredAlert } from '../../../src/domain/alerts/alert.ts'
import type { IncidentRecord } from '../../../src/domain/alerts/incidents/incident.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { evaluateAlerts } from '../../../src/functions/alerts/evaluate-alerts.ts'
import { evaluateOrganization } from '../../../src/functions/alerts/evaluate-organization.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import type { EvaluationSchedule } from '../../../src/ports/alerts/schedule.ts'
import type { Directory } from '../../../src/ports/directory.ts'
import { contextWith } from '../calls.ts'
import { acme } from '../events.ts'

const minuteMs = 60_000
/** How long the host waits before it delivers a failed message again, and how often it does. */
const redeliveryMs = 30_000
const deliveriesMax = 10

/** The timer's argument; nothing of it is read. */
export const timer: Timer = {
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
  isPastDue: false,
}

type Waiting = { readonly text: string; readonly at: number; readonly deliveries: number }

/** What replaces the event loop's turns, and stores in memory. */
type EvaluationWorldOptions = {
  readonly turns?: Turns | undefined
  readonly adapters?: Partial<EvaluateOrganizationPorts> & {
    readonly schedule?: EvaluationSchedule
    readonly directory?: Directory
  }
}

/** Everything from the event queue to the alerts; these texts are the built-in rules, and it is `startMs` (Unix ms). */
export function evaluationWorld(
  builtInRules: readonly string[],
  startMs: number,
  { turns, adapters = {} }: EvaluationWorldOptions = {},
) {
  const clock = { now: startMs }
  const now = () => clock.now
  const waiting: Waiting[] = []
  const dead: string[] = []
  const log: string[] = []
  const queue = memoryQueue()
  const { schedule = memorySchedule(), directory = memoryDirectory() } = adapters
  const evaluations = {
    send: async (text: string, delaySeconds: number) => {
      waiting.push({ text, at: now() + delaySeconds * 1_000, deliveries: 0 })
    },
    check: async () => {},
  }
  const ports: EvaluateOrganizationPorts = {
    builtInRules: readBuiltInRules(builtInRules),
    configurations: memoryRuleConfigurations(),
    store: memoryEventStore(now),
    directory,
    alerts: memoryAlertStore(),
    schedule,
    evaluations,
    queue,
    now,
    ...(turns && { turns }),
    ...adapters,
  }
  const context = contextWith(log)
  const activity = evaluationScheduler({ schedule, evaluations, now })
  const process = processEvents({ store: ports.store, queue, scheduleEvaluations: activity, now })
  const tick = evaluateAlerts({ schedule, evaluations, now })
  let evaluate = evaluateOrganization(ports)

  /** Stores events as their trigger does. */
  async function arrive(events: readonly AcceptedEvent[]): Promise<void> {
    for (const message of writeMessages(events)) await process(Buffer.from(message), context)
    // What the app reports of itself goes the same way.
    for (const message of queue.messages.splice(0)) await process(Buffer.from(message), context)
  }

  /** Delivers the evaluations that are due now. */
  async function deliver(): Promise<void> {
    for (;;) {
      const index = waiting.findIndex(({ at }) => at <= now())
      const [message] = index < 0 ? [] : waiting.splice(index, 1)
      if (!message) return
      try {
        await evaluate(message.text, context)
      } catch {
        const deliveries = message.deliveries + 1
        if (deliveries >= deliveriesMax) dead.push(message.text)
        else waiting.push({ ...message, deliveries, at: now() + redeliveryMs })
      }
    }
  }

  /** Lets time pass until `ms`: each full minute the timer runs, and messages come when they are due. */
  async function runUntil(ms: number): Promise<void> {
    for (;;) {
      const nextTick = Math.floor(clock.now / minuteMs) * minuteMs + minuteMs
      const next = Math.min(nextTick, ...waiting.map(({ at }) => Math.max(at, clock.now)))
      if (next > ms) break
      clock.now = next
      if (next === nextTick) await Promise.resolve(tick(timer, context)).catch(() => {})
      await deliver()
    }
    clock.now = ms
  }

  const ever = () => ({ from: instantAt(0), to: instantAt(clock.now + 40 * 86_400_000) })

  /** Every alert of an organization, earliest first, without its incident, whose id depends on which of its alerts came first. */
  async function alerts(organizationId: Guid = acme): Promise<readonly StoredAlert[]> {
    const page = await ports.alerts.list(organizationId, ever(), instantAt(clock.now), 100_000, null)
    return (page?.alerts ?? []).toReversed().map(({ record: { incidentId, ...record }, acknowledged }) => {
      return { record, acknowledged }
    })
  }

  /** Every incident of an organization that lists show, earliest first. */
  async function incidents(organizationId: Guid = acme): Promise<readonly IncidentRecord[]> {
    const page = await ports.alerts.listIncidents(organizationId, ever(), 100_000, null)
    return (page?.incidents ?? []).map(({ record }) => record).toReversed()
  }

  return {
    ports,
    clock,
    waiting,
    dead,
    log,
    schedule,
    directory,
    arrive,
    deliver,
    runUntil,
    alerts,
    incidents,
    tick,
    evaluate: (message: unknown) => evaluate(message, context),
    /** Goes on with other ports, as a process that was started anew. */
    restart: (changed: Partial<EvaluateOrganizationPorts> = {}) => {
      evaluate = evaluateOrganization({ ...ports, ...changed })
    },
  }
}
