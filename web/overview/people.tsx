// The busiest users and addresses, and members who did nothing: each leads to its events.
import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { totalOf } from '../charts/stacks.ts'
import { canFilterBy, categories } from '../events/filters/filters.ts'
import { amountWriter, displayName, isolated } from '../locale/formats.ts'
import { Link, Time } from '../ui/index.ts'
import { BarTable } from './bar-table.tsx'
import { categoryTotals } from './days.ts'
import { most } from './shares.ts'
import type { Summary, User } from './summary.ts'
import { secretTypes } from './types.ts'
import { useFirst } from './use-first.tsx'

/** The numbers of a list of the overview, and the range for its links. */
type PeopleProps = {
  readonly summary: Summary
  readonly days: number
  readonly range: { readonly start: string; readonly end: string }
}

type CardProps = { readonly title: string; readonly text?: string; readonly children?: ComponentChildren }

/** A part of the overview with a heading. */
function Card({ title, text, children }: CardProps): JSX.Element {
  const id = useId()
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {text !== undefined && <p class="quiet">{text}</p>}
      {children}
    </section>
  )
}

/** Users by views and copies of secrets. */
export function SecretsByUser({ summary, days, range }: PeopleProps): JSX.Element {
  const { t, language } = useApp()
  const rows = most(summary.users, ({ views, copies }) => views + copies)
  const [first] = rows
  const title = t('overview.secrets.title')
  if (first === undefined) return <Card title={title} text={t('overview.secrets.none', { days })} />
  const text = t('overview.secrets.summary', {
    views: totalOf(summary.days.map(({ views }) => views)),
    copies: totalOf(summary.days.map(({ copies }) => copies)),
    days,
    user: isolated(displayName(first, first.userId)),
  })
  return (
    <Card title={title} text={text}>
      <BarTable
        caption={title}
        of={t('overview.user')}
        measures={[
          { key: 'views', label: t('overview.views'), tone: 'tone-views' },
          { key: 'copies', label: t('overview.copies'), tone: 'tone-copies' },
        ]}
        rows={rows.map((user) => ({
          key: user.userId,
          label: <UserLink user={user} range={range} types={secretTypes} />,
          amounts: [user.views, user.copies],
        }))}
        amount={amountWriter(language)}
      />
    </Card>
  )
}

/** Users by events. */
export function BusiestUsers({ summary, days, range }: PeopleProps): JSX.Element {
  const { t, language } = useApp()
  const rows = most(summary.users, ({ events }) => events)
  const title = t('overview.users.title')
  if (rows.length === 0) return <Card title={title} text={t('overview.users.none', { days })} />
  return (
    <Card title={title}>
      <BarTable
        caption={title}
        of={t('overview.user')}
        measures={[{ key: 'events', label: t('overview.count'), tone: 'tone-events' }]}
        rows={rows.map((user) => ({
          key: user.userId,
          label: <UserLink user={user} range={range} />,
          amounts: [user.events],
        }))}
        amount={amountWriter(language)}
      />
    </Card>
  )
}

/** Events by category. */
export function Categories({ summary, range }: PeopleProps): JSX.Element {
  const { t, language, organization } = useApp()
  const title = t('overview.categories.title')
  return (
    <Card title={title}>
      <BarTable
        caption={title}
        of={t('overview.category')}
        measures={[{ key: 'events', label: t('overview.count'), tone: 'tone-events' }]}
        rows={categoryTotals(summary.days).map(({ category, events }) => {
          const known = categories.find((each) => each === category)
          const label = known ? t(`events.category.${known}`) : category
          return {
            key: category,
            label: (
              <Link
                to={pathTo(organization.id, 'events', { category: known ?? null, ...range })}
                aria-label={t('overview.eventsOfCategory', { category: label })}
              >
                {label}
              </Link>
            ),
            amounts: [events],
          }
        })}
        amount={amountWriter(language)}
      />
    </Card>
  )
}

/** Addresses by events. */
export function BusiestAddresses({ summary, days, range }: PeopleProps): JSX.Element {
  const { t, language, organization } = useApp()
  const rows = most(summary.addresses, ({ events }) => events)
  const title = t('overview.addresses.title')
  if (rows.length === 0) return <Card title={title} text={t('overview.addresses.none', { days })} />
  return (
    <Card title={title}>
      <BarTable
        caption={title}
        of={t('overview.address')}
        measures={[{ key: 'events', label: t('overview.count'), tone: 'tone-events' }]}
        rows={rows.map(({ ipAddress, events }) => ({
          key: ipAddress,
          label: canFilterBy('ipAddress', ipAddress) ? (
            <Link
              to={pathTo(organization.id, 'events', { ipAddress, ...range })}
              aria-label={t('overview.eventsOfAddress', { address: ipAddress })}
            >
              <bdi>{ipAddress}</bdi>
            </Link>
          ) : (
            <bdi>{ipAddress}</bdi>
          ),
          amounts: [events],
        }))}
        amount={amountWriter(language)}
      />
    </Card>
  )
}

/** The members who did nothing for 30 days. */
export function NotSeen({ summary }: Pick<PeopleProps, 'summary'>): JSX.Element {
  const { t } = useApp()
  const { membersNotSeen: members, membersNotSeenTotal: count } = summary
  const { shown, button } = useFirst(members)
  const title = t('overview.notSeen.title')
  if (members.length === 0) return <Card title={title} text={t('overview.notSeen.none')} />
  return (
    <Card title={title} text={t('overview.notSeen.summary', { count })}>
      <ul class="not-seen">
        {shown.map(({ memberId, name, email, lastSeen }) => (
          <li key={memberId}>
            <span>
              <bdi>{displayName({ name, email }, memberId)}</bdi>
              {name && email && <small>{email}</small>}
            </span>
            <span class="quiet">{lastSeen === null ? t('overview.never') : <Time at={lastSeen} />}</span>
          </li>
        ))}
      </ul>
      {button}
    </Card>
  )
}

type UserLinkProps = {
  readonly user: User
  readonly range: PeopleProps['range']
  /** Only events of these types; absent: all. */
  readonly types?: readonly number[]
}

function UserLink({ user, range, types = [] }: UserLinkProps): JSX.Element {
  const { t, organization } = useApp()
  const call = displayName(user, user.userId)
  return (
    <Link
      to={pathTo(organization.id, 'events', { actingUserId: user.userId, type: types.join(), ...range })}
      aria-label={t('overview.eventsOfUser', { user: call })}
    >
      <bdi>{call}</bdi>
    </Link>
  )
}
