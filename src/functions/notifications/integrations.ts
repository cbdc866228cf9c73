// /organizations/{id}/integrations: owners and admins set up where alerts and events are sent. Secrets go in, and never come out.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { integrationViews, viewOf } from '../../application/notifications/read-integrations.ts'
import {
  dropIntegration,
  rotateSigningSecret,
  setUpIntegration,
  updateIntegration,
} from '../../application/notifications/set-up-integrations.ts'
import { parseGuid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { untried } from '../../domain/notifications/health.ts'
import {
  type IntegrationInput,
  type IntegrationRefusal,
  integrationInput,
  integrationsMax,
  secretsMissing,
} from '../../domain/notifications/integration.ts'
import type { UrlRules } from '../../domain/notifications/targets/definition/endpoint-urls.ts'
import { endpointIn, isSigned } from '../../domain/notifications/targets/targets.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import { forManagers } from '../http/managers.ts'
import { badRequest, failure, invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'
import { type ChangingIntegrationsPorts, type IntegrationsPorts, integrationNamed } from './named-integration.ts'

type Saving = {
  readonly urlRules: UrlRules
  /** Whether a URL may be sent to, judged by its text. */
  readonly maySendTo: (url: string) => boolean
}
export type SavingIntegrationsPorts = ChangingIntegrationsPorts & Saving

/** GET /organizations/{id}/integrations: every integration, oldest first. */
export const listIntegrations = forManagers(async (_request, organizationId, ports: IntegrationsPorts) =>
  ok(listOf(await integrationViews(ports, organizationId), null)),
)

/** GET /organizations/{id}/integrations/{integrationId} */
export const readIntegration = forManagers(async (request, organizationId, ports: IntegrationsPorts) => {
  const found = await integrationNamed(request, organizationId, ports)
  if (!found) return notFound()
  const health = await ports.outbox.healthOf(organizationId, found.id)
  return ok(viewOf(ports.box, organizationId, found, health, instantAt(ports.now())))
})

/**
 * POST /organizations/{id}/integrations: a new one. If its target is signed and the request brings no signing secret, only
 * this response shows the generated one.
 */
export const createIntegration = forManagers(
  async (request, organizationId, ports: SavingIntegrationsPorts, caller) => {
    const body = await readInput(request, ports)
    if (body.kind !== 'json') return respondTo(body)
    const missing = secretsMissing(body.value.target)
    if (missing.length > 0)
      return badRequest(Object.fromEntries(missing.map((name) => [`target.${name}`, ['is missing']])))

    const author = authorOf(request, organizationId, caller, ports)
    const created = await setUpIntegration(ports, author, body.value)
    if (created.kind === 'refused') return refusal(created.reason)

    const { integration, signingSecret } = created
    const view = viewOf(ports.box, organizationId, integration, untried, author.at)
    return { status: 201, jsonBody: signingSecret === null ? view : { ...view, signingSecret } }
  },
)

/** PUT /organizations/{id}/integrations/{integrationId}: replaces it with the body; secrets that the body omits stay. */
export const putIntegration = forManagers(async (request, organizationId, ports: SavingIntegrationsPorts, caller) => {
  const id = parseGuid(request.params.integrationId)
  const body = await readInput(request, ports)
  if (body.kind !== 'json') return respondTo(body)
  if (!id) return notFound()

  const author = authorOf(request, organizationId, caller, ports)
  const changed = await updateIntegration(ports, author, id, body.value)
  if (changed.kind === 'refused') return refusal(changed.reason)

  const health = await ports.outbox.healthOf(organizationId, id)
  return ok(viewOf(ports.box, organizationId, changed.integration, health, author.at))
})

/** DELETE /organizations/{id}/integrations/{integrationId}: with its secrets, and the notifications that wait or failed. */
export const deleteIntegration = forManagers(
  async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
    const id = parseGuid(request.params.integrationId)
    if (!id) return notFound()

    const dropped = await dropIntegration(ports, authorOf(request, organizationId, caller, ports), id)
    return dropped.kind === 'refused' ? refusal(dropped.reason) : { status: 204 }
  },
)

/**
 * POST /organizations/{id}/integrations/{integrationId}/rotate-secret: a new signing secret for a webhook; only this
 * response shows it.
 */
export const rotateIntegrationSecret = forManagers(
  async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
    const found = await integrationNamed(request, organizationId, ports)
    if (!found) return notFound()
    if (!isSigned(found.target.kind)) return failure(409, 'Only what is sent to webhooks is signed.')
    // Read before the change: after it, no outage may prevent the response that shows the secret.
    const health = await ports.outbox.healthOf(organizationId, found.id)

    const author = authorOf(request, organizationId, caller, ports)
    const rotated = await rotateSigningSecret(ports, author, found.id)
    if (rotated.kind === 'refused') return refusal(rotated.reason)

    const { integration, signingSecret } = rotated
    return ok({ ...viewOf(ports.box, organizationId, integration, health, author.at), signingSecret })
  },
)

/** The integration in a request's body. */
async function readInput(
  request: HttpRequest,
  { urlRules, maySendTo }: Saving,
): Promise<{ readonly kind: 'json'; readonly value: IntegrationInput } | Problem> {
  const body = await readJson(request, integrationInput(urlRules))
  if (body.kind !== 'json') return body
  const endpoint = endpointIn(body.value.target)
  if (endpoint === undefined || maySendTo(endpoint.url)) return body
  return invalid({ [`target.${endpoint.name}`]: ['must be an address that anybody can reach'] })
}

function refusal(reason: IntegrationRefusal): HttpResponseInit {
  switch (reason) {
    case 'integration-unknown':
      return notFound()
    case 'too-many-integrations':
      return failure(409, `An organization has at most ${integrationsMax} integrations.`)
    case 'kind-changed':
      return badRequest({ 'target.kind': ['cannot be changed: make another integration'] })
    case 'token-needed':
      return badRequest({ 'target.token': ['is missing: the one that is kept is not sent to another host'] })
    case 'accessKey-needed':
      return badRequest({ 'target.accessKey': ['is missing: the one that is kept is not sent to another host'] })
    case 'password-needed':
      return badRequest({ 'target.password': ['is missing: the one that is kept is not sent to another host'] })
  }
}
