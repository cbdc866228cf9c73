// What alerts need beside the events: names, roles and critical items from the directory, and the sample events.

import { inParallel } from '../../concurrency/parallel.ts'
import type { AlertingHours } from '../../domain/alerts/hours/alerting-hours.ts'
import { directoryContext, type FieldContext } from '../../domain/alerts/sigma/fields.ts'
import type { Organization, Provider } from '../../domain/directory/directory.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { EventStore } from '../../ports/events.ts'
import { itemsOf } from '../directory/facts.ts'

const readsAtOnce = 8

/**
 * What the directory and the alerting hours say about an organization's events, each entry looked up once. A damaged entry counts as missing: rules
 * that need a role or a name do not match, all others alert as usual.
 */
export async function alertContext(
  directory: DirectoryReader,
  organizationId: Guid,
  events: readonly StoredEvent[],
  hours: AlertingHours,
): Promise<FieldContext> {
  const ids = events.flatMap(({ cipherId }) => cipherId ?? [])
  const [organization, items] = await Promise.all([
    unlessDamaged(directory.organization(organizationId)),
    itemsOf(directory, ids),
  ])
  const providerId = organization?.providerId
  const provider = providerId ? await unlessDamaged(directory.provider(providerId)) : undefined
  const organizations = new Map<Guid, Organization>(organization && [[organization.id, organization]])
  const providers = new Map<Guid, Provider>(provider && [[provider.id, provider]])
  return directoryContext({ organizations, providers, items }, hours)
}

/** Refers to an event by its id, and its date to the millisecond. */
type SampleRef = { readonly id: Guid; readonly date: Instant }

/** Most events of one millisecond that are searched for a sample. */
const sameTimeMax = 1_000

/**
 * Finds events of an organization, in the order asked for; those of `known` without reading the store. An event is skipped if
 * its millisecond has too many others.
 */
export function sampleFinder(store: EventStore, organizationId: Guid, known: readonly StoredEvent[]) {
  const log: EventLog = { kind: 'organization', id: organizationId }
  const byId = new Map<Guid, StoredEvent>(known.map((event) => [event.id, event]))

  return async (samples: readonly SampleRef[]): Promise<readonly StoredEvent[]> => {
    const missing = samples.filter(({ id }) => !byId.has(id))
    await inParallel([...new Set(missing.map(({ date }) => date))], readsAtOnce, async (from) => {
      // The millisecond to its last digit: events are dated finer than samples.
      const to = parseInstant(`${from.slice(0, 23)}9999Z`) ?? from
      const page = await store.list({ log, from, to, filters: [], traits: {} }, sameTimeMax, null)
      for (const event of page?.events ?? []) byId.set(event.id, event)
    })
    return samples.flatMap(({ id }) => byId.get(id) ?? [])
  }
}
