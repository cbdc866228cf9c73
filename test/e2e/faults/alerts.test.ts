// Cuts the way from a stored event to its alerts and sums short at every place, or has a process stand still there, and lets fresh processes go on: the end is the same.
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableRuleConfigurations } from '../../../src/adapters/azure/alerts/rule-configurations.ts'
import { tableSchedule } from '../../../src/adapters/azure/alerts/schedule.ts'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import { tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import {
  evaluationQueueName,
  eventQueueName,
  storageEvaluationQueue,
  storageQueue,
} from '../../../src/adapters/azure/queues/storage-queue.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { tableSummaries } from '../../../src/adapters/azure/summary/summaries.ts'
import { evaluationScheduler } from '../../../src/application/alerts/evaluation/schedule-evaluation.ts'
import { actOn } from '../../../src/domain/alerts/incidents/triage/actions.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { totalsOf } from '../../../src/domain/summary/summary.ts'
import { evaluateAlerts } from '../../../src/functions/alerts/evaluate-alerts.ts'
import { evaluateOrganization } from '../../../src/functions/alerts/evaluate-organization.ts'
import { processEvents } from '../../../src/functions/ingest/process-events.ts'
import type { EvaluationQueue } from '../../../src/ports/alerts/schedule.ts'
import { timer } from '../../support/alerts/evaluation.ts'
import { contextWith } from '../../support/calls.ts'
import { event, guid } from '../../support/events.ts'
import { accountAt } from '../../support/storage/account.ts'
import { type FaultProxy, startFaultProxy } from '../../support/storage/fault-proxy.ts'
import { type FaultKind, faultyStorage } from '../../support/storage/faults.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'
import { storageAccount } from '../../support/storage.ts'
import { undelayed } from '../../support/undelayed.ts'

const startMs = Date.UTC(2026, 10, 22, 6, 28)
const minuteMs = 60_000
/** How far apart the timer runs; its next run is late, and nothing is lost by that. */
const minutesAStep = 3

const builtInRules = readBuiltInRules([
  `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
---
title: Many failed logins
id: ${guid(1, 'e')}
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 2}}
`,
  `
title: Exported
id: ${guid(2, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1602}, condition: sel}
`,
])

const account = storageAccount()
let proxy: FaultProxy
/** The storage as it is: queues past the proxy, and tables in memory. */
let direct: Storage

const tables = memoryAccount()
const open = (connectionString: string) => ({ ...tables(), queue: accountAt(connectionString)().queue })
/** The storage as a fresh process sees it, whose requests may fail. */
const faulty = () => faultyStorage(open(proxy.connectionString), proxy)

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  direct = open(account)
  await storageQueue(direct).check()
  await storageEvaluationQueue(direct).check()
})
afterAll(async () => {
  await proxy.stop()
})

let worlds = 0
/** An organization that no other walk touches; this many people fail to log in twice and once again, and one exports. */
async function newWorld(people: number) {
  worlds += 1
  const organizationId = guid(worlds, 'a')
  // When earlier worlds are due is nothing to this one's clock.
  const schedule = tableSchedule(direct)
  await schedule.cancel(await schedule.due(startMs + 1_000 * minuteMs, 1_000))
  await tableDirectory(direct).putOrganization(organizationId, v.parse(OrganizationEntry, { name: 'O' }))
  const at = (ms: number, type: number, person: number, ipAddress?: string) =>
    event({
      // The same in every world, so that alerts are.
      id: guidOfContent(ms, type, person),
      organizationId,
      actingUserId: guid(person, 'b'),
      cipherId: undefined,
      type,
      date: new Date(startMs + ms).toISOString(),
      ipAddress,
    })
  // One address each: events of one moment have no order among them, and the first address is the one that is kept.
  const all = Array.from({ length: people }, (_, person) => [
    at(1_000, 1005, person),
    at(2_000, 1005, person, `192.0.2.${person}`),
  ]).flat()
  const batches = [[...all, at(3_000, 1602, 0)], [at(4_000, 1005, 0)]]
  /** Until when evaluations wait, by their messages: the machine's clock says nothing here. */
  const delays = new Map<string, number>()
  return { organizationId, batches, clock: { now: startMs + 10_000 }, delays }
}
type World = Awaited<ReturnType<typeof newWorld>>

/** A fresh process: nothing in memory, everything it reads and stores may fail. */
function newProcess({ clock, delays }: World, storage = faulty()) {
  const now = () => clock.now
  const [schedule, queue] = [tableSchedule(storage), undelayed(storageQueue(storage))]
  const evaluations: EvaluationQueue = {
    ...storageEvaluationQueue(storage),
    send: async (message, delaySeconds) => {
      delays.set(message, clock.now + delaySeconds * 1_000)
      await storageEvaluationQueue(storage).send(message, 0)
    },
  }
  const [alerts, configurations, directory] = [
    tableAlertStore(storage),
    tableRuleConfigurations(storage),
    tableDirectory(storage),
  ]
  const [store, summaries] = [tableEventStore(storage, { now }), tableSummaries(storage)]
  // What waits a second for more events would have to be waited for.
  const atOnce = { send: (message: string) => evaluations.send(message, 0) }
  const activity = evaluationScheduler({ schedule, evaluations: atOnce, now })
  return {
    store,
    alerts,
    schedule,
    summaries,
    process: processEvents({ store, queue, scheduleEvaluations: activity, now }),
    tick: evaluateAlerts({ schedule, evaluations, now }),
    evaluate: evaluateOrganization({
      builtInRules,
      configurations,
      store,
      directory,
      alerts,
      summaries,
      schedule,
      evaluations,
      queue,
      now,
    }),
  }
}
type Process = ReturnType<typeof newProcess>

/** Runs work of a process; when it does not come to its end, the next is given to another process. */
type Run = (work: (process: Process) => unknown) => Promise<void>

/** A process that fails is started anew. */
function surviving(world: World): Run {
  let process = newProcess(world)
  return async (work) => {
    try {
      await work(process)
    } catch {
      proxy.heal()
      process = newProcess(world)
    }
  }
}

/** A process that stands still at this request is left to itself, and another one goes on. */
function freezing(world: World, request: number) {
  const standsStill = proxy.freeze(request)
  let process = newProcess(world)
  let frozen: Promise<unknown> | undefined
  const run: Run = async (work) => {
    const working = (async () => work(process))()
    if (frozen) return void (await working)
    await Promise.race([working, standsStill])
    if (!proxy.fired()) return
    // What it then does too late may fail, and it need not care.
    frozen = working.catch(() => {})
    process = newProcess(world, direct)
  }
  return {
    run,
    /** Lets it go on, if it stands still, to the end of what it did. */
    goOn: async () => {
      if (!frozen) return
      proxy.heal()
      await frozen
    },
  }
}

/** Works as the host does for a quarter of an hour: what is not done is delivered again. */
async function workUntilQuiet(world: World, run: Run): Promise<void> {
  for (let minutes = 0; minutes < 15; minutes += minutesAStep) {
    await deliver(world, eventQueueName, run, 'process')
    // What is due within the next minute is past when the timer takes it: nothing has to be waited for.
    world.clock.now += minutesAStep * minuteMs
    const ahead = await tableSchedule(direct).due(world.clock.now + minuteMs, 100)
    world.clock.now = Math.max(world.clock.now, ...ahead.map(({ at }) => at))
    await run((it) => it.tick(timer, contextWith([])))
    await deliver(world, evaluationQueueName, run, 'evaluate')
  }
}

/** A message that is received comes again when this test says so, and not because the machine was slow. */
const hidden = { numberOfMessages: 1, visibilityTimeout: 3_600 }

/** Delivers every message that is due, until the trigger has taken it. */
async function deliver(
  { clock, delays }: World,
  name: string,
  run: Run,
  trigger: 'process' | 'evaluate',
): Promise<void> {
  const queue = direct.queue(name)
  const early: (() => Promise<unknown>)[] = []
  for (let deliveries = 0; deliveries < 20; deliveries++) {
    const [message] = (await queue.receiveMessages(hidden)).receivedMessageItems
    if (!message) {
      for (const showAgain of early) await showAgain()
      return
    }
    const { messageId, popReceipt, messageText } = message
    const showAgain = () => queue.updateMessage(messageId, popReceipt, messageText, 0)
    if ((delays.get(Buffer.from(messageText, 'base64').toString()) ?? 0) > clock.now) {
      early.push(showAgain)
      continue
    }
    let done = false
    await run(async (process) => {
      await process[trigger](Buffer.from(messageText, 'base64'), contextWith([]))
      done = true
    })
    if (done) await queue.deleteMessage(messageId, popReceipt)
    else await showAgain()
  }
  throw new Error('the queue never emptied')
}

/** Sends each batch of events and works until nothing is left to do; then people acknowledge what is there. */
async function live(world: World): Promise<void> {
  for (const batch of world.batches) {
    await storageQueue(direct).enqueue(writeMessages(batch))
    await workUntilQuiet(world, surviving(world))
    await acknowledgeAll(world)
  }
}

/** Acknowledges and comments on every incident. */
async function acknowledgeAll({ organizationId }: World): Promise<void> {
  const alerts = tableAlertStore(direct)
  const range = { from: instantAt(0), to: instantAt(startMs + 1_000 * minuteMs) }
  const page = await alerts.listIncidents(organizationId, range, 100, null)
  const act = { by: guid(1, 'b'), at: instantAt(startMs) }
  for (const { record } of page?.incidents ?? []) {
    for (const action of [{ kind: 'acknowledge' }, { kind: 'comment', text: 'Asked.' }] as const) {
      await alerts.changeTriage(organizationId, record.id, (incident) => actOn(incident, action, act))
    }
  }
}

/** The same with a process that stands still at this request, and goes on when all is quiet; 0: none does. */
async function liveFrozen(world: World, request: number): Promise<void> {
  const { run, goOn } = freezing(world, request === 0 ? Number.POSITIVE_INFINITY : request)
  for (const batch of world.batches) {
    await storageQueue(direct).enqueue(writeMessages(batch))
    await workUntilQuiet(world, run)
    await goOn()
    await workUntilQuiet(world, run)
    await acknowledgeAll(world)
  }
}

const Metadata = v.object({ evaluateAt: v.nullable(v.number()), skipped: v.record(v.string(), v.number()) })

/** All that is stored of a world in the end, in words that no world has for itself. */
async function endOf(world: World) {
  const { organizationId, clock } = world
  const { alerts, store, summaries, schedule } = newProcess(world, direct)
  const { checkpoint, metadata } = await alerts.progressOf(organizationId)
  const unread =
    checkpoint === null ? undefined : await store.feed({ kind: 'organization', id: organizationId }, 10, checkpoint)
  const names = (await alerts.entryNames(organizationId, '')).map(({ name }) => name)
  const range = { from: instantAt(0), to: instantAt(clock.now) }
  const found = await alerts.list(organizationId, range, instantAt(clock.now), 100, null)
  const due = (await schedule.due(clock.now + 60 * minuteMs, 100)).filter(
    (entry) => entry.organizationId === organizationId,
  )
  return {
    unread: unread?.events,
    // How many groups there are is only an estimate after a step that was cut short.
    metadata: v.parse(Metadata, JSON.parse(metadata ?? '')),
    kept: [...(await alerts.entriesNamed(organizationId, names))].sort(([one], [other]) => (one < other ? -1 : 1)),
    alerts: JSON.stringify(found?.alerts).replaceAll(organizationId, 'O'),
    incidents: (await alerts.listIncidents(organizationId, range, 100, null))?.incidents,
    countedUpTo: (await summaries.progressOf(organizationId)).checkpoint,
    days: await summaries.daysBetween(organizationId, '2026-01-01', '2026-12-31'),
    due: due.map(({ at }) => at - startMs),
  }
}

/**
 * The requests of a run, from 1, at which cutting it makes a difference: those that write. To fail at one of the readings
 * between two writes is to be killed when the first of them took effect.
 */
const cutsIn = (requests: readonly string[], isWrite: (request: string) => boolean): number[] =>
  requests.flatMap((request, index) => (isWrite(request) ? [index + 1] : []))

const writes = (request: string) => !request.startsWith('GET') && request !== 'POST /Tables'
const transactions = (request: string) => request === 'POST /$batch'

describe.each([
  ['never arrives', 'failed'],
  ['takes effect', 'lost'],
] as const)('when the last request before a kill %s', (_, kind: FaultKind) => {
  test.each([
    ['of three people', 3, writes],
    ['with steps of several transactions', 30, transactions],
  ] as const)('alerts %s, progress and what is kept end as without it', async (_, people, isWrite) => {
    const model = await newWorld(people)
    proxy.arm(0, kind, false)
    await live(model)
    const cuts = cutsIn([...proxy.requests], isWrite)
    const expected = await endOf(model)
    expect(expected.unread).toEqual([])
    expect(JSON.parse(expected.alerts)).toHaveLength(people + 1)
    // Who exported failed to log in before.
    expect(expected.incidents).toHaveLength(people)
    for (const { triage } of expected.incidents ?? []) {
      expect(triage).toMatchObject({ acknowledged: { by: guid(1, 'b') }, commentCount: 1 })
    }
    expect(
      expected.incidents
        ?.map(({ record }) => record.alertCount)
        .sort()
        .slice(-2),
    ).toEqual([1, 2])

    for (const cut of cuts) {
      const world = await newWorld(people)
      proxy.arm(cut, kind, true)
      await live(world)
      expect(proxy.fired(), `request ${cut}`).toBe(true)
      expect(await endOf(world), `cut at request ${cut}, ${proxy.requests[cut - 1]}`).toEqual(expected)
    }
    expect(cuts.length).toBeGreaterThan(5)
  })
})

/** Places in a run at which a process may stand still: each writing, and each reading that follows upon another kind of request. */
const stillsIn = (requests: readonly string[]): number[] =>
  requests.flatMap((request, index) =>
    request !== requests[index - 1] && request !== 'POST /Tables' ? [index + 1] : [],
  )

test('when a process stands still at a request and goes on after another did its work, the end is as without it', async () => {
  const model = await newWorld(3)
  await liveFrozen(model, 0)
  const stills = stillsIn([...proxy.requests])
  const expected = await endOf(model)
  expect(expected.unread).toEqual([])
  expect(expected.countedUpTo).toBe(String(model.batches.flat().length))
  expect([...expected.days.values()].map(totalsOf)).toMatchObject([{ events: 8, failedLogins: 7 }])

  for (const still of stills) {
    const world = await newWorld(3)
    await liveFrozen(world, still)
    const where = `frozen at request ${still}, ${proxy.requests[still - 1]}`
    expect(proxy.fired(), where).toBe(true)
    expect(await endOf(world), where).toEqual(expected)
  }
  expect(stills.length).toBeGreaterThan(20)
})
