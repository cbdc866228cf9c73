// The list of events that an address asks for: its first page at once, more when asked, and what comes in live.
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

/** The first page is what a screen shows; further ones are larger, since somebody scrolls. */
const firstPageEvents = 50
const pageEvents = 250

type Held = {
  readonly events: readonly ListedEvent[]
  readonly state: 'loading' | 'ready' | 'failed'
  readonly next: string | null
  readonly problem: ApiProblem | null
}

export type Log = Held & {
  /** Asks for older events, or again for those that failed to come. */
  more(): void
  /** Takes events in that have come. */
  add(events: readonly ListedEvent[]): void
  /** Begins anew, up to now. */
  reload(): void
}

const empty: Held = { events: [], state: 'loading', next: null, problem: null }

/** The log of the organization in view; it begins anew when the filters change. */
export function useLog(filterKey: string): Log {
  const { api, organization, query, now } = useApp()
  const [held, hold] = useState<Held>(empty)
  const [round, setRound] = useState(0)
  const current = useRef<{ load(next: string | null): void } | null>(null)
  const latest = useRef(held)
  latest.current = held

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const parameters = parametersFor(query, now())
    const load = (next: string | null) => {
      hold((before) => ({ ...before, state: 'loading', problem: null }))
      const ask = (token: string | null) => api.get(pathOf(organization.id, parameters, token), readPage, signal)
      pageWithAny(ask, ({ events }) => events, next).then(
        (page) =>
          signal.aborted ||
          hold(({ events }) => ({
            events: merged(events, page.events),
            state: 'ready',
            next: page.next,
            problem: null,
          })),
        (error: unknown) =>
          signal.aborted || hold((before) => ({ ...before, state: 'failed', problem: problemFrom(error) })),
      )
    }
    current.current = { load }
    hold(empty)
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
    (events: readonly ListedEvent[]) => hold((before) => ({ ...before, events: merged(before.events, events) })),
    [],
  )
  const reload = useCallback(() => setRound((last) => last + 1), [])
  return { ...held, more, add, reload }
}

function pathOf(organizationId: string, parameters: URLSearchParams, next: string | null): string {
  const asked = new URLSearchParams(parameters)
  asked.set('pageSize', `${next === null ? firstPageEvents : pageEvents}`)
  if (next !== null) asked.set('continuationToken', next)
  return `/organizations/${organizationId}/events?${asked}`
}

function readPage(json: unknown): EventPage {
  const from = record<MemberEventList>(json)
  return { events: list(from, 'data', listedEvent), next: textOrNull(from, 'continuationToken') }
}
