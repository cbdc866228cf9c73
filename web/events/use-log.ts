// The list of events for an address: its first page at once, more on request, and live events.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { pageWithAny } from '../api/pages.ts'
import { list, record, textOrNull } from '../api/read.ts'
import type { MemberEventList } from '../api/types.ts'
import { problemFrom } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { type EventPage, type ListedEvent, listedEvent } from './event.ts'
import { parametersFor } from './filters/filters.ts'
import { merged } from './table/rows.ts'

/** The first page fills a screen; further ones are larger, since the reader scrolls. */
const firstPageEvents = 50
const pageEvents = 250

type State = {
  readonly events: readonly ListedEvent[]
  readonly state: 'loading' | 'ready' | 'failed'
  readonly next: string | null
  readonly problem: ApiProblem | null
}

export type Log = State & {
  /** Loads older events, or those that failed to load. */
  more(): void
  /** Adds new events. */
  add(events: readonly ListedEvent[]): void
  /** Starts again, up to now. */
  reload(): void
}

const empty: State = { events: [], state: 'loading', next: null, problem: null }

/** The log of the organization; it starts again when the filters change. */
export function useLog(filterKey: string): Log {
  const { api, organization, query, now } = useApp()
  const [loaded, setLoaded] = useState<State>(empty)
  const [round, setRound] = useState(0)
  const current = useRef<{ load(next: string | null): void } | null>(null)
  const latest = useRef(loaded)
  latest.current = loaded

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const parameters = parametersFor(query, now())
    const load = (next: string | null) => {
      setLoaded((before) => ({ ...before, state: 'loading', problem: null }))
      const pageAt = (token: string | null) => api.get(pathOf(organization.id, parameters, token), readPage, signal)
      pageWithAny(pageAt, ({ events }) => events, next).then(
        (page) =>
          signal.aborted ||
          setLoaded(({ events }) => ({
            events: merged(events, page.events),
            state: 'ready',
            next: page.next,
            problem: null,
          })),
        (error: unknown) =>
          signal.aborted || setLoaded((before) => ({ ...before, state: 'failed', problem: problemFrom(error) })),
      )
    }
    current.current = { load }
    setLoaded(empty)
    load(null)
    return () => controller.abort()
  }, [api, organization.id, filterKey, round])

  const more = useCallback(() => {
    const { state, next } = latest.current
    if (state === 'loading' || (state === 'ready' && next === null)) return
    latest.current = { ...latest.current, state: 'loading' }
    current.current?.load(next)
  }, [])
  const add = useCallback(
    (events: readonly ListedEvent[]) => setLoaded((before) => ({ ...before, events: merged(before.events, events) })),
    [],
  )
  const reload = useCallback(() => setRound((last) => last + 1), [])
  return { ...loaded, more, add, reload }
}

function pathOf(organizationId: string, parameters: URLSearchParams, next: string | null): string {
  const query = new URLSearchParams(parameters)
  query.set('pageSize', `${next === null ? firstPageEvents : pageEvents}`)
  if (next !== null) query.set('continuationToken', next)
  return `/organizations/${organizationId}/events?${query}`
}

function readPage(json: unknown): EventPage {
  const from = record<MemberEventList>(json)
  return { events: list(from, 'data', listedEvent), next: textOrNull(from, 'continuationToken') }
}
