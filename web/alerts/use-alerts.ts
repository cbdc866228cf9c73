// The alerts of the list, page by page, with the changes made here meanwhile.
import { useEffect, useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { pageWithAny } from '../api/pages.ts'
import { problemFrom, useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { type Alert, type AlertPage, alertPageOf } from './alert.ts'
import { type Filters, pathOfAlerts } from './filters.ts'

/** How often the first page is loaded again while it is looked at, in milliseconds: as often as alerts are evaluated. */
const refreshMs = 60_000

export type Alerts = {
  readonly state: 'loading' | 'ready' | 'failed'
  /** Whether the first page for these filters is loaded. */
  readonly known: boolean
  readonly problem: ApiProblem | undefined
  /** Every alert that was loaded, newest first, including those that no longer belong to the tab. */
  readonly loaded: readonly Alert[]
  /** Those of them that belong to the tab. */
  readonly shown: readonly Alert[]
  /** Whether there are more. */
  readonly unfinished: boolean
  readonly loadingMore: boolean
  more(): void
  reload(): void
  /** The newest version of an alert that was loaded, in the list or not. */
  find(id: string): Alert | undefined
  /** Replaces an alert that is shown. */
  put(alert: Alert): void
}

type Further = { readonly after: AlertPage; readonly alerts: readonly Alert[]; readonly next: string | null }
type More = { readonly kind: 'idle' | 'loading' } | { readonly kind: 'failed'; readonly problem: ApiProblem }

/** Loads the first page whenever the filters change, and regularly while no other page is shown. */
export function useAlerts(filters: Filters): Alerts {
  const { api, organization, now } = useApp()
  const { tab, level, ruleId } = filters
  const ask = (after: string | null, signal?: AbortSignal) =>
    pageWithAny(
      (token) => api.get(pathOfAlerts(organization.id, filters, { now: now(), token }), alertPageOf, signal),
      ({ alerts }) => alerts,
      after,
    )
  const first = useLoad(
    async (signal) => {
      const page = await ask(null, signal)
      return { ...page, of: keyOf(filters) }
    },
    [organization.id, tab, level, ruleId],
  )
  const [further, setFurther] = useState<Further | null>(null)
  const [changed, setChanged] = useState<ReadonlyMap<string, Alert>>(new Map())
  const [more, setMore] = useState<More>({ kind: 'idle' })

  const page = first.value?.of === keyOf(filters) ? first.value : undefined
  const beyond = page && further?.after === page ? further : undefined
  useRefresh(beyond === undefined, first.reload)
  const next = beyond ? beyond.next : (page?.next ?? null)
  const loaded = [...(page?.alerts ?? []), ...(beyond?.alerts ?? [])].map((each) => changed.get(each.id) ?? each)
  const loadMore = async () => {
    const after = page
    if (!after || next === null || more.kind === 'loading') return
    setMore({ kind: 'loading' })
    try {
      const last = await ask(next)
      setFurther({ after, alerts: [...(beyond?.alerts ?? []), ...last.alerts], next: last.next })
      setMore({ kind: 'idle' })
    } catch (error) {
      setMore({ kind: 'failed', problem: problemFrom(error) })
    }
  }
  return {
    state: first.state,
    known: page !== undefined,
    problem: first.problem ?? (more.kind === 'failed' ? more.problem : undefined),
    loaded,
    shown: loaded.filter(({ state }) => tab === 'all' || state === tab),
    unfinished: next !== null,
    loadingMore: more.kind === 'loading',
    more: loadMore,
    reload: first.problem ? first.reload : loadMore,
    find: (id) => changed.get(id) ?? loaded.find((alert) => alert.id === id),
    put: (alert) => setChanged((before) => new Map(before).set(alert.id, alert)),
  }
}

const keyOf = ({ tab, level, ruleId }: Filters): string => [tab, level, ruleId].join(' ')

/** Reloads while the page is visible; not once further pages are loaded, which would shift. */
function useRefresh(on: boolean, reload: () => void): void {
  useEffect(() => {
    if (!on) return
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), refreshMs)
    return () => clearInterval(timer)
  }, [on, reload])
}
