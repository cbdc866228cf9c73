// /organizations/{id}/integrations/{integrationId}/…: owners and admins send a test, see what was sent and what failed, and send that again.
import type { HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { deliverSoon, evaluateLater, reportChange } from '../../application/notifications/change-integrations.ts'
import { unreadableSecrets } from '../../application/notifications/integration-secrets.ts'
import { readChecksummed, writeChecksummed } from '../../domain/checksummed-token.ts'
import { eventTypeOf } from '../../domain/events/event-types.ts'
import { Guid } from '../../domain/guid.ts'
import { formatInstant, instantAt } from '../../domain/instant.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { tokenUnusable } from '../../domain/log/page-start.ts'
import type { Attempt } from '../../domain/notifications/attempts.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { Content } from '../../domain/notifications/messages/notification.ts'
import type { Failed } from '../../ports/outbox.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import { forManagers, forManagersWith } from '../http/managers.ts'
import { invalidPage } from '../http/paging.ts'
import { countParameter } from '../http/query.ts'
import { failure, notFound, ok, respondTo } from '../http/responses.ts'
import { type ChangingIntegrationsPorts, type IntegrationsPorts, integrationNamed } from './named-integration.ts'

/** Most failed notifications of one page. */
export const failedPerPageMax = 200
export const failedPerPageDefault = 50

/** The query of a page of failed notifications. */
export const FailedQuery = v.strictObject({
  limit: countParameter(failedPerPageMax, failedPerPageDefault),
  continuationToken: v.optional(v.string()),
})

// Strict: a misspelt id must not send everything again.
export const Replay = v.strictObject({ id: v.optional(Guid) })

/** POST …/test: a notification that says it is a test, on its way. */
export const testIntegration = forManagers(async (request, organizationId, ports: ChangingIntegrationsPorts) => {
  const found = await integrationNamed(request, organizationId, ports)
  if (!found) return notFound()
  const problem = whyNot(ports.box, organizationId, found)
  if (problem) return problem

  const id = ports.secrets.newId()
  await evaluateLater(ports, organizationId)
  const test = { id, at: instantAt(ports.now()), integrationId: found.id, content: { kind: 'test' } } as const
  await ports.outbox.add(organizationId, [test])
  await deliverSoon(ports, organizationId, found.id)
  return { status: 202, jsonBody: { object: 'integrationTest', id } }
})

/** GET …/deliveries: the last attempts, newest first. */
export const listDeliveries = forManagers(async (request, organizationId, ports: IntegrationsPorts) => {
  const found = await integrationNamed(request, organizationId, ports)
  if (!found) return notFound()
  const attempts = await ports.outbox.attemptsOf(organizationId, found.id)
  return ok(listOf(attempts.map(attemptView), null))
})

/** GET …/failed: a page of what failed for good, the last to fail first. */
export const listFailed = forManagersWith(
  FailedQuery,
  async (request, organizationId, ports: IntegrationsPorts, _caller, { limit, continuationToken: token }) => {
    const found = await integrationNamed(request, organizationId, ports)
    if (!found) return notFound()
    const context = JSON.stringify(['failed', organizationId, found.id])
    const [cursor] = (token !== undefined && readChecksummed(token, context)) || []
    if (token !== undefined && cursor === undefined) return respondTo(invalidPage(tokenUnusable))

    const page = await ports.outbox.failedOf(organizationId, found.id, limit, cursor ?? null)
    if (!page) return respondTo(invalidPage(tokenUnusable))
    return ok(listOf(page.failed.map(failedView), page.next === null ? null : writeChecksummed([page.next], context)))
  },
)

/** POST …/failed/replay: one notification that failed for good waits again, or all of them. */
export const replayFailed = forManagers(async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
  const body = await readJson(request, Replay, { whenEmpty: '{}' })
  if (body.kind !== 'json') return respondTo(body)
  const found = await integrationNamed(request, organizationId, ports)
  if (!found) return notFound()
  const problem = whyNot(ports.box, organizationId, found)
  if (problem) return problem

  const { secrets, queue, outbox, now } = ports
  const author = authorOf(request, organizationId, caller, ports)
  await evaluateLater(ports, organizationId)
  await reportChange(queue, author, { kind: 'integration-replayed', eventId: secrets.newId() }, found)
  const replayed = await outbox.replay(organizationId, found.id, body.value.id ?? 'all', now())
  await deliverSoon(ports, organizationId, found.id)
  return { status: 202, jsonBody: { object: 'replay', replayed } }
})

/** Why nothing can be sent to an integration until it is changed; undefined if it can. */
function whyNot(box: SecretBox, organizationId: Guid, integration: Integration): HttpResponseInit | undefined {
  if (integration.state.kind === 'disabled') return failure(409, 'The integration is disabled.')
  const unreadable = unreadableSecrets(box, organizationId, integration)
  if (unreadable.length === 0) return undefined
  return failure(409, `The app has no key any more for what it keeps secret: ${unreadable.join(', ')}. Give it again.`)
}

/** An attempt as responses show it. */
const attemptView = ({ at, outcome, error, latencyMs, notificationIds }: Attempt) => ({
  object: 'delivery',
  at: formatInstant(at),
  outcome,
  error,
  latencyMs,
  notificationIds,
})

/** A failed notification as responses show it: its subject, and why it did not arrive. */
const failedView = ({ notification: { id, at, content }, failures, failedAt, lastError }: Failed) => ({
  object: 'failedNotification',
  id,
  kind: content.kind,
  ...aboutOf(content),
  at: formatInstant(at),
  failedAt: formatInstant(failedAt),
  failures,
  error: lastError,
})

/** The alert, event or integration that a notification is about. */
function aboutOf(content: Content): { readonly aboutId: Guid | null; readonly aboutName: string | null } {
  switch (content.kind) {
    case 'alert':
    case 'resolved':
      return { aboutId: content.alert.id, aboutName: content.alert.title }
    case 'event': {
      const { id, type } = content.facts.event
      return { aboutId: id, aboutName: eventTypeOf(type)?.name ?? null }
    }
    case 'notice':
      return { aboutId: content.about.id, aboutName: content.about.name }
    case 'test':
      return { aboutId: null, aboutName: null }
  }
}
