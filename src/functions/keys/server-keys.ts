// /server-keys: operators make, see, rotate and revoke the keys of trusted servers.
import * as v from 'valibot'
import { createServerKey, deleteServerKey, rotateServerSecret } from '../../application/keys/change-server-keys.ts'
import { parseGuid } from '../../domain/guid.ts'
import { type Instant, instantAt } from '../../domain/instant.ts'
import { ApiKeyName } from '../../domain/keys/api-keys.ts'
import { KeyOrganizations, type ServerKey, serverKeysMax, serverKeyView } from '../../domain/keys/server-keys.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets, ServerKeys } from '../../ports/keys.ts'
import type { Authenticate } from '../http/authenticate.ts'
import { operatorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forOperators } from '../http/operators.ts'
import { failure, notFound, ok, respondTo } from '../http/responses.ts'
import { Rotation } from './api-keys.ts'

export type ServerKeysPorts = {
  readonly authenticate: Authenticate
  readonly serverKeys: ServerKeys
  readonly directory: DirectoryReader
  readonly secrets: Secrets
  readonly queue: EventQueue
  readonly address: AddressSettings
  readonly now: () => number
}

// Strict: a misspelt `organizations` must not make a key for all.
export const NewServerKey = v.strictObject({ name: ApiKeyName, organizations: v.optional(KeyOrganizations, null) })

/** GET /server-keys: every key, and nothing of its secrets but until when they are good. */
export const listServerKeys = forOperators(async (_request, { serverKeys, now }: ServerKeysPorts) => {
  const found = await serverKeys.list()
  const at = instantAt(now())
  return ok(
    listOf(
      found.map((key) => serverKeyView(key, at)),
      null,
    ),
  )
})

/** POST /server-keys: a new key; the only response that shows its secret. */
export const makeServerKey = forOperators(async (request, ports: ServerKeysPorts, caller) => {
  const body = await readJson(request, NewServerKey)
  if (body.kind !== 'json') return respondTo(body)

  const author = operatorOf(request, caller, ports)
  const created = await createServerKey(ports, author, body.value)
  if (created.kind === 'refused') return failure(409, `There are at most ${serverKeysMax} server keys.`)
  return { status: 201, jsonBody: withSecret(created.key, created.secret, author.at) }
})

/** POST /server-keys/{keyId}/rotate: a new secret; the only response that shows it. */
export const rotateServerKey = forOperators(async (request, ports: ServerKeysPorts, caller) => {
  const keyId = parseGuid(request.params.keyId)
  const body = await readJson(request, Rotation, { whenEmpty: '{}' })
  if (body.kind !== 'json') return respondTo(body)
  if (!keyId) return notFound()

  const author = operatorOf(request, caller, ports)
  const rotated = await rotateServerSecret(ports, author, keyId, body.value.overlapHours)
  if (rotated.kind === 'refused') return notFound()
  return ok(withSecret(rotated.key, rotated.secret, author.at))
})

/** DELETE /server-keys/{keyId}: no new tokens with it; those that it gave live on until they expire. */
export const revokeServerKey = forOperators(async (request, ports: ServerKeysPorts, caller) => {
  const keyId = parseGuid(request.params.keyId)
  if (!keyId) return notFound()

  const deleted = await deleteServerKey(ports, operatorOf(request, caller, ports), keyId)
  return deleted.kind === 'refused' ? notFound() : { status: 204 }
})

const withSecret = (key: ServerKey, clientSecret: string, at: Instant) => ({ ...serverKeyView(key, at), clientSecret })
