// A preview's answer: a sentence, a chart of each count by day, the numbers as a table, and the first alerts.
import { Fragment, type JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useApp } from '../context.ts'
import { DayChart } from '../overview/day-chart.tsx'
import { DataTable, Time } from '../ui/index.ts'
import { alertsShownMax, type Preview, sumOf } from './preview.ts'

/** Shows a preview. */
export function PreviewResult({ preview }: { readonly preview: Preview }): JSX.Element {
  const { t } = useApp()
  const { events, days, alertsTotal, learning } = preview
  const alerts =
    alertsTotal === 0 ? t('rules.preview.noAlerts') : t('rules.preview.alertsCount', { count: alertsTotal })
  return (
    <div class="rule-preview-result">
      <p role="status">
        {t('rules.preview.summary', { events, matches: sumOf(days, 'matches').total, alerts })}
        {learning > 0 && ` ${t('rules.preview.learning', { count: learning })}`}
      </p>
      {sumOf(days, 'matches').total > 0 && <CountChart preview={preview} count="matches" />}
      {alertsTotal > 0 && <CountChart preview={preview} count="alerts" />}
      <Numbers preview={preview} />
      <FirstAlerts preview={preview} />
    </div>
  )
}

/** A chart of how many there were on each day. */
function CountChart({
  preview,
  count,
}: {
  readonly preview: Preview
  readonly count: 'matches' | 'alerts'
}): JSX.Element {
  const { t, language } = useApp()
  const { days } = preview
  const title = t(count === 'matches' ? 'rules.preview.matches' : 'rules.preview.alerts')
  const dates = useMemo(() => days.map(({ date }) => date), [days])
  const parts = useMemo(
    () => [
      {
        ...{ key: count, label: title, tone: count === 'matches' ? 'tone-item' : 'tone-alert' },
        ...{ pattern: 'solid' as const, values: days.map((day) => day[count]) },
      },
    ],
    [days, title],
  )
  const dayLabel = (date: string) => shortDay(date, language)
  const { total, peak } = sumOf(days, count)
  const summary =
    peak === null
      ? t(count === 'matches' ? 'rules.preview.matchesNone' : 'rules.preview.alertsNone')
      : t(count === 'matches' ? 'rules.preview.matchesSummary' : 'rules.preview.alertsSummary', {
          ...{ count: total, day: dayLabel(peak.date), most: peak.count },
        })
  return (
    <DayChart
      {...{ title, summary, parts, dayLabel, days: dates, whole: t('rules.preview.whole') }}
      amount={(amount) => new Intl.NumberFormat(language).format(amount)}
      onDay={() => undefined}
    >
      <Fragment />
    </DayChart>
  )
}

function Numbers({ preview }: { readonly preview: Preview }): JSX.Element {
  const { t, language } = useApp()
  return (
    <details>
      <summary>{t('rules.preview.numbers')}</summary>
      <DataTable
        caption={t('rules.preview.tableCaption')}
        captionHidden
        rows={preview.days}
        rowKey={({ date }) => date}
        columns={[
          { key: 'day', header: t('rules.preview.day'), cell: ({ date }) => shortDay(date, language) },
          { key: 'matches', header: t('rules.preview.matchesColumn'), numeric: true, cell: ({ matches }) => matches },
          { key: 'alerts', header: t('rules.preview.alertsColumn'), numeric: true, cell: ({ alerts }) => alerts },
        ]}
      />
    </details>
  )
}

function FirstAlerts({ preview: { alerts, alertsTotal } }: { readonly preview: Preview }): JSX.Element | null {
  const { t } = useApp()
  const shown = alerts.slice(0, alertsShownMax)
  if (shown.length === 0) return null
  return (
    <>
      <h3>
        {shown.length < alertsTotal
          ? t('rules.preview.firstOf', { shown: shown.length, total: alertsTotal })
          : t('rules.preview.first')}
      </h3>
      <ul class="rule-preview-alerts">
        {shown.map(({ id, from, summary }) => (
          <li key={id}>
            <span class="when">
              <Time at={from} />
            </span>
            <span dir="auto">{summary}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** A day (UTC) as charts write it. */
const shortDay = (date: string, language: string): string =>
  new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )
