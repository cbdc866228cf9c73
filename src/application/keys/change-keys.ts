// Changes an organization's API keys, each change with an audit event in its log: for the routes and the command line.
import { type AuditEventKind, auditEvent, type Origin } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import { type ApiKey, addKey, type KeysChange, revokeKey, rotateKey } from '../../domain/keys/api-keys.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { ApiKeys, Secrets } from '../../ports/keys.ts'

type ChangeKeysPorts = { readonly keys: ApiKeys; readonly queue: Pick<EventQueue, 'enqueue'> }
type NewSecretPorts = ChangeKeysPorts & { readonly secrets: Pick<Secrets, 'newId' | 'create'> }

/** A key with its new secret in clear, which is not stored; or why nothing changes. */
type NewSecret =
  | { readonly kind: 'changed'; readonly key: ApiKey; readonly secret: string }
  | Extract<KeysChange, { readonly kind: 'refused' }>

/** Creates a key with one secret. */
export async function createKey(ports: NewSecretPorts, origin: Origin, name: string): Promise<NewSecret> {
  const { secret, hash } = ports.secrets.create()
  const key = { id: ports.secrets.newId(), hash, name }
  const changed = await changeKeys(ports, origin, { kind: 'api-key-created', means: [key.id] }, (known) =>
    addKey(known, key, origin.at),
  )
  return withSecret(changed, secret)
}

/** Gives a key a new secret; earlier ones stay valid for `overlapHours` at most. */
export async function rotateSecret(
  ports: NewSecretPorts,
  origin: Origin,
  keyId: Guid,
  overlapHours: number,
): Promise<NewSecret> {
  const { secret, hash } = ports.secrets.create()
  const changed = await changeKeys(ports, origin, { kind: 'api-key-rotated', means: [keyId, hash] }, (known) =>
    rotateKey(known, keyId, { hash, overlapHours }, origin.at),
  )
  return withSecret(changed, secret)
}

/** Revokes a key: deletes it with all its secrets. */
export const deleteKey = (ports: ChangeKeysPorts, origin: Origin, keyId: Guid): Promise<KeysChange> =>
  changeKeys(ports, origin, { kind: 'api-key-revoked', means: [keyId] }, (known) => revokeKey(known, keyId))

const withSecret = (changed: KeysChange, secret: string): NewSecret =>
  changed.kind === 'refused' ? changed : { kind: 'changed', key: changed.key, secret }

/** The kind of a change's audit event, and the identity of the change: the event's id is derived from both, so the log has a change once. */
type KeysEvent = {
  readonly kind: Extract<AuditEventKind, `api-key-${string}`>
  readonly means: readonly string[]
}

/**
 * Changes an organization's keys. The event is queued before the keys change, so that no change goes unlogged; a refused
 * change has none.
 */
async function changeKeys(
  { keys, queue }: ChangeKeysPorts,
  origin: Origin,
  { kind, means }: KeysEvent,
  change: (known: readonly ApiKey[]) => KeysChange,
): Promise<KeysChange> {
  const { organizationId } = origin
  const planned = change(await keys.keysOf(organizationId))
  if (planned.kind === 'refused') return planned

  const { id, name } = planned.key
  const event = auditEvent(kind, { ...origin, objectId: id, objectName: name }, guidOfContent(kind, ...means))
  await queue.enqueue(writeMessages([event]))
  return keys.change(organizationId, change)
}
