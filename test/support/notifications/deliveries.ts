// The way of alerts and events to integrations in memory and in virtual time: evaluation, queue and delivery, as a host drives them.

import * as v from 'valibot'
import { signed } from '../../../src/adapters/crypto/request-signing.ts'
import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import { memoryIntegrations } from '../../../src/adapters/memory/integrations.ts'
import { memoryOutbox } from '../../../src/adapters/memory/outbox.ts'
import type { DeliverPorts } from '../../../src/application/notifications/deliver-integration.ts'
import { dispatchDeliveries } from '../../../src/application/notifications/dispatch-deliveries.ts'
import { sealSecrets } from '../../../src/application/notifications/integration-secrets.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { addIntegration, integrationInput, newIntegration } from '../../../src/domain/notifications/integration.ts'
import type { OutgoingMail } from '../../../src/domain/notifications/messages/mail.ts'
import type { Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { secretsIn } from '../../../src/domain/notifications/targets/targets.ts'
import { deliverNotifications } from '../../../src/functions/notifications/deliver-notifications.ts'
import type { SecretBox } from '../../../src/ports/secret-box.ts'
import type { SendOutcome, SendRequest } from '../../../src/ports/sender.ts'
import { evaluationWorld } from '../alerts/evaluation.ts'
import { contextWith } from '../calls.ts'
import { acme, alice, guid } from '../events.ts'
import { boxOf, secretKey } from './integrations.ts'

const minuteMs = 60_000
const redeliveryMs = 30_000
const deliveriesMax = 10

const Input = integrationInput({ allowLoopback: true })

/** An integration of Acme, as a request describes it, with its secrets sealed by this box. */
export function integrationOf(box: SecretBox, number: number, body: object, organizationId = acme) {
  const id = guid(number, '6')
  const input = v.parse(Input, { name: `Integration ${number}`, ...body })
  const sealed = sealSecrets(box, organizationId, id, secretsIn(input.target))
  return newIntegration(input, sealed, { id, at: instantAt(0), by: alice })
}

/** A response of a target. */
export const response = (status: number, body = '', retryAfter: string | null = null): SendOutcome => ({
  kind: 'response',
  status,
  retryAfter,
  body,
  latencyMs: 20,
})

/** A request that reached the fake sender, and when. */
type SentRequest = SendRequest & { readonly at: number }

type Message = { readonly text: string; readonly at: number; readonly deliveries: number }

/** Everything from the event queue to the targets; these texts are the built-in rules, and it is `startMs` (Unix ms). */
export function deliveryWorld(startMs: number, builtInRules: readonly string[] = []) {
  const alerts = memoryAlertStore()
  const world = evaluationWorld(builtInRules, startMs, { adapters: { alerts } })
  const { clock, schedule, directory, log } = world
  const { configurations } = world.ports
  const now = () => clock.now
  const box = boxOf(secretKey('k1'))
  const messages: Message[] = []
  const dead: string[] = []
  const sent: SentRequest[] = []
  const mails: (OutgoingMail & { readonly at: number })[] = []
  const mailServer = { reply: (_mail: OutgoingMail): SendOutcome | Promise<SendOutcome> => response(250) }
  const target = { respond: (_request: SendRequest): SendOutcome | Promise<SendOutcome> => response(200) }
  const notifications = {
    send: async (text: string, delaySeconds: number) => {
      messages.push({ text, at: now() + delaySeconds * 1_000, deliveries: 0 })
    },
    check: async () => {},
  }
  const ports: DeliverPorts = {
    integrations: memoryIntegrations(),
    outbox: memoryOutbox(),
    notifications,
    schedule,
    directory,
    configurations,
    box,
    sign: signed,
    now,
    appUrl: 'https://logs.acme.test',
    sender: {
      send: async (request) => {
        sent.push({ ...request, at: now() })
        return target.respond(request)
      },
    },
    mailer: {
      send: async (mail) => {
        mails.push({ ...mail, at: now() })
        return mailServer.reply(mail)
      },
    },
    sleep: async (ms) => {
      clock.now += ms
    },
  }
  world.restart({ producer: ports })
  const context = contextWith(log)
  let trigger = deliverNotifications(ports)

  /** Delivers the messages that are due now. */
  async function deliver(): Promise<void> {
    for (;;) {
      const index = messages.findIndex(({ at }) => at <= now())
      const [message] = index < 0 ? [] : messages.splice(index, 1)
      if (!message) return
      try {
        await trigger(message.text, context)
      } catch {
        const deliveries = message.deliveries + 1
        if (deliveries >= deliveriesMax) dead.push(message.text)
        else messages.push({ ...message, deliveries, at: now() + redeliveryMs })
      }
    }
  }

  /** Lets time pass until `ms`, with everything that happens meanwhile. */
  async function runUntil(ms: number): Promise<void> {
    while (now() < ms) {
      const nextTick = Math.floor(now() / minuteMs) * minuteMs + minuteMs
      const times = [...messages, ...world.waiting].map(({ at }) => Math.max(at, now()))
      const next = Math.min(ms, nextTick, ...times)
      // The timer belongs to this minute's end.
      await world.runUntil(next)
      await deliver()
    }
  }

  return {
    ...world,
    delivery: ports,
    alertStore: alerts,
    box,
    messages,
    undelivered: dead,
    sent,
    target,
    mails,
    mailServer,
    deliver,
    runUntil,
    trigger: (message: unknown) => trigger(message, context),
    /** Goes on with other ports, as a process that was started anew. */
    replaceProcess: (changed: Partial<DeliverPorts> = {}) => {
      trigger = deliverNotifications({ ...ports, ...changed })
    },
    /** Makes an integration of Acme. */
    async integrate(number: number, body: object): Promise<Guid> {
      const integration = integrationOf(box, number, body)
      await ports.integrations.change(acme, (known) => addIntegration(known, integration))
      return integration.id
    },
    /** Lets these wait, and sends what is due on its way, as an evaluation does. */
    async add(added: readonly Notification[]): Promise<void> {
      await ports.outbox.add(acme, added)
      await dispatchDeliveries(ports, acme, await ports.integrations.integrationsOf(acme), now())
    },
  }
}
