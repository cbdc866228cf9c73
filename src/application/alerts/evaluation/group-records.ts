// The incidents of the alerts that a step raised or changed: what is known of them is read, and what must be stored of them.

import { inParallel } from '../../../concurrency/parallel.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import { observe } from '../../../domain/alerts/first-seen/observe.ts'
import { entitiesOf } from '../../../domain/alerts/incidents/entities.ts'
import { groupAlerts, idsInReach } from '../../../domain/alerts/incidents/grouping.ts'
import type { GroupedAlert, IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import { readSpans, type Span, writeSpans } from '../../../domain/alerts/incidents/spans.ts'
import type { FieldContext, FieldValues } from '../../../domain/alerts/sigma/fields.ts'
import type { Rule } from '../../../domain/alerts/sigma/rules.ts'
import { entityName } from '../../../domain/alerts/state-entries.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { AlertReader } from '../../../ports/alerts/alerts.ts'
import type { EvaluationState, StateChange, StateEntry } from '../../../ports/alerts/evaluation-state.ts'
import type { IncidentReader } from '../../../ports/alerts/incidents.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import { readSeenByOrganization } from './first-seen-entries.ts'
import { changeOf } from './state-changes.ts'

const readsAtOnce = 32

export type GroupingPorts = {
  readonly organizationId: Guid
  readonly rules: ReadonlyMap<Guid, Rule>
  readonly alerts: EvaluationState & Pick<AlertReader, 'find'> & Pick<IncidentReader, 'findIncident'>
}

/** An event of the page with the fields that it was evaluated with. */
type Evaluated = { readonly event: StoredEvent; readonly fields: FieldValues }

type Grouped = {
  /** The alerts with their incidents. */
  readonly alerts: readonly AlertRecord[]
  readonly incidents: readonly IncidentRecord[]
  readonly entries: readonly StateChange[]
}

/**
 * Groups the alerts of a step, given the events of its page. To be stored before the states that the step advanced: while these
 * are as before, the step made again raises the same alerts again, and groups them as it did.
 */
export async function groupRecords(
  ports: GroupingPorts,
  records: readonly AlertRecord[],
  events: readonly Evaluated[],
  { names }: FieldContext,
): Promise<Grouped> {
  if (records.length === 0) return { alerts: [], incidents: [], entries: [] }
  const isNewAddress = await judgedAddresses(ports, records, events)
  const alerts = await inParallel(records, readsAtOnce, async (record): Promise<readonly GroupedAlert[]> => {
    const rule = ports.rules.get(record.ruleId)
    const samples = record.samples.map((event) => ({ event, isNewAddress: isNewAddress.has(event.id) }))
    const stored = await unlessDamaged(ports.alerts.find(ports.organizationId, record.id))
    const entities = rule ? entitiesOf(record, rule, samples, names) : []
    const items = record.samples.flatMap(({ cipherId }) => cipherId ?? [])
    return [{ record, entities, items, incidentId: stored?.record.incidentId }]
  })
  const known = await knownOf(ports, alerts.flat())
  const { incidentOf, spans, incidents } = groupAlerts(alerts.flat(), known)
  return {
    alerts: records.map((record) => ({ ...record, incidentId: incidentOf.get(record.id) })),
    incidents,
    entries: [...spans].flatMap(([entity, list]) => {
      const name = entityName(entity)
      return changeOf(name, known.entries.get(name), writeSpans(entity, list))
    }),
  }
}

/**
 * The sample events whose address was new for the organization. What is stored of first-seen tracking says so of those of earlier
 * pages as it did then.
 */
async function judgedAddresses(
  { alerts, organizationId }: GroupingPorts,
  records: readonly AlertRecord[],
  events: readonly Evaluated[],
): Promise<ReadonlySet<Guid>> {
  const ofPage = new Map(events.map(({ event, fields }) => [event.id, fields.isFirstSeenIpInOrganization === true]))
  const samples = new Map(records.flatMap((record) => record.samples.map((event) => [event.id, event] as const)))
  const earlier = [...samples.values()].filter(({ id, ipAddress }) => ipAddress !== undefined && !ofPage.has(id))
  const state = await readSeenByOrganization(alerts, organizationId, earlier)
  const isNew = (event: StoredEvent) =>
    ofPage.get(event.id) ?? observe(state, event, millisecondsOf(event.date)).isFirstSeenIpInOrganization === true
  return new Set([...samples.values()].filter(isNew).map(({ id }) => id))
}

/** What is stored of the entities of these alerts, and the incidents in their reach. One that cannot be read counts as none. */
async function knownOf({ alerts: stored, organizationId }: GroupingPorts, alerts: readonly GroupedAlert[]) {
  const entities = new Set(alerts.flatMap((alert) => alert.entities.map(({ key }) => key)))
  const entries: ReadonlyMap<string, StateEntry> = await stored.entriesNamed(
    organizationId,
    [...entities].map(entityName),
  )
  const spans = new Map<string, readonly Span[]>()
  for (const key of entities) spans.set(key, readSpans(key, entries.get(entityName(key))?.text ?? ''))
  const incidents = new Map<Guid, IncidentRecord>()
  const asked = new Set<Guid>()
  for (;;) {
    const ids = idsInReach(alerts, { spans, incidents }).filter((id) => !asked.has(id))
    if (ids.length === 0) return { entries, spans, incidents }
    for (const id of ids) asked.add(id)
    const found = await inParallel(ids, readsAtOnce, async (id) => {
      const incident = await unlessDamaged(stored.findIncident(organizationId, id))
      return incident ? [incident] : []
    })
    for (const incident of found.flat()) incidents.set(incident.id, incident)
  }
}
