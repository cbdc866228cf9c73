// What a change of a rule would do, before it is saved: to its counts, and to the alerts of the last 7 days.
import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import type { Loaded } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { PairChart } from '../../charts/pair-chart.tsx'
import { dayWriter } from '../../locale/formats.ts'
import type { Translate } from '../../locale/i18n.ts'
import { DataTable, ProblemNotice, Spinner } from '../../ui/index.ts'
import type { Rule } from '../rule.ts'
import { type Change, daysOf } from './change.ts'

type ChangePreviewProps = {
  readonly rule: Rule
  /** `set`: settings are about to be saved; `switch-on`: the rule is off, and may be switched on. */
  readonly how: 'set' | 'switch-on'
  readonly change: Loaded<Change>
}

/** Shows what is known of a change so far. It can be made without waiting. */
export function ChangePreview({ rule, how, change }: ChangePreviewProps): JSX.Element {
  const { t } = useApp()
  const id = useId()
  const { state, value, problem, reload } = change
  const Heading = how === 'set' ? 'h4' : 'h3'
  return (
    <section class="rule-change" aria-labelledby={id}>
      <Heading id={id}>{t(how === 'set' ? 'rules.change.title' : 'rules.change.titleOn')}</Heading>
      {state === 'loading' && <Spinner label={t(how === 'set' ? 'rules.change.loading' : 'rules.change.loadingOn')} />}
      {state === 'failed' && problem?.status === 400 && <p>{t('rules.change.invalid')}</p>}
      {state === 'failed' && problem && problem.status !== 400 && (
        <>
          <p>{t(how === 'set' ? 'rules.change.failed' : 'rules.change.failedOn')}</p>
          <ProblemNotice problem={problem} onRetry={reload} />
        </>
      )}
      {state === 'ready' && value && <Known rule={rule} change={value} />}
    </section>
  )
}

function Known({ rule, change }: { readonly rule: Rule; readonly change: Change }): JSX.Element {
  const { t, announce } = useApp()
  const { counts } = change.changed
  const words = `${counts === null ? '' : `${t(`rules.change.counts.${counts}`)} `}${alertsInWords(rule, change, t)}`
  useEffect(() => announce(words), [words])
  return (
    <>
      <p>{words}</p>
      <Alerts change={change} />
    </>
  )
}

/** "In the last 7 days: 12 alerts as set now, 3 alerts as changed." */
function alertsInWords(rule: Rule, { saved, changed }: Change, t: Translate): string {
  const amount = (count: number) =>
    count === 0 ? t('rules.preview.noAlerts') : t('rules.preview.alertsCount', { count })
  const amounts = { saved: amount(saved?.alertsTotal ?? 0), changed: amount(changed.alertsTotal) }
  if (saved === null) return t('rules.change.alertsOn', amounts)
  return t(rule.enabled ? 'rules.change.alerts' : 'rules.change.alertsOff', amounts)
}

/** The alerts by day, as a chart and as a table; nothing if there are none. */
function Alerts({ change }: { readonly change: Change }): JSX.Element | null {
  const { t, language } = useApp()
  const days = daysOf(change)
  const dayLabel = dayWriter(language)
  if (days.every(({ saved, changed }) => saved === 0 && changed === 0)) return null
  const asChanged = {
    label: t(change.saved ? 'rules.change.changed' : 'rules.change.changedOn'),
    tone: 'tone-alert',
    values: days.map(({ changed }) => changed),
  }
  const asSaved = { label: t('rules.change.saved'), tone: 'tone-rest', values: days.map(({ saved }) => saved) }
  const bars = change.saved ? [asSaved, asChanged] : [asChanged]
  return (
    <>
      <PairChart days={days.map(({ date }) => dayLabel(date))} bars={bars} />
      <details>
        <summary>{t('rules.preview.numbers')}</summary>
        <DataTable
          caption={t('rules.change.tableCaption')}
          captionHidden
          rows={days}
          rowKey={({ date }) => date}
          columns={[
            { key: 'day', header: t('rules.preview.day'), cell: ({ date }) => dayLabel(date) },
            ...bars.map(({ label, values }) => ({
              key: label,
              header: label,
              numeric: true,
              cell: (day: (typeof days)[number]) => values[days.indexOf(day)] ?? 0,
            })),
          ]}
        />
      </details>
    </>
  )
}
