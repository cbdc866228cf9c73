// /organizations/{id}/integrations/{integrationId}/…: owners and admins send a test, see what was sent and what failed, and send that again.
import * as v from 'valibot'
import { listFailedOf } from '../../application/notifications/list-failed.ts'
import { replay, type SendRefusal, sendTest } from '../../application/notifications/send-on-request.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { attemptView, failedView } from '../../domain/notifications/delivery-views.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import { forManagers, forManagersWith } from '../http/managers.ts'
import { invalidPage } from '../http/paging.ts'
import { countParameter } from '../http/query.ts'
import { notFound, ok, type Problem, respondTo } from '../http/responses.ts'
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
  const test = await sendTest(ports, organizationId, parseGuid(request.params.integrationId))
  if (test.kind === 'refused') return respondTo(problemOf(test))
  return { status: 202, jsonBody: { object: 'integrationTest', id: test.id } }
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
  async (request, organizationId, ports: IntegrationsPorts, _caller, query) => {
    const found = await integrationNamed(request, organizationId, ports)
    if (!found) return notFound()

    const page = await listFailedOf(ports.outbox, organizationId, found.id, query)
    return page.kind === 'refused' ? respondTo(invalidPage(page)) : ok(listOf(page.failed.map(failedView), page.token))
  },
)

/** POST …/failed/replay: one notification that failed for good waits again, or all of them. */
export const replayFailed = forManagers(async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
  const body = await readJson(request, Replay, { whenEmpty: '{}' })
  if (body.kind !== 'json') return respondTo(body)

  const author = authorOf(request, organizationId, caller, ports)
  const done = await replay(ports, author, parseGuid(request.params.integrationId), body.value.id ?? 'all')
  if (done.kind === 'refused') return respondTo(problemOf(done))
  return { status: 202, jsonBody: { object: 'replay', replayed: done.replayed } }
})

function problemOf(refusal: SendRefusal): Problem {
  switch (refusal.reason) {
    case 'integration-unknown':
      return { kind: 'not-found' }
    case 'integration-disabled':
      return { kind: 'conflict', message: 'The integration is disabled.' }
    case 'secrets-unreadable': {
      const names = refusal.names.join(', ')
      return {
        kind: 'conflict',
        message: `The app has no key any more for what it keeps secret: ${names}. Give it again.`,
      }
    }
  }
}
