// /organizations/{id}/integrations: owners and admins say where an organization's alerts and events are sent. Secrets go in, and never come out.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import {
  changeIntegrations,
  deliverSoon,
  evaluateLater,
  reportChange,
} from '../../application/notifications/change-integrations.ts'
import { newSecrets, sealSecrets } from '../../application/notifications/integration-secrets.ts'
import { isDamaged, throwIfDamaged, viewOf } from '../../application/notifications/read-integrations.ts'
import { inParallel } from '../../concurrency/parallel.ts'
import { guidOfContent, parseGuid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { untried } from '../../domain/notifications/health.ts'
import {
  addIntegration,
  type IntegrationInput,
  type IntegrationRefusal,
  integrationInput,
  integrationsMax,
  newIntegration,
  removeIntegration,
  replaceIntegration,
  rotateSigning,
  secretsMissing,
} from '../../domain/notifications/integration.ts'
import type { UrlRules } from '../../domain/notifications/targets/definition/endpoint-urls.ts'
import { isSigned, secretsIn } from '../../domain/notifications/targets/targets.ts'
import { signingSecretOf } from '../../domain/notifications/targets/webhook/signing.ts'
import type { Secrets } from '../../ports/keys.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import { forManagers } from '../http/managers.ts'
import { badRequest, failure, invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'
import { type ChangingIntegrationsPorts, type IntegrationsPorts, integrationNamed } from './named-integration.ts'

type Saving = {
  readonly urlRules: UrlRules
  /** Whether an address may be sent to, as far as its text tells. */
  readonly maySendTo: (url: string) => boolean
}
export type SavingIntegrationsPorts = ChangingIntegrationsPorts & Saving

const healthReadsAtOnce = 8

/** GET /organizations/{id}/integrations: every integration, in the order they were made. */
export const listIntegrations = forManagers(async (_request, organizationId, ports: IntegrationsPorts) => {
  const { integrations, outbox, box, now } = ports
  const found = await integrations.integrationsOf(organizationId)
  const healths = await inParallel(found, healthReadsAtOnce, ({ id }) => outbox.healthOf(organizationId, id))
  const at = instantAt(now())
  const views = found.map((each, index) => viewOf(box, organizationId, each, healths[index] ?? untried, at))
  return ok(listOf(views, null))
})

/** GET /organizations/{id}/integrations/{integrationId} */
export const readIntegration = forManagers(async (request, organizationId, ports: IntegrationsPorts) => {
  const found = await integrationNamed(request, organizationId, ports)
  if (!found) return notFound()
  const health = await ports.outbox.healthOf(organizationId, found.id)
  return ok(viewOf(ports.box, organizationId, found, health, instantAt(ports.now())))
})

/** POST /organizations/{id}/integrations: a new one; of a webhook without a secret, the one answer that shows the one it gets. */
export const createIntegration = forManagers(
  async (request, organizationId, ports: SavingIntegrationsPorts, caller) => {
    const body = await readInput(request, ports)
    if (body.kind !== 'json') return respondTo(body)
    const { target } = body.value
    const missing = secretsMissing(target)
    if (missing.length > 0)
      return badRequest(Object.fromEntries(missing.map((name) => [`target.${name}`, ['is missing']])))

    const author = authorOf(request, organizationId, caller, ports)
    const id = ports.secrets.newId()
    const given = secretsIn(target)
    const made = isSigned(target.kind) && given.secret === undefined ? newSigningSecret(ports.secrets) : undefined
    const sealed = sealSecrets(ports.box, organizationId, id, { ...given, ...(made && { secret: made }) })
    const integration = newIntegration(body.value, sealed, { id, at: author.at, by: author.actingUserId })
    const change = { kind: 'integration-created', eventId: guidOfContent('integration-created', id) } as const
    const changed = await changeIntegrations(ports, author, change, (known) => addIntegration(known, integration))
    if (changed.kind === 'refused') return refusal(changed.reason)
    const view = viewOf(ports.box, organizationId, changed.integration, untried, author.at)
    return { status: 201, jsonBody: { ...view, ...(made && { signingSecret: made }) } }
  },
)

/** PUT /organizations/{id}/integrations/{integrationId}: what the body says in its place; secrets that it leaves out stay. */
export const putIntegration = forManagers(async (request, organizationId, ports: SavingIntegrationsPorts, caller) => {
  const id = parseGuid(request.params.integrationId)
  const body = await readInput(request, ports)
  if (body.kind !== 'json') return respondTo(body)
  if (!id) return notFound()

  const { box, secrets, outbox } = ports
  const author = authorOf(request, organizationId, caller, ports)
  const change = { kind: 'integration-replaced', eventId: secrets.newId() } as const
  await evaluateLater(ports, organizationId)
  const changed = await changeIntegrations(ports, author, change, (known) => {
    const before = known.find((each) => each.id === id)
    const given = before ? newSecrets(box, organizationId, before, secretsIn(body.value.target)) : {}
    const sealed = sealSecrets(box, organizationId, id, given)
    return replaceIntegration(known, id, body.value, sealed, author.at)
  })
  if (changed.kind === 'refused') {
    await throwIfDamaged(ports, organizationId, id)
    return refusal(changed.reason)
  }
  // What waits may go somewhere else now, or nowhere.
  await deliverSoon(ports, organizationId, id)
  return ok(viewOf(box, organizationId, changed.integration, await outbox.healthOf(organizationId, id), author.at))
})

/**
 * DELETE /organizations/{id}/integrations/{integrationId}: its secrets go with it, and what waits and what failed. Of one
 * that is gone, what a deletion that failed halfway left goes too. A damaged one can be deleted, under no name.
 */
export const deleteIntegration = forManagers(
  async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
    const id = parseGuid(request.params.integrationId)
    if (!id) return notFound()

    const author = authorOf(request, organizationId, caller, ports)
    const change = { kind: 'integration-deleted', eventId: guidOfContent('integration-deleted', id) } as const
    const changed = await changeIntegrations(ports, author, change, (known) => removeIntegration(known, id))
    const damaged = changed.kind === 'refused' && (await isDamaged(ports, organizationId, id))
    if (damaged) {
      await reportChange(ports.queue, author, change, { id, name: '' })
      await ports.integrations.removeDamaged(organizationId, id)
    }
    await ports.outbox.forget(organizationId, id)
    return changed.kind === 'refused' && !damaged ? refusal(changed.reason) : { status: 204 }
  },
)

/**
 * POST /organizations/{id}/integrations/{integrationId}/rotate-secret: a new signing secret for a webhook; the one answer
 * that shows it.
 */
export const rotateIntegrationSecret = forManagers(
  async (request, organizationId, ports: ChangingIntegrationsPorts, caller) => {
    const found = await integrationNamed(request, organizationId, ports)
    if (!found) return notFound()
    if (!isSigned(found.target.kind)) return failure(409, 'Only what is sent to webhooks is signed.')
    // Read before the change: once that is made, nothing may keep the secret from being shown.
    const health = await ports.outbox.healthOf(organizationId, found.id)

    const { box, secrets } = ports
    const author = authorOf(request, organizationId, caller, ports)
    const signingSecret = newSigningSecret(secrets)
    const { secret = '' } = sealSecrets(box, organizationId, found.id, { secret: signingSecret })
    const change = { kind: 'integration-secret-rotated', eventId: secrets.newId() } as const
    const changed = await changeIntegrations(ports, author, change, (known) =>
      rotateSigning(known, found.id, secret, author.at),
    )
    if (changed.kind === 'refused') return refusal(changed.reason)
    return ok({ ...viewOf(box, organizationId, changed.integration, health, author.at), signingSecret })
  },
)

/** The integration in a request's body. */
async function readInput(
  request: HttpRequest,
  { urlRules, maySendTo }: Saving,
): Promise<{ readonly kind: 'json'; readonly value: IntegrationInput } | Problem> {
  const body = await readJson(request, integrationInput(urlRules))
  if (body.kind !== 'json') return body
  const { url } = secretsIn(body.value.target)
  if (url === undefined || maySendTo(url)) return body
  return invalid({ 'target.url': ['must be an address that anybody can reach'] })
}

const newSigningSecret = (secrets: Pick<Secrets, 'create'>): string =>
  signingSecretOf(Buffer.from(secrets.create().secret, 'base64url'))

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
  }
}
