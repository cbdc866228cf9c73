// Groups alerts into incidents: those about one entity, at most `incidentGapMs` apart, are one. The same for any order and batches. Pure.
import type { Guid } from '../../guid.ts'
import { millisecondsOf } from '../../instant.ts'
import type { LinkingEntity } from './entities.ts'
import { type GroupedAlert, type IncidentRecord, incidentIdOf, incidentWith, mergedRecord } from './incident.ts'
import { isNear, type Span, withSpan } from './spans.ts'

/** What is known of the entities of some alerts, and of the incidents in reach: see `idsInReach`. */
type KnownIncidents = {
  readonly spans: ReadonlyMap<string, readonly Span[]>
  readonly incidents: ReadonlyMap<Guid, IncidentRecord>
}

/** What is to be stored: the incident of each alert, the spans of its entities, and incidents that are new or have changed. */
type Grouped = {
  readonly incidentOf: ReadonlyMap<Guid, Guid>
  readonly spans: ReadonlyMap<string, readonly Span[]>
  /** An incident comes before those that were merged into it, so that what is stored in this order is never counted twice. */
  readonly incidents: readonly IncidentRecord[]
}

/**
 * The incidents that these alerts may belong to or begin, and those that known ones were merged into: each id once, also
 * of incidents that do not exist. To be asked again with what was read, until no id is new.
 */
export function idsInReach(alerts: readonly GroupedAlert[], { spans, incidents }: KnownIncidents): readonly Guid[] {
  const ofAlerts = alerts.flatMap((alert) => [
    alert.incidentId ?? incidentIdOf(alert.record.id),
    ...alert.entities.flatMap((entity) =>
      nearSpans(spans.get(entity.key), spanOf(alert, entity)).map(({ incidentId }) => incidentId),
    ),
  ])
  const merged = [...incidents.values()].flatMap(({ mergedInto }) => mergedInto ?? [])
  return [...new Set([...ofAlerts, ...merged])]
}

/**
 * Groups alerts that are new or have changed. Incidents that turn out to be one are merged into the one that began first, as first
 * stored, and by id among those of one time. A new incident has the id of its first alert here. The same again changes nothing.
 */
export function groupAlerts(alerts: readonly GroupedAlert[], known: KnownIncidents): Grouped {
  const sets = disjointSets()
  const current = (id: Guid) => survivorOf(id, known.incidents)
  const spans = new Map<string, readonly Span[]>()
  const nodes = alerts.map((alert) => {
    const node = current(alert.incidentId ?? incidentIdOf(alert.record.id))
    for (const entity of alert.entities) {
      const { key } = entity
      const span = spanOf(alert, entity)
      const before = spans.get(key) ?? known.spans.get(key) ?? []
      for (const { incidentId } of nearSpans(before, span)) sets.join(node, current(incidentId))
      spans.set(key, withSpan(before, { ...span, incidentId: node }))
    }
    return { alert, node }
  })

  const incidentOf = new Map<Guid, Guid>()
  const incidents: IncidentRecord[] = []
  const survivors = new Map<Guid, Guid>()
  for (const [root, ids] of Map.groupBy(nodes, ({ node }) => sets.rootOf(node))) {
    const members = ids.map(({ alert }) => alert)
    const found = [...sets.membersOf(root)].flatMap((id) => known.incidents.get(id) ?? []).sort(byBeginning)
    const [first, ...merged] = found
    const id = first?.id ?? lostOf(sets.membersOf(root), alerts) ?? firstNode(ids)
    survivors.set(root, id)
    for (const { record } of members) incidentOf.set(record.id, id)
    const isCounted = ({ incidentId }: GroupedAlert) =>
      incidentId !== undefined && known.incidents.has(current(incidentId))
    incidents.push(incidentWith(id, first, { alerts: members, merged }, isCounted))
    for (const record of merged) incidents.push(mergedRecord(record, id))
  }
  const settled = (span: Span): Span => {
    const id = current(span.incidentId)
    return { ...span, incidentId: survivors.get(sets.rootOf(id)) ?? id }
  }
  return {
    incidentOf,
    spans: new Map([...spans].map(([key, list]) => [key, list.map(settled)])),
    incidents: incidents.filter((record) => JSON.stringify(record) !== JSON.stringify(known.incidents.get(record.id))),
  }
}

/** The incident that one belongs to by now: itself, unless it was merged. */
export function survivorOf(id: Guid, incidents: KnownIncidents['incidents']): Guid {
  const passed = new Set<Guid>()
  let last = id
  for (let next: Guid | null | undefined = id; next && !passed.has(next); next = incidents.get(next)?.mergedInto) {
    passed.add(next)
    last = next
  }
  return last
}

/** When an alert is about one of its entities (Unix ms). */
function spanOf({ record }: GroupedAlert, { during }: LinkingEntity) {
  const { from, to } = during ?? record
  return { from: millisecondsOf(from), to: millisecondsOf(to) }
}

const nearSpans = (spans: readonly Span[] = [], span: Pick<Span, 'from' | 'to'>): readonly Span[] =>
  spans.filter((each) => isNear(each, span))

const byBeginning = (one: IncidentRecord, other: IncidentRecord): number =>
  one.begunAt + one.id < other.begunAt + other.id ? -1 : 1

/** An incident that is known of but cannot be read: it begins again under its id. */
function lostOf(ids: ReadonlySet<Guid>, alerts: readonly GroupedAlert[]): Guid | undefined {
  const begun = new Set(alerts.map(({ record }) => incidentIdOf(record.id)))
  return [...ids].filter((id) => !begun.has(id)).sort()[0]
}

/** Of alerts whose incident is not stored, the node of the first: by when they began, then by id. */
function firstNode(members: readonly { readonly alert: GroupedAlert; readonly node: Guid }[]): Guid {
  const orderOf = ({ alert: { record } }: (typeof members)[number]) => record.from + record.id
  return members.reduce((one, other) => (orderOf(other) < orderOf(one) ? other : one)).node
}

/** Ids in sets that grow together: each is alone at first. */
function disjointSets() {
  const members = new Map<Guid, Set<Guid>>()
  const roots = new Map<Guid, Guid>()
  const rootOf = (id: Guid): Guid => roots.get(id) ?? id
  const membersOf = (root: Guid): Set<Guid> => members.get(root) ?? new Set([root])
  return {
    rootOf,
    membersOf,
    join: (one: Guid, other: Guid) => {
      const [root, joined] = [rootOf(one), rootOf(other)]
      if (root === joined) return
      const all = membersOf(root)
      for (const id of membersOf(joined)) {
        all.add(id)
        roots.set(id, root)
      }
      members.set(root, all)
      members.delete(joined)
    },
  }
}
