// Live mode: follows the feed from its end, and hands over the events that pass the filters.
import { useEffect, useRef } from 'preact/hooks'
import { boolean, list, record, text } from '../api/read.ts'
import type { MemberFeedPage } from '../api/types.ts'
import { useApp } from '../app/context.ts'
import { type ListedEvent, listedEvent } from './event.ts'
import { passes, searchForApi } from './filters/filters.ts'

/** Between two requests to the feed, in milliseconds. */
const pauseMs = 4_000
const pageEvents = 500

type FeedPage = { readonly events: readonly ListedEvent[]; readonly cursor: string; readonly more: boolean }

/** Calls `onEvents` with new events while `on`, the oldest first; a final failure ends it. */
export function useLive(
  on: boolean,
  filterKey: string,
  onEvents: (events: readonly ListedEvent[]) => void,
  onEnd: () => void,
): void {
  const { api, organization, query } = useApp()
  const handlers = useRef({ onEvents, onEnd })
  handlers.current = { onEvents, onEnd }

  useEffect(() => {
    if (!on) return
    const controller = new AbortController()
    const { signal } = controller
    const look = (cursor: string) => {
      const asked = new URLSearchParams({ cursor, limit: `${pageEvents}` })
      const search = searchForApi(query)
      if (search !== null) asked.set('q', search)
      return api.get(`/organizations/${organization.id}/events/feed?${asked}`, readPage, signal)
    }
    const follow = async () => {
      let cursor = 'end'
      while (!signal.aborted) {
        const page = await look(cursor)
        cursor = page.cursor
        const passing = page.events.filter((event) => passes(event, query))
        if (passing.length > 0) handlers.current.onEvents(passing)
        if (!page.more) await pause(signal)
      }
    }
    follow().catch(() => signal.aborted || handlers.current.onEnd())
    return () => controller.abort()
  }, [api, organization.id, on, filterKey])
}

/** Resolves after the pause, or when aborted. */
function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = window.setTimeout(resolve, pauseMs)
  signal.addEventListener('abort', () => {
    window.clearTimeout(timer)
    resolve()
  })
  return promise
}

function readPage(json: unknown): FeedPage {
  const from = record<MemberFeedPage>(json)
  return { events: list(from, 'data', listedEvent), cursor: text(from, 'cursor'), more: boolean(from, 'more') }
}
