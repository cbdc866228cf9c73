// One event in the list: time, app, actor and sentence, with buttons that filter.
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { type App, appOf } from '../../../src/domain/log/export/apps.ts'
import { useApp } from '../../app/context.ts'
import { Button, Hint, Icon, type IconName, Time } from '../../ui/index.ts'
import type { ListedEvent } from '../event.ts'
import { canFilterBy } from '../filters/filters.ts'
import { Sentence } from '../sentence.tsx'

const icons: Readonly<Record<string, IconName>> = {
  'fa-globe': 'globe',
  'fa-puzzle-piece': 'puzzle',
  'fa-desktop': 'desktop',
  'fa-mobile': 'mobile',
  'fa-terminal': 'terminal',
  'fa-code': 'code',
  'fa-server': 'server',
}

/** The page's icon of an app. */
const iconOf = (app: App): IconName => icons[app.icon] ?? 'globe'

export type RowActions = {
  /** Shows the event's details. */
  open(event: ListedEvent): void
  /** Filters by a parameter. */
  only(name: string, value: string): void
}

/** The columns with a button. */
export type Column = 'app' | 'who' | 'what'

type EventRowProps = RowActions & {
  readonly event: ListedEvent
  /** Its index in the whole table, from 1. */
  readonly rowIndex: number
  /** Whether Tab stops in this row: it does in one row, and arrow keys move on. */
  readonly reachable: boolean
  readonly opened: boolean
  /** The column that gets the focus once the row is rendered. */
  readonly focusOn: Column | null
}

export function EventRow({ event, rowIndex, reachable, opened, focusOn, open, only }: EventRowProps): JSX.Element {
  const { t } = useApp()
  const ref = useRef<HTMLTableRowElement>(null)
  useLayoutEffect(() => {
    const cell = focusOn === null ? null : ref.current?.querySelector<HTMLElement>(`.${focusOn} button`)
    const target = cell ?? (focusOn === null ? null : ref.current?.querySelector<HTMLElement>('.open'))
    target?.focus({ preventScroll: true })
  }, [focusOn])
  const stops = { tabIndex: reachable ? 0 : -1 }
  const { actingUserId, actor, ipAddress, raw } = event
  const itemId = typeof raw.cipherId === 'string' ? raw.cipherId : null
  const app = appOf(event.deviceType ?? undefined)
  return (
    <tr ref={ref} class={`row event ${opened ? 'opened' : ''}`} aria-rowindex={rowIndex} data-id={event.id}>
      <td class="when">
        <Time at={event.date} reachable={false} short />
      </td>
      <td class="app">
        <Hint reachable={false} text={<AppText app={app} ipAddress={ipAddress} />}>
          {ipAddress === null || !canFilterBy('ipAddress', ipAddress) ? (
            <button type="button" class="bare" {...stops} aria-label={app.name} aria-disabled="true">
              <Icon name={iconOf(app)} />
            </button>
          ) : (
            <button
              type="button"
              class="bare"
              {...stops}
              aria-label={t('events.onlyAddressOf', { app: app.name, address: ipAddress })}
              onClick={() => only('ipAddress', ipAddress)}
            >
              <Icon name={iconOf(app)} />
            </button>
          )}
        </Hint>
      </td>
      <td class="who">
        {actingUserId === null ? (
          <bdi>{actor.name ?? '–'}</bdi>
        ) : (
          <button
            type="button"
            class="bare"
            {...stops}
            aria-label={t('events.onlyUserNamed', { name: actor.name ?? '' })}
            onClick={() => only('actingUserId', actingUserId)}
          >
            <bdi>{actor.name}</bdi>
          </button>
        )}
      </td>
      <td class="what">
        {event.isCritical && (
          <span class="critical-mark">
            <Hint reachable={false} label={t('events.critical')} text={t('events.critical')}>
              <Icon name="warning" />
            </Hint>
          </span>
        )}
        <button type="button" class="bare open" {...stops} aria-expanded={opened} onClick={() => open(event)}>
          <Sentence event={event} />
        </button>
        {itemId !== null && (
          <Button
            look="quiet"
            class="only"
            {...stops}
            aria-label={t('events.onlyItem')}
            onClick={() => only('itemId', itemId)}
          >
            <Icon name="filter" />
          </Button>
        )}
      </td>
    </tr>
  )
}

function AppText({ app, ipAddress }: { readonly app: App; readonly ipAddress: string | null }): JSX.Element {
  return (
    <>
      {app.name}
      {ipAddress !== null && (
        <>
          <br />
          <bdi>{ipAddress}</bdi>
        </>
      )}
    </>
  )
}
