// Everything about one event: its sentence, its properties to copy and filter by, and the JSON of the API.
import type { JSX } from 'preact'
import { eventTypeOf } from '../../src/domain/events/event-types.ts'
import { systemUserName } from '../../src/domain/events/system-users.ts'
import { appOf } from '../../src/domain/log/export/apps.ts'
import type { JsonRecord } from '../api/read.ts'
import { type OrganizationInfo, useApp } from '../app/context.ts'
import { pathToSubject } from '../app/router.ts'
import type { Translate } from '../locale/i18n.ts'
import { Badge, Button, Copy, Icon, Link, localTime, Panel, utcTime } from '../ui/index.ts'
import { type ListedEvent, sentenceOf } from './event.ts'
import { namePropertyOf } from './event-names.ts'
import { canFilterBy } from './filters/filters.ts'
import { Sentence } from './sentence.tsx'
import { subjectIn } from './subjects.ts'

type EventDetailProps = {
  readonly event: ListedEvent
  readonly onClose: () => void
  readonly only: (name: string, value: string) => void
  /** Lists all events around this one. */
  readonly onAround: () => void
}

/** The properties that the list filters by, with the parameter of each. */
const filterOf: Readonly<Record<string, string>> = {
  actingUserId: 'actingUserId',
  cipherId: 'itemId',
  collectionId: 'collectionId',
  groupId: 'groupId',
  policyId: 'policyId',
  organizationUserId: 'memberId',
  secretId: 'secretId',
  projectId: 'projectId',
  ipAddress: 'ipAddress',
  deviceType: 'device',
  type: 'type',
}

/** Properties that are not listed, as they are shown elsewhere. */
const shownElsewhere: ReadonlySet<string> = new Set(['object', 'id', 'type', 'date', 'deviceType', 'itemCritical'])

export function EventDetail({ event, onClose, only, onAround }: EventDetailProps): JSX.Element {
  const { t, language, organization } = useApp()
  const { raw } = event
  const json = JSON.stringify(raw, null, 2)
  const names = new Set(Object.keys(raw).map(namePropertyOf))
  const properties = Object.entries(raw).filter(
    ([name, value]) => value !== null && value !== '' && !shownElsewhere.has(name) && !names.has(name),
  )
  const typeName = eventTypeOf(event.type)?.name
  return (
    <Panel title={t('events.detail.title')} onClose={onClose} subject={event.id} class="event-detail">
      <div class="sentence">
        <p>
          <Sentence event={event} linked /> {event.isCritical && <Badge tone="critical" text={t('events.critical')} />}
        </p>
        <Copy text={sentenceOf(event)} label={t('events.detail.sentence')} />
      </div>
      <Button class="around" onClick={onAround}>
        {t('events.detail.around')}
      </Button>
      <dl class="properties">
        <Property name={t('events.detail.localTime')} text={localTime(event.date, language)} />
        <Property name={t('events.detail.utcTime')} text={utcTime(event.date)} copy={event.date} />
        <Property
          name={t('events.detail.type')}
          text={typeName === undefined ? `${event.type}` : `${event.type} ${typeName}`}
          copy={`${event.type}`}
          onOnly={() => only('type', `${event.type}`)}
        />
        <Property
          name={t('events.detail.app')}
          text={appOf(event.deviceType ?? undefined).name}
          {...(event.deviceType !== null && { onOnly: () => only('device', `${event.deviceType}`) })}
        />
        {properties.map(([name, value]) => {
          const parameter = filterOf[name]
          const called = calledOf(raw, name, organization)
          const subject = subjectIn(name, String(value))
          return (
            <Property
              key={name}
              name={labelOf(name, t)}
              text={String(value)}
              copy={String(value)}
              {...(called !== undefined && { called })}
              {...(subject && { to: pathToSubject(organization.id, subject) })}
              {...(parameter !== undefined &&
                canFilterBy(parameter, String(value)) && { onOnly: () => only(parameter, String(value)) })}
            />
          )
        })}
        <Property name="id" text={event.id} copy={event.id} />
      </dl>
      <details class="raw">
        <summary>{t('events.detail.raw')}</summary>
        <Copy text={json} label={t('events.detail.raw')} caption={t('events.detail.copyRaw')} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        <section class="scrolling" tabIndex={0} aria-label={t('events.detail.raw')}>
          <pre>{json}</pre>
        </section>
      </details>
    </Panel>
  )
}

/** What people call the value of a property; undefined where only the value is known. */
function calledOf(raw: JsonRecord, name: string, organization: OrganizationInfo): string | undefined {
  if (name === 'systemUser') return systemUserName(Number(raw[name]))
  if (name === 'organizationId' && raw[name] === organization.id) return organization.name ?? undefined
  const called = raw[namePropertyOf(name)]
  return typeof called === 'string' ? called : undefined
}

/** The label of a property; the API's name if the page has none. */
function labelOf(property: string, t: Translate): string {
  const known = labelled.find((each) => each === property)
  return known === undefined ? property : t(`events.property.${known}`)
}

const labelled = [
  'userId',
  'organizationId',
  'providerId',
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
  'organizationUserId',
  'actingUserId',
  'actingUserEmail',
  'secretId',
  'projectId',
  'serviceAccountId',
  'sendId',
  'objectId',
  'ipAddress',
  'domainName',
  'systemUser',
  'clientDate',
] as const

type PropertyProps = {
  readonly name: string
  readonly text: string
  /** The name for an id. */
  readonly called?: string
  readonly copy?: string
  /** The path of the page about it. */
  readonly to?: string
  readonly onOnly?: () => void
}

function Property({ name, text, called, copy, to, onOnly }: PropertyProps): JSX.Element {
  const { t } = useApp()
  return (
    <div class="property">
      <dt>{name}</dt>
      <dd>
        <span class="value">
          {called !== undefined && <bdi class="name">{to ? <Link to={to}>{called}</Link> : called}</bdi>}
          <bdi>{to && called === undefined ? <Link to={to}>{text}</Link> : text}</bdi>
        </span>
        {copy !== undefined && <Copy text={copy} label={name} />}
        {onOnly && (
          <Button look="quiet" aria-label={t('events.detail.only', { name, value: called ?? text })} onClick={onOnly}>
            <Icon name="filter" />
          </Button>
        )}
      </dd>
    </div>
  )
}
