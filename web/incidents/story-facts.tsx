// An incident's story in facts: who, from where, what was taken, when.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { useFirst } from '../overview/use-first.tsx'
import { Badge, Fact, Link, Time, TimeSpan } from '../ui/index.ts'
import type { IncidentDetail } from './incident.ts'
import type { Person, StoryAddress, Taken, TakenItem } from './story.ts'
import { placeText, takenText, waysText } from './story-texts.ts'

type Range = { readonly start: string; readonly end: string }

/** Shows the facts; names lead to their events around the incident. */
export function StoryFacts({ incident }: { readonly incident: IncidentDetail }): JSX.Element {
  const { t } = useApp()
  const { from, to, story } = incident
  const range = rangeAround(from, to)
  const acted = story.who.filter(({ role }) => role === 'acted')
  const targets = story.who.filter(({ role }) => role === 'target')
  return (
    <dl class="facts">
      {acted.length > 0 && (
        <Fact name={t('incidents.one.acted')}>
          <People people={acted} range={range} />
        </Fact>
      )}
      {targets.length > 0 && (
        <Fact name={t('incidents.one.target')}>
          <People people={targets} range={range} />
        </Fact>
      )}
      {story.addresses.length > 0 && (
        <Fact name={t('incidents.one.from')}>
          <Addresses addresses={story.addresses} range={range} />
        </Fact>
      )}
      <Fact name={t('incidents.one.taken')}>
        <TakenThings taken={story.taken} range={range} />
      </Fact>
      <Fact name={t('incidents.one.when')}>
        <TimeSpan from={from} to={to} />
      </Fact>
    </dl>
  )
}

const [beforeMs, afterMs] = [3_600_000, 86_400_000]

/** The time of which the timeline has events: from an hour before until a day after. */
function rangeAround(from: string, to: string): Range {
  const shifted = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString()
  return { start: shifted(from, -beforeMs), end: shifted(to, afterMs) }
}

function People({ people, range }: { readonly people: readonly Person[]; readonly range: Range }): JSX.Element {
  const { organization } = useApp()
  const { shown, button } = useFirst(people)
  return (
    <>
      <ul class="plain-list">
        {shown.map(({ kind, value, label }) => (
          <li key={value}>
            {kind === 'person' ? (
              <Link to={pathTo(organization.id, 'events', { ...range, actingUserId: value })}>
                <bdi>{label ?? value}</bdi>
              </Link>
            ) : (
              <bdi>{label ?? value}</bdi>
            )}
          </li>
        ))}
      </ul>
      {button}
    </>
  )
}

type AddressesProps = { readonly addresses: readonly StoryAddress[]; readonly range: Range }

function Addresses({ addresses, range }: AddressesProps): JSX.Element {
  const { organization, t } = useApp()
  const { shown, button } = useFirst(addresses)
  return (
    <>
      <ul class="plain-list">
        {shown.map(({ address, isNew, place }) => (
          <li key={address}>
            <Link to={pathTo(organization.id, 'events', { ...range, ipAddress: address })}>{address}</Link>{' '}
            {isNew && <Badge tone="high" text={t('incidents.one.newAddress')} />} <bdi>{placeText(place, t)}</bdi>
          </li>
        ))}
      </ul>
      {button}
    </>
  )
}

function TakenThings({ taken, range }: { readonly taken: Taken; readonly range: Range }): JSX.Element {
  const { t } = useApp()
  const critical = taken.items.filter(({ isCritical }) => isCritical)
  const others = taken.items.filter(({ isCritical }) => !isCritical)
  return (
    <>
      <p>{takenText(taken, t)}</p>
      {taken.exports.map(({ at, what, by }) => (
        <p key={at}>
          {t(`incidents.export.${what}`)} <bdi>{by}</bdi>, <Time at={at} />
        </p>
      ))}
      {critical.length > 0 && <Items items={critical} range={range} />}
      {others.length > 0 && (
        <details>
          <summary>{t('incidents.taken.others', { count: others.length })}</summary>
          <Items items={others} range={range} />
        </details>
      )}
    </>
  )
}

function Items({ items, range }: { readonly items: readonly TakenItem[]; readonly range: Range }): JSX.Element {
  const { organization, t } = useApp()
  const { shown, button } = useFirst(items)
  return (
    <>
      <ul class="plain-list">
        {shown.map((item) => (
          <li key={item.itemId}>
            <Link to={pathTo(organization.id, 'events', { ...range, itemId: item.itemId })}>
              <bdi>{item.name ?? item.itemId.slice(0, 8)}</bdi>
            </Link>{' '}
            {item.isCritical && <Badge tone="critical" text={t('alerts.one.critical')} />} {waysText(item, t)}
          </li>
        ))}
      </ul>
      {button}
    </>
  )
}
