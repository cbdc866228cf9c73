// The events as a table with only its visible rows in the document. Tab stops at one row; arrow keys go from row to row.
import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import type { ListedEvent } from '../event.ts'
import { type Column, EventRow, type RowActions } from './event-row.tsx'
import { type Row, rowsOf } from './rows.ts'
import { VirtualRows } from './virtual-rows.tsx'

type EventTableProps = RowActions & {
  readonly events: readonly ListedEvent[]
  readonly openedId: string | null
  readonly more: boolean
  readonly onNearEnd: () => void
}

export function EventTable({ events, openedId, more, onNearEnd, ...actions }: EventTableProps): JSX.Element {
  const { t, language } = useApp()
  const days = useMemo(() => new Intl.DateTimeFormat(language, { dateStyle: 'full' }), [language])
  const rows = useMemo(() => rowsOf(events, (date) => days.format(new Date(date))), [events, days])
  const { active, goal, takeBring, ...keys } = useRowKeys(rows)
  return (
    <table class="log" aria-rowcount={more ? -1 : rows.length + 1} {...keys}>
      <caption class="unseen">
        {t('events.table')} {t('events.keys')}
      </caption>
      <thead>
        <tr class="row head" aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column} scope="col">
              <span class={column === 'app' ? 'unseen' : undefined}>{t(`events.column.${column}`)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <VirtualRows rows={rows} onNearEnd={onNearEnd} onReady={takeBring}>
        {(from, to) => {
          const shown = rows.slice(from, to)
          const stop = shown.some(({ key }) => key === active)
            ? active
            : shown.find(({ kind }) => kind === 'event')?.key
          return shown.map((row, index) =>
            row.kind === 'day' ? (
              <DayRow key={row.key} rowIndex={from + index + 2} day={days.format(new Date(row.date))} />
            ) : (
              <EventRow
                key={row.key}
                {...actions}
                event={row.event}
                rowIndex={from + index + 2}
                reachable={row.key === stop}
                opened={row.event.id === openedId}
                focusOn={row.key === goal?.id ? goal.column : null}
              />
            ),
          )
        }}
      </VirtualRows>
    </table>
  )
}

const columns = ['time', 'app', 'user', 'event'] as const

function DayRow({ rowIndex, day }: { readonly rowIndex: number; readonly day: string }): JSX.Element {
  return (
    <tr class="row day" aria-rowindex={rowIndex}>
      <th scope="rowgroup" colSpan={columns.length}>
        {day}
      </th>
    </tr>
  )
}

const idAt = (target: EventTarget | null): string | null =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-id]')?.dataset.id ?? null) : null

/** How far each key moves, in rows. */
const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }

/** The row and the column that will get the focus. */
type Goal = { readonly id: string; readonly column: Column }

/** Moves the focus from row to row, within the same column where the row has it. */
function useRowKeys(rows: readonly Row[]) {
  const bring = useRef<(index: number) => void>(() => {})
  const [active, setActive] = useState<string | null>(null)
  const [goal, setGoal] = useState<Goal | null>(null)
  // Keys can come faster than rendering: each continues from the goal of the last one.
  const latest = useRef<Goal | null>(null)
  const aim = (next: Goal | null) => {
    latest.current = next
    setGoal(next)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    const id = idAt(event.target)
    if (step === undefined || id === null || !(event.target instanceof Element)) return
    event.preventDefault()
    const at = rows.findIndex(({ key }) => key === (latest.current?.id ?? id))
    const next = eventNear(rows, at + step, Math.sign(step))
    if (next === undefined) return
    bring.current(rows.indexOf(next))
    setActive(next.key)
    aim({ id: next.key, column: latest.current?.column ?? columnOf(event.target) })
  }
  const onFocusIn = (event: FocusEvent) => {
    const id = idAt(event.target)
    setActive(id)
    if (latest.current?.id === id) aim(null)
  }
  const takeBring = (ready: (index: number) => void) => {
    bring.current = ready
  }
  return { active, goal, takeBring, onKeyDown, onFocusIn }
}

const columnOf = (element: Element): Column =>
  element.closest('.app') ? 'app' : element.closest('.who') ? 'who' : 'what'

/** The event at an index, or the next one in that direction; at the ends, the last one. */
function eventNear(rows: readonly Row[], index: number, direction: number): Row | undefined {
  const inside = Math.min(Math.max(index, 0), rows.length - 1)
  for (const way of [direction, -direction]) {
    for (let at = inside; at >= 0 && at < rows.length; at += way) if (rows[at]?.kind === 'event') return rows[at]
  }
  return undefined
}
