// The sample events of an alert: time, sentence, actor and origin.
import type { JSX } from 'preact'
import { deviceTypes } from '../../src/domain/events/device-types.ts'
import { useApp } from '../app/context.ts'
import { pathToSubject, type Subject } from '../app/router.ts'
import type { ListedEvent } from '../events/event.ts'
import { Sentence } from '../events/sentence.tsx'
import { subjectIn } from '../events/subjects.ts'
import { Badge, Link, Time } from '../ui/index.ts'
import type { Alert } from './alert.ts'
import { placeWords } from './places.ts'

type Shown = Pick<Alert, 'samples' | 'places'>

/** Shows events in the order given, with where their addresses are if that is known. */
export function Samples({
  events,
  places,
}: Pick<Shown, 'places'> & { readonly events: Shown['samples'] }): JSX.Element {
  const { t, organization } = useApp()
  if (events.length === 0) return <p class="quiet">{t('alerts.one.samplesNone')}</p>
  return (
    <ol class="samples">
      {events.map((event) => (
        <li key={event.id}>
          <span>
            <Sentence event={event} linked />{' '}
            {event.isCritical && <Badge tone="critical" text={t('alerts.one.critical')} />}
          </span>
          <small>
            <Time at={event.date} />
            {factsOf(event, places).map(({ text, subject }) => (
              <bdi key={text}>{subject ? <Link to={pathToSubject(organization.id, subject)}>{text}</Link> : text}</bdi>
            ))}
          </small>
        </li>
      ))}
    </ol>
  )
}

/** The actor, the address with its country and network, and the app, as far as they are known. */
function factsOf(event: ListedEvent, places: Shown['places']): readonly Fact[] {
  const { actor, actingUserId, ipAddress, deviceType } = event
  const app = deviceType === null ? null : (deviceTypes[deviceType]?.title ?? `${deviceType}`)
  return [
    ...factOf(actor.name, actingUserId === null ? undefined : subjectIn('actingUserId', actingUserId)),
    ...factOf(ipAddress, ipAddress === null ? undefined : subjectIn('ipAddress', ipAddress)),
    ...placeWords(ipAddress, places).flatMap((words) => factOf(words)),
    ...factOf(app),
  ]
}

/** A word or more about an event, and whose page says more. */
type Fact = { readonly text: string; readonly subject: Subject | undefined }

const factOf = (text: string | null, subject?: Subject): readonly Fact[] => (text ? [{ text, subject }] : [])
