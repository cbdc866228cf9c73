// Sends a thousand notifications through a target that fails in every way, while the deliverer is killed ten times: each arrives, under one id.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableSchedule } from '../../../src/adapters/azure/alerts/schedule.ts'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import { tableIntegrations } from '../../../src/adapters/azure/integrations/integrations.ts'
import { tableOutbox } from '../../../src/adapters/azure/outbox/outbox.ts'
import { newSigningSecret, signed } from '../../../src/adapters/crypto/request-signing.ts'
import { httpSender } from '../../../src/adapters/http/sender.ts'
import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { producer } from '../../../src/application/alerts/evaluation/produce-notifications.ts'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { addIntegration } from '../../../src/domain/notifications/integration.ts'
import type { Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { deliverNotifications } from '../../../src/functions/notifications/deliver-notifications.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { Sender } from '../../../src/ports/sender.ts'
import { contents } from '../../domain/notifications/samples.ts'
import { contextWith } from '../../support/calls.ts'
import { acme } from '../../support/events.ts'
import { integrationOf } from '../../support/notifications/deliveries.ts'
import { boxOf, secretKey } from '../../support/notifications/integrations.ts'
import { faultyStorage, newFaults } from '../../support/storage/faults.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'

const startMs = Date.UTC(2026, 10, 22, 6, 28)
const [integrationCount, notificationsOfEach, killsMax] = [5, 200, 10]
/** How many storage requests a process lives for, in turn. */
const lifetimes = [3, 60, 200, 350, 500, 17, 410, 250, 90, 300]
const redeliveryMs = 30_000
const deliveriesMax = 5
/** Ends the time of the requests of an id: that of one which the target leaves hanging is over at once, and that of no other ever. */
const deadlines = new Map<string, AbortController>()

const clock = { now: startMs }
const now = () => clock.now
const secret = newSigningSecret()
const box = boxOf(secretKey('k1'))

/** What the target does with a request; those that take it have it, even if they respond with a failure. */
const fates = [
  ...Array<'takes'>(20).fill('takes'),
  ...(['limits', 'fails', 'resets', 'hangs', 'takes and resets', 'takes and hangs'] as const),
]
const received: { readonly id: string; readonly body: string }[] = []
const tries = new Map<string, number>()
const met = new Set<string>()
const doubts: unknown[] = []

const account = memoryAccount()
const direct = account()
const faults = newFaults()
const target = createServer((request, response) => void receive(request, response))

beforeAll(async () => {
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
})
afterAll(async () => {
  target.close()
  target.closeAllConnections()
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const id = String(request.headers['webhook-id'])
  verify(body, request)
  const place = (tries.get(id) ?? 0) + 1
  tries.set(id, place)
  // The same in every order of requests.
  const fate = fates[Number.parseInt(guidOfContent(id, place).slice(0, 8), 16) % fates.length] ?? 'takes'
  met.add(fate)
  if (fate.startsWith('takes')) received.push({ id, body })
  if (fate.endsWith('hangs')) deadlines.get(id)?.abort()
  else if (fate.endsWith('resets')) request.socket.destroy()
  else if (fate === 'limits') response.writeHead(429, { 'retry-after': '20' }).end()
  else if (fate === 'fails') response.writeHead(500).end('it failed')
  else if (fate === 'takes') response.writeHead(200).end('ok')
}

/** Has a signature checked by the specification's own package, which looks at the machine's clock: meanwhile, that is ours. */
function verify(body: string, { headers }: IncomingMessage): void {
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now })
  try {
    new Webhook(secret).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    })
  } catch (error) {
    doubts.push(error)
  } finally {
    vi.useRealTimers()
  }
}

/** The queue, which outlives every process; one that was killed sends nothing. */
const messages: { readonly text: string; readonly at: number; readonly deliveries: number }[] = []
const notifications = {
  send: async (text: string, delaySeconds: number) => {
    if (faults.fired()) throw new Unavailable('notification queue', 'killed')
    messages.push({ text, at: now() + delaySeconds * 1_000, deliveries: 0 })
  },
  check: async () => {},
}

/** A fresh process: nothing in memory, everything it reads and stores may fail. */
function newProcess() {
  const storage = faultyStorage(account(), faults)
  const [integrations, outbox, schedule] = [tableIntegrations(storage), tableOutbox(storage), tableSchedule(storage)]
  const [alerts, directory] = [tableAlertStore(storage), tableDirectory(storage)]
  const ports = { integrations, outbox, schedule, notifications, directory, box, now, organizationId: acme, alerts }
  const sender: Sender = {
    send: (sent) => {
      const time = new AbortController()
      deadlines.set(sent.headers['webhook-id'] ?? '', time)
      return httpSender({ allowLoopback: true, deadline: () => time.signal }).send(sent)
    },
  }
  const mailer = { send: async () => ({ kind: 'timeout' }) as const }
  const sleep = async () => {}
  const configurations = memoryRuleConfigurations()
  return {
    outbox,
    deliver: deliverNotifications({ ...ports, configurations, sender, mailer, sign: signed, sleep, appUrl: null }),
    /** What an evaluation ends with. */
    dispatch: async () => (await producer({ ...ports, hours: defaultHours })).dispatch(),
  }
}
type Process = ReturnType<typeof newProcess>

/** The process that runs now, and how often one was killed. */
let running: Process
let kills = 0

function arm(): void {
  const lifetime = kills < killsMax ? (lifetimes[kills] ?? 0) : 0
  faults.arm(lifetime, kills % 2 === 0 ? 'failed' : 'lost', true)
}

/** Does all of this at once; when the process was killed meanwhile, goes on with a new one. Resolves to what was done. */
async function surviving(works: readonly ((process: Process) => unknown)[]): Promise<readonly boolean[]> {
  const done = await Promise.allSettled(works.map(async (work) => work(running)))
  if (faults.fired()) {
    kills += 1
    arm()
    running = newProcess()
  }
  return done.map(({ status }) => status === 'fulfilled')
}

/** Delivers the messages that are due, as a host does: what fails is delivered again, and at last given up. */
async function deliverDue(): Promise<void> {
  const due = messages.filter(({ at }) => at <= now())
  messages.splice(0, messages.length, ...messages.filter(({ at }) => at > now()))
  const done = await surviving(
    due.map(
      ({ text }) =>
        ({ deliver }) =>
          deliver(text, contextWith([])),
    ),
  )
  for (const [index, message] of due.entries()) {
    const deliveries = message.deliveries + 1
    if (!done[index] && deliveries < deliveriesMax) messages.push({ ...message, deliveries, at: now() + redeliveryMs })
  }
}

/** Evaluates the organization when its schedule entry is due, until that succeeds. */
async function evaluateDue(): Promise<void> {
  const schedule = tableSchedule(direct)
  const due = await schedule.due(now(), 100)
  if (due.length === 0) return
  const [done] = await surviving([({ dispatch }) => dispatch()])
  if (done) await schedule.cancel(due)
}

/** Lets time pass until the next thing is due; false if nothing is. */
async function timePasses(): Promise<boolean> {
  const [entry] = await tableSchedule(direct).due(startMs * 2, 1)
  const next = Math.min(...messages.map(({ at }) => at), entry?.at ?? Number.POSITIVE_INFINITY)
  if (!Number.isFinite(next)) return false
  clock.now = Math.max(clock.now, next)
  return true
}

const alertsFor = (integrationId: Guid): Notification[] =>
  Array.from({ length: notificationsOfEach }, (_, index) => ({
    id: guidOfContent(integrationId, index),
    at: instantAt(startMs - 1_000 + index),
    integrationId,
    content: contents.alert,
  }))

test('a thousand notifications arrive, each under one id, while target and deliverer fail', async () => {
  const address = target.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
  const ids: Guid[] = []
  for (let number = 1; number <= integrationCount; number += 1) {
    const body = { target: { kind: 'webhook', url, secret }, subscriptions: { alerts: {} } }
    const integration = integrationOf(box, number, body)
    await tableIntegrations(direct).change(acme, (known) => addIntegration(known, integration))
    ids.push(integration.id)
  }
  const all = ids.flatMap(alertsFor)
  running = newProcess()
  arm()
  for (const id of ids) {
    const add = ({ outbox }: Process) => outbox.add(acme, alertsFor(id))
    while (!(await surviving([add]))[0]);
  }
  while (!(await surviving([({ dispatch }) => dispatch()]))[0]);
  while (await timePasses()) {
    await deliverDue()
    await evaluateDue()
  }

  expect(kills).toBe(killsMax)
  expect(met).toEqual(new Set(fates))
  expect(doubts).toEqual([])
  expect(received.length).toBeGreaterThan(all.length)
  expect(new Set(received.map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)))
  const Body = v.object({ id: v.string() })
  for (const { id, body } of received) expect(v.parse(Body, JSON.parse(body)).id).toBe(id)
  for (const id of ids) {
    const outbox = tableOutbox(direct)
    expect(await outbox.nextDue(acme, id)).toBeUndefined()
    expect((await outbox.failedOf(acme, id, 10, null))?.failed).toEqual([])
  }
})
