// Changes an organization's API keys so that its log tells of it, whoever asks: the routes and the command line.

import { type AuditEventKind, auditEvent, type Origin } from '../../domain/events/audit-events.ts'
import { guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { ApiKey, KeysChange } from '../../domain/keys/api-keys.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { ApiKeys } from '../../ports/keys.ts'

/** The audit event of a change, and what the change means: its id is made of both, so the same change is logged once. */
export type KeysEvent = {
  readonly kind: Extract<AuditEventKind, `api-key-${string}`>
  readonly means: readonly string[]
}

/**
 * Changes an organization's keys. The event is on its way before the keys change, so that no change goes unlogged; of what
 * is refused, there is none.
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
