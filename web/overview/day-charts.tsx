// The overview's charts by day: all events, stacked by category, and failed logins.
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { DayChart, type Part } from '../charts/day-chart.tsx'
import { DayTable } from '../charts/day-table.tsx'
import { highestOf, totalOf } from '../charts/stacks.ts'
import type { Pattern } from '../charts/tile.ts'
import { amountWriter, dayWriter } from '../locale/formats.ts'
import { type Band, bands, stackOf } from './days.ts'
import type { Day } from './summary.ts'
import { failedTypes } from './types.ts'

const patternOf: Readonly<Record<Band, Pattern>> = {
  item: 'solid',
  user: 'rising',
  administration: 'dots',
  secret: 'lying',
  rest: 'falling',
}

/** The filters of the events view for one day (UTC). */
const dayQuery = (date: string) => ({ start: `${date}T00:00:00.000Z`, end: `${date}T23:59:59.999Z` })

const anyType: readonly number[] = []

/** The props that both charts share. A day leads to its events of these types; without types, to all. */
function useDayProps(types: readonly number[]) {
  const { language, organization, go } = useApp()
  return useMemo(() => {
    const pathOf = (date: string) => pathTo(organization.id, 'events', { type: types.join(), ...dayQuery(date) })
    return {
      dayLabel: dayWriter(language),
      amount: amountWriter(language),
      pathOf,
      onDay: (date: string) => go(pathOf(date)),
    }
  }, [language, organization.id, types])
}

type DaysProps = { readonly days: readonly Day[] }

/** All events of the days. */
export function EventsByDay({ days }: DaysProps): JSX.Element {
  const { t } = useApp()
  const dayProps = useDayProps(anyType)
  const dates = useMemo(() => days.map(({ date }) => date), [days])
  const parts = useMemo((): readonly Part[] => {
    const stacks = days.map(stackOf)
    const all = bands.map((band) => ({
      key: band,
      label: t(`overview.band.${band}`),
      tone: `tone-${band}`,
      pattern: patternOf[band],
      values: stacks.map((stack) => stack[band]),
    }))
    return all.filter(({ values }) => totalOf(values) > 0)
  }, [days, t])
  const totals = days.map(({ events }) => events)
  const title = t('overview.byDay.title')
  return (
    <DayChart
      title={title}
      days={dates}
      parts={parts}
      {...dayProps}
      whole={t('overview.whole', { days: days.length })}
      summary={t('overview.byDay.summary', summaryOf(days, totals, dayProps))}
    >
      <DayTable
        caption={title}
        days={dates}
        {...dayProps}
        columns={[{ key: 'all', label: t('overview.total'), values: totals }, ...parts]}
      />
    </DayChart>
  )
}

/** The failed logins of the days. */
export function FailedByDay({ days }: DaysProps): JSX.Element {
  const { t } = useApp()
  const dayProps = useDayProps(failedTypes)
  const dates = useMemo(() => days.map(({ date }) => date), [days])
  const parts = useMemo(
    (): readonly Part[] => [
      {
        key: 'failed',
        label: t('overview.failed'),
        tone: 'tone-failed',
        pattern: 'solid',
        values: days.map(({ failedLogins }) => failedLogins),
      },
    ],
    [days, t],
  )
  const values = days.map(({ failedLogins }) => failedLogins)
  const title = t('overview.failedByDay.title')
  const none = totalOf(values) === 0
  return (
    <DayChart
      title={title}
      days={dates}
      parts={parts}
      {...dayProps}
      whole={t('overview.whole', { days: days.length })}
      summary={
        none
          ? t('overview.failedByDay.none', { days: days.length })
          : t('overview.failedByDay.summary', summaryOf(days, values, dayProps))
      }
    >
      <DayTable caption={title} days={dates} columns={parts} {...dayProps} />
    </DayChart>
  )
}

/** The values of a chart's summary. */
function summaryOf(days: readonly Day[], values: readonly number[], { dayLabel }: { dayLabel(date: string): string }) {
  const highest = highestOf(values) ?? 0
  return {
    total: totalOf(values),
    days: days.length,
    day: dayLabel(days[highest]?.date ?? ''),
    most: values[highest] ?? 0,
  }
}
