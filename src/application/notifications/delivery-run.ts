// One run of deliveries to an integration, under its lease: request by request in order of time, each recorded before the next.
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, instantAt, millisecondsOf } from '../../domain/instant.ts'
import { type Health, isNoticeDue, markNotified, unhealthyAfterMs } from '../../domain/notifications/health.ts'
import { giveUp, type Integration } from '../../domain/notifications/integration.ts'
import type { Batch, MessageContext, OutgoingRequest } from '../../domain/notifications/messages/request.ts'
import { noticesOf } from '../../domain/notifications/notices.ts'
import type { OpenTarget } from '../../domain/notifications/targets/registry.ts'
import { buildRequest, nextBatch, openTarget, pauseMsOf } from '../../domain/notifications/targets/targets.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Delivery, Lease, NotificationQueue, Outbox, Waiting } from '../../ports/outbox.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import type { Mailer, Sender, SendOutcome, SendRequest } from '../../ports/sender.ts'
import { failAll, type Judged, judge } from './delivery-attempt.ts'
import { writeDelivery } from './delivery-message.ts'
import { followsOpener, openerAmong, postponedBehind, repliedTo } from './delivery-order.ts'
import { openSecrets } from './integration-secrets.ts'

/**
 * How long a run lasts, in milliseconds; then another message continues. It starts no request that would end later if it
 * were as slow as the one before: with a slow target, a run is one request.
 */
export const runMsMax = 10_000
/** Most notifications that are read at once. */
const readMax = 200
/** Later than any retry is due, in milliseconds. */
const foreverMs = 366 * 86_400_000
const noticesAtOnce = 8

export type DeliveryRun = {
  readonly organizationId: Guid
  /** The organization's integrations, and the one to deliver to. */
  readonly integrations: readonly Integration[]
  readonly integration: Integration
  readonly context: MessageContext
  readonly changing: Pick<Integrations, 'change'>
  readonly outbox: Outbox
  readonly notifications: NotificationQueue
  readonly sender: Sender
  readonly mailer: Mailer
  /** Adds the signatures that a request asks for. */
  readonly sign: (request: OutgoingRequest) => SendRequest
  readonly box: SecretBox
  readonly now: () => number
  /** Resolves in so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>
  readonly warn: (line: string) => void
}

/** done: nothing is due. more: the time is up. again: the target fails, and rests until then (Unix ms). lost: another run holds the lease. */
export type Ended =
  | { readonly kind: 'done' | 'more' | 'lost' }
  | { readonly kind: 'again'; readonly restsUntil: number }

/** What a run holds: the lease, and the health as it was stored last. */
type Held = { readonly lease: Lease; readonly health: Health }

/** Delivers what is due. Fails everything that waits for an integration that is disabled, or whose secrets can't be opened. */
export async function deliver(run: DeliveryRun, lease: Lease): Promise<Ended> {
  const { organizationId, integration, outbox } = run
  const until = run.now() + runMsMax
  const health = await outbox.healthOf(organizationId, integration.id)
  const held = { lease, health }
  if (integration.state.kind === 'disabled') return failPending(run, held, switchedOff, until)
  if (!openedTarget(run)) return failPending(run, { lease, health: unusable(health, nowOf(run)) }, notOpened, until)
  return deliverDue(run, held, until)
}

const switchedOff = 'the integration is switched off'
const gone = 'the target is gone'
const notOpened = 'a secret of the integration is missing or cannot be opened: enter it again'

const nowOf = ({ now }: DeliveryRun): Instant => instantAt(now())

const unusable = (health: Health, now: Instant): Health => ({
  ...health,
  failingSince: health.failingSince ?? now,
  reason: notOpened,
})

/** Sends batch after batch, until nothing is due, the time is up, or one must be retried. */
async function deliverDue(run: DeliveryRun, beginning: Held, until: number): Promise<Ended> {
  const { organizationId, integration, outbox } = run
  const apart = new Set<Guid>()
  let held = beginning
  let due: readonly Waiting[] = []
  let lastMs = 0
  while (run.now() + lastMs <= until) {
    if (due.length === 0) due = await outbox.due(organizationId, integration.id, run.now(), readMax)
    const target = openedTarget(run)
    const next = target && nextTry(target, due, apart, run.context)
    if (!next) {
      // With nothing due, time alone may have made it unhealthy.
      if ((await notifyOthers(run, held.health)) !== held.health)
        await outbox.recordNotified(organizationId, integration.id)
      return { kind: 'done' }
    }

    const startedAt = run.now()
    const judged = (await postponed(run, next.tried, held.health)) ?? (await attempt(run, target, next, held.health))
    lastMs = run.now() - startedAt
    const recorded = await record(run, held, judged.delivery)
    if (!recorded) return { kind: 'lost' }
    held = recorded
    if (judged.kind === 'again') return { kind: 'again', restsUntil: judged.restsUntil }
    if (judged.kind === 'gone') return failPending(run, held, gone, until)
    if (judged.kind === 'apart') for (const { notification } of next.tried) apart.add(notification.id)
    else due = due.slice(next.tried.length)
    // The run still holds the lease, so no other run sends meanwhile.
    await run.sleep(pauseMsOf(target.kind))
  }
  return { kind: 'more' }
}

/** The first notifications that are due, as many as go in one request; what was refused in a batch goes alone. */
function nextTry(target: OpenTarget, due: readonly Waiting[], apart: ReadonlySet<Guid>, context: MessageContext) {
  const alone = due.findIndex(({ notification }) => apart.has(notification.id))
  const together = alone < 0 ? due : due.slice(0, Math.max(1, alone))
  const batch = nextBatch(
    target,
    together.map(({ notification }) => notification),
    context,
  )
  return batch && { batch, tried: due.slice(0, batch.length) }
}

/** One request, and what follows from it. An integration whose target is gone is disabled before anything else is stored. */
async function attempt(
  run: DeliveryRun,
  target: OpenTarget,
  { batch, tried }: { readonly batch: Batch; readonly tried: readonly Waiting[] },
  health: Health,
): Promise<Judged> {
  const replyTo = await repliedTo(run.outbox, run, tried)
  const sent = await send(run, target, batch, replyTo)
  const at = nowOf(run)
  const judged = judge(target.kind, tried, sent, health, at, replyTo)
  if (judged.kind === 'gone') {
    await run.changing.change(run.organizationId, (known) => giveUp(known, run.integration.id, at))
  }
  return judged
}

/** What must wait for what opened its thread, postponed; undefined if it may be sent. */
async function postponed(run: DeliveryRun, [first]: readonly Waiting[], health: Health): Promise<Judged | undefined> {
  const { organizationId, integration, outbox } = run
  if (!first || !followsOpener(integration.target.kind, first.notification)) return undefined
  const all = await outbox.due(organizationId, integration.id, run.now() + foreverMs, readMax)
  const opener = openerAmong(all, first)
  return opener && postponedBehind(opener, first, health, nowOf(run))
}

/** Sends a batch as its target has it: as a request, or as an e-mail. */
function send(run: DeliveryRun, target: OpenTarget, batch: Batch, replyTo?: string): Promise<SendOutcome> {
  const outgoing = buildRequest(target, batch, { ...run.context, replyTo }, nowOf(run))
  return outgoing.method === 'MAIL' ? run.mailer.send(outgoing) : run.sender.send(run.sign(outgoing))
}

/** Records an attempt, after the other integrations were notified if they must be; undefined if the lease was lost. */
async function record(run: DeliveryRun, { lease }: Held, delivery: Delivery): Promise<Held | undefined> {
  const { error } = delivery.attempt
  if (error) run.warn(`delivery to integration ${run.integration.id} of organization ${run.organizationId}: ${error}`)
  const health = await notifyOthers(run, delivery.health)
  const next = await run.outbox.recordAttempt(lease, { ...delivery, health })
  return next && { lease: next, health }
}

/** Fails everything that waits, due or not: it can be replayed. */
async function failPending(run: DeliveryRun, beginning: Held, error: string, until: number): Promise<Ended> {
  let held: Held | undefined = beginning
  while (run.now() < until) {
    const waiting = await run.outbox.due(run.organizationId, run.integration.id, run.now() + foreverMs, readMax)
    if (waiting.length === 0) return { kind: 'done' }
    held = await record(run, held, failAll(waiting, error, held.health, nowOf(run)))
    if (!held) return { kind: 'lost' }
  }
  return { kind: 'more' }
}

/**
 * Notifies the organization's other integrations if they must be, and resolves to the health after that. A repeat makes
 * the same notices, under the same ids.
 */
async function notifyOthers(run: DeliveryRun, health: Health): Promise<Health> {
  const { organizationId, integrations, integration } = run
  const isOff = integration.state.kind === 'disabled'
  if (isOff || health.failingSince === null || !isNoticeDue(health, nowOf(run))) return health
  const at = instantAt(millisecondsOf(health.failingSince) + unhealthyAfterMs)
  const notices = noticesOf(integrations, integration, health, at)
  await run.outbox.add(organizationId, notices)
  await inParallel(notices, noticesAtOnce, ({ integrationId }) =>
    run.notifications.send(writeDelivery({ organizationId, integrationId }), 0),
  )
  return markNotified(health)
}

/** The target with its secrets in clear; undefined if one that it needs can't be opened. */
const openedTarget = (run: DeliveryRun): OpenTarget | undefined =>
  openTarget(run.integration.target, openSecrets(run.box, run.organizationId, run.integration), nowOf(run))
