// Use cases of those who manage sources: they connect, change, pause and remove them. The audit event is enqueued first, then the change is stored.
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import {
  addSource,
  changeKinds,
  editSource,
  movesKey,
  removeSource,
  type SourceEdit,
} from '../../domain/sources/changes.ts'
import { type Source, type SourcesChange, secretContext } from '../../domain/sources/source.ts'
import type { Addresses, NewSource, SourceChange } from '../../domain/sources/source-input.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import type { SourceProgresses, Sources } from '../../ports/sources.ts'

/** What these use cases need. */
export type ChangeSourcesPorts = {
  readonly sources: Pick<Sources, 'sourcesOf' | 'change'>
  readonly progresses: Pick<SourceProgresses, 'forget'>
  readonly queue: Pick<EventQueue, 'enqueue'>
  readonly box: SecretBox
  readonly secrets: Pick<Secrets, 'newId'>
}

type Refused = Extract<SourcesChange, { readonly kind: 'refused' }>
type KeyNeeded = { readonly kind: 'refused'; readonly reason: 'key-needed' }

/** Stores a new source at these addresses, its client secret sealed. The first pull follows within a minute. */
export async function connectSource(
  ports: ChangeSourcesPorts,
  author: Author,
  { kind, name, clientId, clientSecret }: NewSource,
  addresses: Addresses,
): Promise<SourcesChange> {
  const { sources, box, secrets } = ports
  const { organizationId, at } = author
  const id = secrets.newId()
  const secret = box.seal(clientSecret, secretContext({ organizationId, sourceId: id }))
  const { region, apiUrl, identityUrl } = addresses
  const source: Source = {
    id,
    kind,
    name,
    region,
    apiUrl,
    identityUrl,
    clientId,
    secret,
    paused: false,
    createdAt: at,
  }
  const planned = addSource(await sources.sourcesOf(organizationId), source)
  if (planned.kind === 'refused') return planned

  await report(ports, author, [['source-created', guidOfContent('source-created', id)]], source)
  return sources.change(organizationId, (known) => addSource(known, source))
}

/**
 * Changes a source. The stored key is not sent to another server: a change of the address needs it entered again
 * (`key-needed`).
 */
export async function changeSource(
  ports: ChangeSourcesPorts,
  author: Author,
  id: Guid,
  { name, paused, clientSecret }: SourceChange,
  addresses: Addresses | undefined,
): Promise<SourcesChange | KeyNeeded> {
  const { sources, box, secrets } = ports
  const { organizationId } = author
  const edit: SourceEdit = {
    ...addresses,
    ...(name !== undefined && { name }),
    ...(paused !== undefined && { paused }),
    ...(clientSecret !== undefined && {
      secret: box.seal(clientSecret, secretContext({ organizationId, sourceId: id })),
    }),
  }
  const before = (await sources.sourcesOf(organizationId)).find((each) => each.id === id)
  if (!before) return { kind: 'refused', reason: 'source-unknown' }
  if (movesKey(before, edit)) return { kind: 'refused', reason: 'key-needed' }

  const events = changeKinds(before, edit).map((kind) => [kind, secrets.newId()] as const)
  await report(ports, author, events, { id, name: edit.name ?? before.name })
  return sources.change(organizationId, (known) => editSource(known, id, edit))
}

/** Removes a source with its key and its progress. Its events and the directory stay. Repeating it removes what an interrupted call left. */
export async function dropSource(
  ports: ChangeSourcesPorts,
  author: Author,
  id: Guid,
): Promise<{ readonly kind: 'changed' } | Refused> {
  const { sources, progresses } = ports
  const { organizationId } = author
  const planned = removeSource(await sources.sourcesOf(organizationId), id)
  if (planned.kind === 'changed') {
    await report(ports, author, [['source-removed', guidOfContent('source-removed', id)]], planned.source)
  }
  const removed = await sources.change(organizationId, (known) => removeSource(known, id))
  await progresses.forget({ organizationId, sourceId: id })
  return removed
}

async function report(
  { queue }: Pick<ChangeSourcesPorts, 'queue'>,
  author: Author,
  kinds: readonly (readonly [kind: AuditEventKind, eventId: Guid])[],
  { id, name }: Pick<Source, 'id' | 'name'>,
): Promise<void> {
  const facts = { ...author, objectId: id, objectName: name }
  const events = kinds.map(([kind, eventId]) => auditEvent(kind, facts, eventId))
  if (events.length > 0) await queue.enqueue(writeMessages(events))
}
