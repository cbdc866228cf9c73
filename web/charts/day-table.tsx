// The numbers of a chart as a table that can be opened.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Link } from '../ui/index.ts'

type DayTableProps = {
  readonly caption: string
  readonly columns: readonly { readonly key: string; readonly label: string; readonly values: readonly number[] }[]
  readonly days: readonly string[]
  readonly dayLabel: (date: string) => string
  readonly amount: (count: number) => string
  /** The path of a day's events. */
  readonly pathOf: (date: string) => string
}

/** Shows the days, the latest first, each with a link to its events. */
export function DayTable({ caption, columns, days, dayLabel, amount, pathOf }: DayTableProps): JSX.Element {
  const { t } = useApp()
  const rows = days.map((date, index) => ({ date, index })).toReversed()
  return (
    <details class="numbers">
      <summary>{t('overview.numbers')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard too */}
      <section class="scroll" tabIndex={0} aria-label={caption}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t('overview.day')}</th>
              {columns.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ date, index }) => (
              <tr key={date}>
                <th scope="row">
                  <Link to={pathOf(date)} aria-label={t('overview.eventsOfDay', { day: dayLabel(date) })}>
                    {dayLabel(date)}
                  </Link>
                </th>
                {columns.map(({ key, values }) => (
                  <td key={key}>{amount(values[index] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
