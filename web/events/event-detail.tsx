// Everything there is about one event: in words, by member with copies and filters, and as the API gave it.
import type { JSX } from 'preact'
import { eventTypeOf } from '../../src/domain/events/event-types.ts'
import { appOf } from '../../src/domain/log/export/apps.ts'
import { useApp } from '../app/context.ts'
import type { Translate } from '../locale/i18n.ts'
import { Button, Copy, Icon, localTime, Panel, utcTime } from '../ui/index.ts'
import { type ListedEvent, sentenceOf } from './event.ts'
import { nameMemberOf } from './event-names.ts'
import { canFilterBy } from './filters/filters.ts'
import { Sentence } from './sentence.tsx'

type EventDetailProps = {
  readonly event: ListedEvent
  readonly onClose: () => void
  readonly only: (name: string, value: string) => void
}

/** The members that a list filters by, and the parameter it takes. */
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

/** Shown by other means than in the list of members. */
const apart: ReadonlySet<string> = new Set(['object', 'id', 'type', 'date', 'deviceType'])

export function EventDetail({ event, onClose, only }: EventDetailProps): JSX.Element {
  const { t, language } = useApp()
  const { raw } = event
  const json = JSON.stringify(raw, null, 2)
  const names = new Set(Object.keys(raw).map(nameMemberOf))
  const members = Object.entries(raw).filter(
    ([name, value]) => value !== null && value !== '' && !apart.has(name) && !names.has(name),
  )
  const typeName = eventTypeOf(event.type)?.name
  return (
    <Panel title={t('events.detail.title')} onClose={onClose} subject={event.id} class="event-detail">
      <div class="saying">
        <p>
          <Sentence event={event} />
        </p>
        <Copy text={sentenceOf(event)} label={t('events.detail.sentence')} />
      </div>
      <dl class="members">
        <Member name={t('events.detail.localTime')} text={localTime(event.date, language)} />
        <Member name={t('events.detail.utcTime')} text={utcTime(event.date)} copy={event.date} />
        <Member
          name={t('events.detail.type')}
          text={typeName === undefined ? `${event.type}` : `${event.type} ${typeName}`}
          copy={`${event.type}`}
          onOnly={() => only('type', `${event.type}`)}
        />
        <Member
          name={t('events.detail.app')}
          text={appOf(event.deviceType ?? undefined).name}
          {...(event.deviceType !== null && { onOnly: () => only('device', `${event.deviceType}`) })}
        />
        {members.map(([name, value]) => {
          const parameter = filterOf[name]
          const called = raw[nameMemberOf(name)]
          return (
            <Member
              key={name}
              name={labelOf(name, t)}
              text={String(value)}
              copy={String(value)}
              {...(typeof called === 'string' && { called })}
              {...(parameter !== undefined &&
                canFilterBy(parameter, String(value)) && { onOnly: () => only(parameter, String(value)) })}
            />
          )
        })}
        <Member name="id" text={event.id} copy={event.id} />
      </dl>
      <details class="raw">
        <summary>{t('events.detail.raw')}</summary>
        <Copy text={json} label={t('events.detail.raw')} caption={t('events.detail.copyRaw')} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must come to it */}
        <section class="scrolling" tabIndex={0} aria-label={t('events.detail.raw')}>
          <pre>{json}</pre>
        </section>
      </details>
    </Panel>
  )
}

/** What people call a member; those that have no word of their own keep the API's. */
function labelOf(member: string, t: Translate): string {
  const known = labelled.find((each) => each === member)
  return known === undefined ? member : t(`events.member.${known}`)
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
  'clientDate',
] as const

type MemberProps = {
  readonly name: string
  readonly text: string
  /** The name of what the text identifies. */
  readonly called?: string
  readonly copy?: string
  readonly onOnly?: () => void
}

function Member({ name, text, called, copy, onOnly }: MemberProps): JSX.Element {
  const { t } = useApp()
  return (
    <div class="member">
      <dt>{name}</dt>
      <dd>
        <span class="value">
          {called !== undefined && <bdi class="called">{called}</bdi>}
          <bdi>{text}</bdi>
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
