// Changes server keys, each change with audit events in the logs of the key's organizations: for the routes and the command line.
import { type AuditEventKind, auditEvent, type Origin } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { type KeysChange, revokeKey, rotateKey } from '../../domain/keys/api-keys.ts'
import { addServerKey, type ServerKey } from '../../domain/keys/server-keys.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets, ServerKeys } from '../../ports/keys.ts'
import { organizationIds } from '../directory/all-organizations.ts'
import { queueEvents } from '../ingest/accept-events.ts'

type ChangeServerKeysPorts = {
  readonly serverKeys: ServerKeys
  readonly directory: Pick<DirectoryReader, 'placesOfOrganizations'>
  readonly queue: Pick<EventQueue, 'enqueue'>
}
type NewSecretPorts = ChangeServerKeysPorts & { readonly secrets: Pick<Secrets, 'newId' | 'create'> }

/** Where a change comes from, whichever organizations it is about. */
type ServerOrigin = Omit<Origin, 'organizationId'>

/** A server key with its new secret in clear, which is not stored; or why nothing changes. */
type NewSecret =
  | { readonly kind: 'changed'; readonly key: ServerKey; readonly secret: string }
  | Extract<KeysChange, { readonly kind: 'refused' }>

/** Creates a server key with one secret, for these organizations; null: for all. */
export async function createServerKey(
  ports: NewSecretPorts,
  origin: ServerOrigin,
  { name, organizations }: Pick<ServerKey, 'name' | 'organizations'>,
): Promise<NewSecret> {
  const { secret, hash } = ports.secrets.create()
  const key = { id: ports.secrets.newId(), hash, name, organizations }
  const changed = await changeServerKeys(ports, origin, { kind: 'server-key-created', means: [key.id] }, (known) =>
    addServerKey(known, key, origin.at),
  )
  return withSecret(changed, secret)
}

/** Gives a server key a new secret; earlier ones stay valid for `overlapHours` at most. */
export async function rotateServerSecret(
  ports: NewSecretPorts,
  origin: ServerOrigin,
  keyId: Guid,
  overlapHours: number,
): Promise<NewSecret> {
  const { secret, hash } = ports.secrets.create()
  const changed = await changeServerKeys(ports, origin, { kind: 'server-key-rotated', means: [keyId, hash] }, (known) =>
    rotateKey(known, keyId, { hash, overlapHours }, origin.at),
  )
  return withSecret(changed, secret)
}

/** Revokes a server key: deletes it with all its secrets. */
export const deleteServerKey = (
  ports: ChangeServerKeysPorts,
  origin: ServerOrigin,
  keyId: Guid,
): Promise<KeysChange<ServerKey>> =>
  changeServerKeys(ports, origin, { kind: 'server-key-revoked', means: [keyId] }, (known) => revokeKey(known, keyId))

const withSecret = (changed: KeysChange<ServerKey>, secret: string): NewSecret =>
  changed.kind === 'refused' ? changed : { kind: 'changed', key: changed.key, secret }

/** The kind of a change's audit events, and the identity of the change: an event's id is derived from both and its organization. */
type KeysEvent = {
  readonly kind: Extract<AuditEventKind, `server-key-${string}`>
  readonly means: readonly string[]
}

/**
 * Changes server keys. The events are queued before the keys change, so that no change goes unlogged; a refused change has
 * none.
 */
async function changeServerKeys(
  { serverKeys, directory, queue }: ChangeServerKeysPorts,
  origin: ServerOrigin,
  { kind, means }: KeysEvent,
  change: (known: readonly ServerKey[]) => KeysChange<ServerKey>,
): Promise<KeysChange<ServerKey>> {
  const planned = change(await serverKeys.list())
  if (planned.kind === 'refused') return planned

  const { id, name, organizations } = planned.key
  const informed = organizations ?? (await organizationIds(directory))
  const events = informed.map((organizationId) =>
    auditEvent(
      kind,
      { ...origin, organizationId, objectId: id, objectName: name },
      guidOfContent(kind, organizationId, ...means),
    ),
  )
  await queueEvents(queue, events)
  return serverKeys.change(change)
}
