// The events view: what happened, who did it and from where; newest first, with the filters of its address.
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button, Empty, Icon, ProblemNotice, Spinner, Toggle, ViewHeading } from '../ui/index.ts'
import type { ListedEvent } from './event.ts'
import { EventDetail } from './event-detail.tsx'
import { ExportDialog } from './export/export-dialog.tsx'
import { FilterBar } from './filters/filter-bar.tsx'
import { around, filterNames, rangeOf, unfiltered } from './filters/filters.ts'
import { type People, peopleOf, withActors } from './filters/people.ts'
import { EventTable } from './table/event-table.tsx'
import { useLive } from './use-live.ts'
import { type Log, useLog } from './use-log.ts'

export function EventsView(): JSX.Element {
  const { t, query, setQuery, announce } = useApp()
  const filterKey = keyOf(query)
  const log = useLog(filterKey)
  const people = usePeople(log.events)
  const [opened, setOpened] = useState<ListedEvent | null>(null)
  const [exporting, setExporting] = useState(false)
  const only = (name: string, value: string) => {
    setOpened(null)
    setQuery({ [name]: value, ...(name === 'type' ? { category: null } : {}) })
  }
  useEffect(() => {
    if (log.state === 'ready') announce(t('events.shown', { count: log.events.length }))
  }, [log.state])

  return (
    <div class={`events ${opened === null ? '' : 'beside'}`}>
      <ViewHeading title={t('events.title')}>
        <LiveSwitch log={log} filterKey={filterKey} />
        <Button onClick={log.reload}>{t('events.refresh')}</Button>
        <Button onClick={() => setExporting(true)}>
          <Icon name="download" />
          {t('events.export.button')}
        </Button>
      </ViewHeading>
      <FilterBar people={people} errors={log.problem?.errors ?? {}} />
      {log.events.length > 0 && (
        <EventTable
          key={filterKey}
          events={log.events}
          more={log.next !== null}
          onNearEnd={() => log.state === 'ready' && log.more()}
          openedId={opened?.id ?? null}
          open={setOpened}
          only={only}
        />
      )}
      <LogEnd log={log} />
      {opened && (
        <EventDetail
          event={opened}
          onClose={() => setOpened(null)}
          only={only}
          onAround={() => setQuery(around(opened.date))}
        />
      )}
      {exporting && <ExportDialog onClose={() => setExporting(false)} />}
    </div>
  )
}

/** The part of the address that decides which events are listed. */
const keyOf = (query: URLSearchParams): string =>
  ['q', 'range', 'start', 'end', ...filterNames].map((name) => `${name}=${query.get(name) ?? ''}`).join('&')

function usePeople(events: readonly ListedEvent[]): People {
  const known = useRef<ReadonlyMap<string, string>>(new Map())
  known.current = withActors(known.current, events)
  const now = known.current
  return useMemo(() => peopleOf(now), [now])
}

/** The end of the list: loading, more to load, none, or a failure. */
function LogEnd({ log }: { readonly log: Log }): JSX.Element {
  const { t, setQuery } = useApp()
  if (log.problem?.errors.q) return <p class="hint log-end">{t('events.search.nothing')}</p>
  if (log.problem) return <ProblemNotice problem={log.problem} onRetry={log.more} />
  if (log.state === 'loading') return <Spinner label={t('events.loading')} />
  if (log.next !== null) return <Button onClick={log.more}>{t('events.more')}</Button>
  if (log.events.length > 0) return <p class="hint log-end">{t('events.all', { count: log.events.length })}</p>
  return (
    <Empty text={t('events.none')}>
      <Button onClick={() => setQuery(unfiltered)}>{t('events.dropAll')}</Button>
    </Empty>
  )
}

/** Live mode: at the top of the list, new events appear at once; further down, a button says how many there are. */
function LiveSwitch({ log, filterKey }: { readonly log: Log; readonly filterKey: string }): JSX.Element {
  const { t, query, setQuery, announce } = useApp()
  const range = rangeOf(query)
  const possible = range.kind === 'last' || range.end === null
  const on = possible && query.get('live') === '1'
  const [arrivedCount, setArrivedCount] = useState(0)
  const [waiting, setWaiting] = useState<readonly ListedEvent[]>([])
  useEffect(() => {
    setArrivedCount(0)
    setWaiting([])
  }, [on, filterKey])

  useLive(
    on,
    filterKey,
    (events) => {
      setArrivedCount((count) => count + events.length)
      announce(t('events.live.arrived', { count: events.length }))
      if (window.scrollY < topPx) log.add(events)
      else setWaiting((before) => [...before, ...events])
    },
    () => setQuery({ live: null }, 'replace'),
  )
  const show = () => {
    log.add(waiting)
    setWaiting([])
    window.scrollTo(0, 0)
  }
  return (
    <>
      {on && <span class="hint live-count">{t('events.live.total', { count: arrivedCount })}</span>}
      <Toggle
        label={t('events.live.label')}
        checked={on}
        disabled={!possible}
        onToggle={(next) => setQuery({ live: next ? '1' : null }, 'replace')}
      />
      {waiting.length > 0 && (
        <Button look="primary" class="new-events" onClick={show}>
          {t('events.live.show', { count: waiting.length })}
        </Button>
      )}
    </>
  )
}

/** Nearer to the top than this, in CSS pixels, new events may push the list down. */
const topPx = 200
