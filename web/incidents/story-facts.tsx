// An incident's story in facts: who, from where, what was taken, when.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathTo, pathToSubject } from '../app/router.ts'
import { useFirst } from '../overview/use-first.tsx'
import { Badge, Fact, Link, Time, TimeSpan } from '../ui/index.ts'
import type { IncidentDetail } from './incident.ts'
import type { Person, StoryAddress, Taken, TakenItem } from './story.ts'
import { changedText, placeText, takenText, waysText } from './story-texts.ts'

type Range = { readonly start: string; readonly end: string }

/** Shows the facts; names lead to what is known of each. */
export function StoryFacts({ incident }: { readonly incident: IncidentDetail }): JSX.Element {
  const { t } = useApp()
  const { from, to, story } = incident
  const acted = story.who.filter(({ role }) => role === 'acted')
  const targets = story.who.filter(({ role }) => role === 'target')
  return (
    <dl class="facts">
      {acted.length > 0 && (
        <Fact name={t('incidents.one.acted')}>
          <People people={acted} />
        </Fact>
      )}
      {targets.length > 0 && (
        <Fact name={t('incidents.one.target')}>
          <People people={targets} />
        </Fact>
      )}
      {story.addresses.length > 0 && (
        <Fact name={t('incidents.one.from')}>
          <Addresses addresses={story.addresses} range={rangeAround(from, to)} />
        </Fact>
      )}
      <Fact name={t('incidents.one.taken')}>
        <TakenThings taken={story.taken} />
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

function People({ people }: { readonly people: readonly Person[] }): JSX.Element {
  const { organization } = useApp()
  const { shown, button } = useFirst(people)
  return (
    <>
      <ul class="plain-list">
        {shown.map(({ kind, value, label }) => (
          <li key={value}>
            {kind === 'person' ? (
              <Link to={pathToSubject(organization.id, { kind, id: value })}>
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

/** The page about an address; of a network, its events around the incident. */
const addressPath = (organizationId: string, address: string, range: Range): string =>
  address.includes('/')
    ? pathTo(organizationId, 'events', { ...range, ipAddress: address })
    : pathToSubject(organizationId, { kind: 'address', id: address })

type AddressesProps = { readonly addresses: readonly StoryAddress[]; readonly range: Range }

function Addresses({ addresses, range }: AddressesProps): JSX.Element {
  const { organization, t } = useApp()
  const { shown, button } = useFirst(addresses)
  return (
    <>
      <ul class="plain-list">
        {shown.map(({ address, isNew, place }) => (
          <li key={address}>
            <Link to={addressPath(organization.id, address, range)}>{address}</Link>{' '}
            {isNew && <Badge tone="high" text={t('incidents.one.newAddress')} />} <bdi>{placeText(place, t)}</bdi>
          </li>
        ))}
      </ul>
      {button}
    </>
  )
}

function TakenThings({ taken }: { readonly taken: Taken }): JSX.Element {
  const { t } = useApp()
  const critical = taken.items.filter(({ isCritical }) => isCritical)
  const others = taken.items.filter(({ isCritical }) => !isCritical)
  return (
    <>
      <p>{takenText(taken, t)}</p>
      {taken.items.length > 0 && <p>{changedText(taken, t)}</p>}
      {taken.exports.map(({ at, what, by }) => (
        <p key={at}>
          {t(`incidents.export.${what}`)} <bdi>{by}</bdi>, <Time at={at} />
        </p>
      ))}
      {critical.length > 0 && <Items items={critical} />}
      {others.length > 0 && (
        <details>
          <summary>{t('incidents.taken.others', { count: others.length })}</summary>
          <Items items={others} />
        </details>
      )}
    </>
  )
}

function Items({ items }: { readonly items: readonly TakenItem[] }): JSX.Element {
  const { organization, t } = useApp()
  const { shown, button } = useFirst(items)
  return (
    <>
      <ul class="plain-list">
        {shown.map((item) => (
          <li key={item.itemId}>
            <Link to={pathToSubject(organization.id, { kind: 'item', id: item.itemId })}>
              <bdi>{item.name ?? item.itemId.slice(0, 8)}</bdi>
            </Link>{' '}
            {item.isCritical && <Badge tone="critical" text={t('alerts.one.critical')} />} {waysText(item, t)}{' '}
            {item.changedAt !== null && <Badge tone="good" text={t('incidents.taken.since')} />}
          </li>
        ))}
      </ul>
      {button}
    </>
  )
}
