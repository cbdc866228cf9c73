// The result of a preview: a sentence, a chart of each count by day, the numbers as a table, and the first alerts.
import { Fragment, type JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { pathTo } from '../../app/router.ts'
import { DayChart } from '../../charts/day-chart.tsx'
import { amountWriter, dayWriter } from '../../locale/formats.ts'
import { DataTable, Time } from '../../ui/index.ts'
import { RuleWarnings } from '../rule-warnings.tsx'
import { alertsShownMax, type Preview, sumOf } from './preview.ts'

/** Shows a preview. */
export function PreviewResult({ preview }: { readonly preview: Preview }): JSX.Element {
  const { t, announce } = useApp()
  const { events, days, alertsTotal, learning } = preview
  const alerts =
    alertsTotal === 0 ? t('rules.preview.noAlerts') : t('rules.preview.alertsCount', { count: alertsTotal })
  const sentence = t('rules.preview.summary', { events, matches: sumOf(days, 'matches').total, alerts })
  useEffect(() => announce(sentence), [preview])
  return (
    <div class="rule-preview-result">
      <p>
        {sentence} {learning > 0 && t('rules.preview.learning', { count: learning })}
      </p>
      <RuleWarnings warnings={preview.warnings} />
      <CountChart preview={preview} count="matches" />
      <CountChart preview={preview} count="alerts" />
      <Numbers preview={preview} />
      <FirstAlerts preview={preview} />
    </div>
  )
}

type CountChartProps = { readonly preview: Preview; readonly count: 'matches' | 'alerts' }

/** A chart of the counts by day; no chart if there are none. */
function CountChart({ preview: { days }, count }: CountChartProps): JSX.Element | null {
  const { t, language, organization, go } = useApp()
  const isMatches = count === 'matches'
  const title = t(isMatches ? 'rules.preview.matches' : 'rules.preview.alerts')
  const dates = useMemo(() => days.map(({ date }) => date), [days])
  const parts = useMemo(() => {
    const look = { tone: isMatches ? 'tone-item' : 'tone-alert', pattern: 'solid' } as const
    return [{ key: count, label: title, values: days.map((day) => day[count]), ...look }]
  }, [days, title])
  const { total, busiest } = sumOf(days, count)
  if (busiest === null) return null
  const [dayLabel, amount] = [dayWriter(language), amountWriter(language)]
  const summary = t(isMatches ? 'rules.preview.matchesSummary' : 'rules.preview.alertsSummary', {
    count: total,
    day: dayLabel(busiest.date),
    most: busiest.count,
  })
  return (
    <DayChart
      title={title}
      summary={summary}
      parts={parts}
      dayLabel={dayLabel}
      amount={amount}
      days={dates}
      whole={t('rules.preview.whole')}
      onDay={(date) =>
        go(pathTo(organization.id, 'events', { start: `${date}T00:00:00.000Z`, end: `${date}T23:59:59.999Z` }))
      }
    >
      <Fragment />
    </DayChart>
  )
}

function Numbers({ preview }: { readonly preview: Preview }): JSX.Element {
  const { t, language } = useApp()
  const dayLabel = dayWriter(language)
  return (
    <details>
      <summary>{t('rules.preview.numbers')}</summary>
      <DataTable
        caption={t('rules.preview.tableCaption')}
        captionHidden
        rows={preview.days}
        rowKey={({ date }) => date}
        columns={[
          { key: 'day', header: t('rules.preview.day'), cell: ({ date }) => dayLabel(date) },
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
