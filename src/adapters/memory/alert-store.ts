// AlertStore in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import { isAskedFor, type StoredAlert } from '../../domain/alerts/alert.ts'
import { survivorOf } from '../../domain/alerts/incidents/grouping.ts'
import type { IncidentRecord, TriagedIncident } from '../../domain/alerts/incidents/incident.ts'
import { isListed, isTriagedAs } from '../../domain/alerts/incidents/incident-query.ts'
import {
  combinedTriage,
  type IncidentComment,
  type Triage,
  untouched,
} from '../../domain/alerts/incidents/triage/triage.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { AlertStore } from '../../ports/alerts/alerts.ts'
import type { Progress, StateEntry } from '../../ports/alerts/evaluation-state.ts'
import { checkName, checkStep } from '../preconditions/evaluation-step.ts'
import { pageOf } from './cursors.ts'

type Organization = {
  progress: Progress
  readonly entries: Map<string, StateEntry>
  /** By id, with when each began as it was first stored: a late event may make it begin earlier, and it stays where it is in lists. */
  readonly alerts: Map<Guid, StoredAlert & { readonly begunAt: Instant }>
  readonly incidents: Map<Guid, IncidentRecord>
  /** What people did to incidents. */
  readonly triages: Map<Guid, Triage>
  readonly comments: Map<Guid, readonly IncidentComment[]>
}

const inOrder = <T>(values: Iterable<T>, orderOf: (value: T) => string | number): T[] =>
  [...values].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))

const shown = ({ record, acknowledged }: StoredAlert): StoredAlert => ({ record, acknowledged })

/** An empty store. */
export function memoryAlertStore(): AlertStore {
  const organizations = new Map<Guid, Organization>()
  let versions = 0

  function of(id: Guid): Organization {
    const nothing = { checkpoint: null, metadata: '', version: null }
    const known = organizations.get(id) ?? {
      progress: nothing,
      entries: new Map(),
      alerts: new Map(),
      incidents: new Map(),
      triages: new Map(),
      comments: new Map(),
    }
    organizations.set(id, known)
    return known
  }
  const namesOf = (id: Guid) => inOrder(of(id).entries.keys(), (name) => name)
  const triageOf = (id: Guid, incidentId: Guid) => of(id).triages.get(incidentId) ?? untouched
  const triaged = (id: Guid, record: IncidentRecord): TriagedIncident => {
    const parts = record.mergedIds.map((part) => triageOf(id, part))
    return { record, triage: combinedTriage(triageOf(id, record.id), parts) }
  }
  const found = (id: Guid, incidentId: Guid): TriagedIncident | undefined => {
    const { incidents } = of(id)
    const record = incidents.get(survivorOf(incidentId, incidents))
    return record && triaged(id, record)
  }
  const byDue = (id: Guid) =>
    inOrder(
      namesOf(id).flatMap((name) => {
        const entry = of(id).entries.get(name)
        return entry ? [{ ...entry, name }] : []
      }),
      ({ dueAt }) => dueAt,
    )

  return {
    progressOf: async (id) => of(id).progress,
    startAnew: async (id) => {
      versions += 1
      of(id).entries.clear()
      of(id).progress = { checkpoint: null, metadata: '', version: String(versions) }
    },
    entriesNamed: async (id, names) => {
      const found = new Map<string, StateEntry>()
      for (const name of names) {
        checkName(name)
        const entry = of(id).entries.get(name)
        if (entry) found.set(name, entry)
      }
      return found
    },
    dueEntries: async (id, at, limit) =>
      byDue(id)
        .filter(({ dueAt }) => dueAt <= at)
        .slice(0, limit),
    nextDueAt: async (id) => byDue(id)[0]?.dueAt,
    entryNames: async (id, prefix) => {
      checkName(prefix)
      const named = namesOf(id).filter((name) => name.startsWith(prefix))
      return named.map((name) => ({ name, dueAt: of(id).entries.get(name)?.dueAt ?? 0 }))
    },
    commit: async (id, progress, step) => {
      checkStep(step)
      const known = of(id)
      if (known.progress.version !== progress.version) return undefined
      for (const record of step.incidents) known.incidents.set(record.id, record)
      for (const record of step.alerts) {
        const { acknowledged = null, begunAt = record.from } = known.alerts.get(record.id) ?? {}
        known.alerts.set(record.id, { record, acknowledged, begunAt })
      }
      for (const { name, after } of step.entries) {
        if (after) known.entries.set(name, after)
        else known.entries.delete(name)
      }
      versions += 1
      known.progress = { checkpoint: step.checkpoint, metadata: step.metadata, version: String(versions) }
      return known.progress
    },
    list: async (id, query, now, limit, after) => {
      const [from, to] = [millisecondsOf(query.from), millisecondsOf(query.to)]
      const msOf = ({ begunAt }: { readonly begunAt: Instant }) => millisecondsOf(begunAt)
      const wanted = [...of(id).alerts.values()].filter(
        (alert) => msOf(alert) >= from && msOf(alert) <= to && isAskedFor(alert, query, now),
      )
      const page = pageOf(wanted, (alert) => ({ ms: msOf(alert), id: alert.record.id }), limit, after)
      return page && { alerts: page.page.map(shown), next: page.next }
    },
    find: async (id, alertId) => {
      const alert = of(id).alerts.get(alertId)
      return alert && shown(alert)
    },
    listIncidents: async (id, query, limit, after) => {
      const [from, to] = [millisecondsOf(query.from), millisecondsOf(query.to)]
      const msOf = ({ record }: TriagedIncident) => millisecondsOf(record.begunAt)
      const wanted = [...of(id).incidents.values()]
        .filter((record) => isListed(record, query))
        .map((record) => triaged(id, record))
        .filter((incident) => msOf(incident) >= from && msOf(incident) <= to && isTriagedAs(incident, query))
      const page = pageOf(wanted, (incident) => ({ ms: msOf(incident), id: incident.record.id }), limit, after)
      return page && { incidents: page.page, next: page.next }
    },
    findIncident: async (id, incidentId) => of(id).incidents.get(incidentId),
    findTriaged: async (id, incidentId) => found(id, incidentId),
    changeTriage: async (id, incidentId, change) => {
      const incident = found(id, incidentId)
      if (!incident) return undefined
      const { record } = incident
      const made = change(incident)
      if (made.kind !== 'changed') return { kind: made.kind, incident }
      const { triage, comment } = made
      const comments = of(id).comments.get(record.id) ?? []
      if (comment && comments.some((each) => each.id === comment.id)) return { kind: 'unchanged', incident }
      of(id).triages.set(record.id, triage)
      if (comment) of(id).comments.set(record.id, [...comments, comment])
      return { kind: 'changed', incident: { record, triage } }
    },
    commentsOf: async (id, incident) => {
      const comments = [incident.id, ...incident.mergedIds].flatMap((each) => of(id).comments.get(each) ?? [])
      return inOrder(comments, ({ at, id: commentId }) => at + commentId)
    },
    acknowledge: async (id, alertId, by) => {
      const alert = of(id).alerts.get(alertId)
      if (!alert) return undefined
      const acknowledged = { ...alert, acknowledged: alert.acknowledged ?? by }
      of(id).alerts.set(alertId, acknowledged)
      return shown(acknowledged)
    },
    check: async () => {},
  }
}
