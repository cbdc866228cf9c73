// AlertStore in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import type { StoredAlert } from '../../domain/alerts/alert.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { AlertStore } from '../../ports/alerts.ts'
import type { Progress, StateEntry } from '../../ports/evaluation-state.ts'
import { alertKey, alertKeyRange, checkName, checkStep, isAlertKey, isAskedFor } from '../ordering/alerts.ts'

type Organization = {
  progress: Progress
  readonly kept: Map<string, StateEntry>
  readonly alerts: Map<Guid, StoredAlert & { readonly place: Cursor }>
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
    const known = organizations.get(id) ?? { progress: nothing, kept: new Map(), alerts: new Map() }
    organizations.set(id, known)
    return known
  }
  const namesOf = (id: Guid) => inOrder(of(id).kept.keys(), (name) => name)
  const byDue = (id: Guid) =>
    inOrder(
      namesOf(id).flatMap((name) => {
        const kept = of(id).kept.get(name)
        return kept ? [{ ...kept, name }] : []
      }),
      ({ dueAt }) => dueAt,
    )

  return {
    progressOf: async (id) => of(id).progress,
    startAnew: async (id) => {
      versions += 1
      of(id).kept.clear()
      of(id).progress = { checkpoint: null, metadata: '', version: String(versions) }
    },
    entriesNamed: async (id, names) => {
      const found = new Map<string, StateEntry>()
      for (const name of names) {
        checkName(name)
        const kept = of(id).kept.get(name)
        if (kept) found.set(name, kept)
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
      return named.map((name) => ({ name, dueAt: of(id).kept.get(name)?.dueAt ?? 0 }))
    },
    commit: async (id, progress, step) => {
      checkStep(step)
      const known = of(id)
      if (known.progress.version !== progress.version) return undefined
      for (const record of step.alerts) {
        const { acknowledged = null, place = alertKey(record) } = known.alerts.get(record.id) ?? {}
        known.alerts.set(record.id, { record, acknowledged, place })
      }
      for (const { name, after } of step.entries) {
        if (after) known.kept.set(name, after)
        else known.kept.delete(name)
      }
      versions += 1
      known.progress = { checkpoint: step.checkpoint, metadata: step.metadata, version: String(versions) }
      return known.progress
    },
    list: async (id, query, now, limit, after) => {
      if (after !== null && !isAlertKey(after)) return undefined
      const range = alertKeyRange(query)
      const found = inOrder(of(id).alerts.values(), ({ place }) => place).filter(
        (alert) =>
          alert.place >= range.from &&
          alert.place < range.before &&
          (after === null || alert.place > after) &&
          isAskedFor(alert, query, now),
      )
      const alerts = found.slice(0, limit)
      const last = alerts.at(-1)
      return { alerts: alerts.map(shown), next: last && found.length > limit ? last.place : null }
    },
    find: async (id, alertId) => {
      const alert = of(id).alerts.get(alertId)
      return alert && shown(alert)
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
