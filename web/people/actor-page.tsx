// What is known of a person or a machine account: who, which items, on which days, from where, with which devices.
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { appOf } from '../../src/domain/log/export/apps.ts'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { DayChart } from '../charts/day-chart.tsx'
import { DayTable } from '../charts/day-table.tsx'
import { amountWriter, dayWriter } from '../locale/formats.ts'
import { Copy, DataTable, Empty, Fact, Link, ProblemNotice, Spinner, Time, ViewHeading } from '../ui/index.ts'
import { presenceColumns } from './columns.tsx'
import { type Actor, actorOf, type Presence } from './known.ts'
import { SubjectLink } from './names.tsx'
import { Uses } from './uses.tsx'
import { roleText, statusText } from './words.ts'

/** How many days the chart has. */
const daysShown = 92
const dayMs = 86_400_000

type ActorPageProps = { readonly kind: 'person' | 'machine'; readonly id: string }

/** The page of one. */
export function ActorPage({ kind, id }: ActorPageProps): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/${kind === 'person' ? 'people' : 'machine-accounts'}/${id}`
  const { value, problem, reload } = useLoad((signal) => api.get(path, actorOf, signal), [path])
  const isUnknown = problem?.status === 404
  return (
    <>
      <ViewHeading title={value?.name ?? value?.email ?? t(`people.${kind}`)}>
        {value && (
          <Link class="button plain" to={pathTo(organization.id, 'events', { ...eventsOf(value), range: '90d' })}>
            {t('people.allEvents')}
          </Link>
        )}
      </ViewHeading>
      {isUnknown && <Empty text={t('people.unknown')} />}
      {problem && !isUnknown && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('people.loading')} />}
      {value && (
        <>
          <Facts actor={value} />
          <Uses path={`${path}/items`} id={value.id} />
          <Days actor={value} />
          <Addresses actor={value} />
          <Devices actor={value} />
        </>
      )}
    </>
  )
}

/** The filter of the events view that names this one; there is none by machine account. */
const eventsOf = ({ kind, id }: Pick<Actor, 'kind' | 'id'>) => ({ actingUserId: kind === 'person' ? id : null })

function Facts({ actor: { kind, id, email, member, upTo } }: { readonly actor: Actor }): JSX.Element {
  const { t } = useApp()
  return (
    <dl class="facts">
      {email !== null && <Fact name={t('people.email')}>{email}</Fact>}
      {kind === 'person' && <Fact name={t('people.role.label')}>{roleText(member.role, t)}</Fact>}
      {kind === 'person' && <Fact name={t('people.status.label')}>{statusText(member, t)}</Fact>}
      {member.twoStepLogin !== null && (
        <Fact name={t('people.twoStep.label')}>{t(`people.twoStep.${member.twoStepLogin ? 'yes' : 'no'}`)}</Fact>
      )}
      {member.groups.length > 0 && <Fact name={t('people.groups')}>{member.groups.join(', ')}</Fact>}
      <Fact name={t('people.id')}>
        <span class="id">{id}</span> <Copy text={id} label={t('people.id')} />
      </Fact>
      {upTo !== null && (
        <Fact name={t('people.upTo')}>
          <Time at={upTo} />
        </Fact>
      )}
    </dl>
  )
}

/** A chart of the days, with the numbers as a table. */
function Days({ actor }: { readonly actor: Actor }): JSX.Element {
  const { t, language, organization, go, now } = useApp()
  const counts = useMemo(() => new Map(actor.days.map((day) => [day.date, day])), [actor])
  const dates = useMemo(
    () =>
      Array.from({ length: daysShown }, (_, index) =>
        new Date(now() - (daysShown - 1 - index) * dayMs).toISOString().slice(0, 10),
      ),
    [actor],
  )
  const values = (of: (day: Presence) => number) =>
    dates.map((date) => {
      const day = counts.get(date)
      return day ? of(day) : 0
    })
  const parts = useMemo(
    () => [
      {
        key: 'events',
        label: t('people.events'),
        tone: 'tone-item',
        pattern: 'solid' as const,
        values: values(({ events, failedLogins }) => events - failedLogins),
      },
      {
        key: 'failed',
        label: t('people.failedLogins'),
        tone: 'tone-alert',
        pattern: 'rising' as const,
        values: values(({ failedLogins }) => failedLogins),
      },
    ],
    [actor, t],
  )
  const title = t('people.days.title')
  if (actor.days.length === 0) return <Empty text={t('people.days.none')} />
  const pathOf = (date: string) =>
    pathTo(organization.id, 'events', {
      ...eventsOf(actor),
      start: `${date}T00:00:00.000Z`,
      end: `${date}T23:59:59.999Z`,
    })
  const dayProps = { dayLabel: dayWriter(language), amount: amountWriter(language), days: dates }
  return (
    <section class="card">
      <DayChart
        title={title}
        summary={t('people.days.summary', { count: actor.days.length })}
        parts={parts}
        whole={t('people.days.whole')}
        onDay={(date) => go(pathOf(date))}
        {...dayProps}
      >
        <DayTable caption={title} columns={parts} pathOf={pathOf} {...dayProps} />
      </DayChart>
    </section>
  )
}

function Addresses({ actor }: { readonly actor: Actor }): JSX.Element {
  const { t } = useApp()
  const title = t('people.addresses.title')
  return (
    <section class="card" aria-labelledby="known-addresses">
      <h2 id="known-addresses">{title}</h2>
      {actor.addresses.length === 0 ? (
        <p class="quiet">{t('people.addresses.none')}</p>
      ) : (
        <DataTable
          caption={title}
          captionHidden
          rows={actor.addresses}
          rowKey={({ address }) => address}
          columns={[
            {
              key: 'address',
              header: t('people.addresses.column'),
              cell: ({ address }) => <SubjectLink subject={{ kind: 'address', id: address }} name={address} />,
            },
            ...presenceColumns(t),
          ]}
        />
      )}
    </section>
  )
}

function Devices({ actor }: { readonly actor: Actor }): JSX.Element | null {
  const { t } = useApp()
  const title = t('people.devices.title')
  if (actor.devices.length === 0) return null
  return (
    <section class="card" aria-labelledby="known-devices">
      <h2 id="known-devices">{title}</h2>
      <DataTable
        caption={title}
        captionHidden
        rows={actor.devices}
        rowKey={({ deviceType }) => `${deviceType}`}
        columns={[
          {
            key: 'device',
            header: t('people.devices.column'),
            cell: ({ deviceType }) => appOf(deviceType).name,
          },
          ...presenceColumns(t),
        ]}
      />
    </section>
  )
}
