// The sample events of an alert: time, sentence, actor and origin.
import type { JSX } from 'preact'
import { deviceTypes } from '../../src/domain/events/device-types.ts'
import { useApp } from '../app/context.ts'
import type { ListedEvent } from '../events/event.ts'
import { Sentence } from '../events/sentence.tsx'
import { Time } from '../ui/index.ts'

/** Shows events in the order given. */
export function Samples({ events }: { readonly events: readonly ListedEvent[] }): JSX.Element {
  const { t } = useApp()
  if (events.length === 0) return <p class="quiet">{t('alerts.one.samplesNone')}</p>
  return (
    <ol class="samples">
      {events.map((event) => (
        <li key={event.id}>
          <span>
            <Sentence event={event} />
          </span>
          <small>
            <Time at={event.date} />
            {factsOf(event).map((fact) => (
              <bdi key={fact}>{fact}</bdi>
            ))}
          </small>
        </li>
      ))}
    </ol>
  )
}

/** The actor, the address and the app, as far as the event has them. */
const factsOf = ({ actor, ipAddress, deviceType }: ListedEvent): readonly string[] =>
  [actor.name, ipAddress, deviceType === null ? null : (deviceTypes[deviceType]?.title ?? `${deviceType}`)].flatMap(
    (fact) => (fact ? [fact] : []),
  )
