// Changes an organization's API keys with an audit event in its log, for the routes and the command line.
import { type AuditEventKind, auditEvent, type Origin } from '../../domain/events/audit-events.ts'
import { guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { ApiKey, KeysChange } from '../../domain/keys/api-keys.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { ApiKeys } from '../../ports/keys.ts'

/** The kind of a change's audit event, and the identity of the change: the event's id is derived from both, so the log has a change once. */
export type KeysEvent = {
  readonly kind: Extract<AuditEventKind, `api-key-${string}`>
  readonly means: readonly string[]
}

/**
 * Changes an organization's keys. The event is queued before the keys change, so that no change goes unlogged; a refused
 * change has none.
 */
export async function changeKeys(
  { keys, queue }: { readonly keys: ApiKeys; readonly queue: Pick<EventQueue, 'enqueue'> },
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
