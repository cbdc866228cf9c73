// The sample events of an alert: time, sentence, actor and origin.
import type { JSX } from 'preact'
import { deviceTypes } from '../../src/domain/events/device-types.ts'
import { useApp } from '../app/context.ts'
import type { ListedEvent } from '../events/event.ts'
import { Sentence } from '../events/sentence.tsx'
import { Badge, Time } from '../ui/index.ts'
import type { Alert } from './alert.ts'
import { placeWords } from './places.ts'

type Shown = Pick<Alert, 'samples' | 'places'>

/** Shows events in the order given, with where their addresses are if that is known. */
export function Samples({
  events,
  places,
}: Pick<Shown, 'places'> & { readonly events: Shown['samples'] }): JSX.Element {
  const { t } = useApp()
  if (events.length === 0) return <p class="quiet">{t('alerts.one.samplesNone')}</p>
  return (
    <ol class="samples">
      {events.map((event) => (
        <li key={event.id}>
          <span>
            <Sentence event={event} />
            {event.raw.itemCritical === true && <Badge tone="critical" text={t('alerts.one.critical')} />}
          </span>
          <small>
            <Time at={event.date} />
            {factsOf(event, places).map((fact) => (
              <bdi key={fact}>{fact}</bdi>
            ))}
          </small>
        </li>
      ))}
    </ol>
  )
}

/** The actor, the address with its country and network, and the app, as far as they are known. */
const factsOf = ({ actor, ipAddress, deviceType }: ListedEvent, places: Shown['places']): readonly string[] =>
  [
    actor.name,
    ipAddress,
    ...placeWords(ipAddress, places),
    deviceType === null ? null : (deviceTypes[deviceType]?.title ?? `${deviceType}`),
  ].flatMap((fact) => (fact ? [fact] : []))
