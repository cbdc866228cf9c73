// /organizations/{id}/api-keys: an organization's owners and admins make, see, rotate and revoke its API keys.
import * as v from 'valibot'
import { createKey, deleteKey, rotateSecret } from '../../application/keys/change-keys.ts'
import { parseGuid } from '../../domain/guid.ts'
import { type Instant, instantAt } from '../../domain/instant.ts'
import {
  type ApiKey,
  ApiKeyName,
  apiKeysMax,
  apiKeyView,
  clientIdOf,
  OverlapHours,
  overlapHoursDefault,
} from '../../domain/keys/api-keys.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { ApiKeys, Secrets } from '../../ports/keys.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { failure, notFound, ok, respondTo } from '../http/responses.ts'

type ApiKeysPorts = ManagerPorts & { readonly keys: ApiKeys }
export type ChangeApiKeysPorts = ApiKeysPorts & {
  readonly secrets: Secrets
  readonly queue: EventQueue
  readonly address: AddressSettings
}

// Strict: a misspelt overlapHours must not leave a stolen secret good for a day.
export const NewKey = v.strictObject({ name: ApiKeyName })
export const Rotation = v.strictObject({ overlapHours: v.optional(OverlapHours, overlapHoursDefault) })

/** GET /organizations/{id}/api-keys: every key, and nothing of its secrets but until when they are good. */
export const listApiKeys = forManagers(async (_request, organizationId, { keys, now }: ApiKeysPorts) => {
  const found = await keys.keysOf(organizationId)
  const at = instantAt(now())
  return ok(
    listOf(
      found.map((key) => apiKeyView(key, at)),
      null,
    ),
  )
})

/** POST /organizations/{id}/api-keys: a new key; the only response that shows its secret. */
export const createApiKey = forManagers(async (request, organizationId, ports: ChangeApiKeysPorts, caller) => {
  const body = await readJson(request, NewKey)
  if (body.kind !== 'json') return respondTo(body)

  const author = authorOf(request, organizationId, caller, ports)
  const created = await createKey(ports, author, body.value.name)
  if (created.kind === 'refused') return failure(409, `An organization has at most ${apiKeysMax} API keys.`)
  return { status: 201, jsonBody: withSecret(created.key, clientIdOf(organizationId), created.secret, author.at) }
})

/** POST /organizations/{id}/api-keys/{keyId}/rotate: a new secret; the only response that shows it. */
export const rotateApiKey = forManagers(async (request, organizationId, ports: ChangeApiKeysPorts, caller) => {
  const keyId = parseGuid(request.params.keyId)
  const body = await readJson(request, Rotation, { whenEmpty: '{}' })
  if (body.kind !== 'json') return respondTo(body)
  if (!keyId) return notFound()

  const author = authorOf(request, organizationId, caller, ports)
  const rotated = await rotateSecret(ports, author, keyId, body.value.overlapHours)
  if (rotated.kind === 'refused') return notFound()
  return ok(withSecret(rotated.key, clientIdOf(organizationId), rotated.secret, author.at))
})

/** DELETE /organizations/{id}/api-keys/{keyId}: no new tokens with it; those that it gave live on until they expire. */
export const revokeApiKey = forManagers(async (request, organizationId, ports: ChangeApiKeysPorts, caller) => {
  const keyId = parseGuid(request.params.keyId)
  if (!keyId) return notFound()

  const deleted = await deleteKey(ports, authorOf(request, organizationId, caller, ports), keyId)
  return deleted.kind === 'refused' ? notFound() : { status: 204 }
})

const withSecret = (key: ApiKey, clientId: string, clientSecret: string, at: Instant) => ({
  ...apiKeyView(key, at),
  clientId,
  clientSecret,
})
