// The list of incidents: each in a few lines, with a link to its details.
import type { JSX } from 'preact'
import { levelOf } from '../alerts/levels.ts'
import { useApp } from '../app/context.ts'
import { pathToIncident } from '../app/router.ts'
import { Badge, Link, TimeSpan } from '../ui/index.ts'
import { addressesIn, type Incident, whoIn } from './incident.ts'
import { IncidentStates } from './incident-states.tsx'
import { Names } from './names.tsx'

/** How many people, and how many addresses, a row names. */
const namesMax = 3

/** The id of the link of an incident in the list. */
export const linkIdOf = (incidentId: string): string => `incident-${incidentId}`

type IncidentListProps = {
  readonly incidents: readonly Incident[]
  readonly selected: ReadonlySet<string>
  readonly onSelect: (incidentId: string, isSelected: boolean) => void
}

/** Shows incidents in the order given, each with a box that selects it. */
export function IncidentList({ incidents, selected, onSelect }: IncidentListProps): JSX.Element {
  const { t, organization, query } = useApp()
  return (
    <ul class="alert-list" aria-label={t('incidents.list')}>
      {incidents.map((incident) => (
        <li key={incident.id} class={`alert-row incident-row ${levelOf(incident.level)}`}>
          <input
            type="checkbox"
            aria-label={t('incidents.select.one', { title: incident.title })}
            checked={selected.has(incident.id)}
            onChange={(event) => onSelect(incident.id, event.currentTarget.checked)}
          />
          <div class="alert-title">
            <Badge tone={levelOf(incident.level)} text={t(`alerts.level.${levelOf(incident.level)}`)} />
            <Link id={linkIdOf(incident.id)} to={pathToIncident(organization.id, incident.id, query)}>
              <bdi>{incident.title}</bdi>
            </Link>
          </div>
          <p class="alert-facts">
            <TimeSpan from={incident.from} to={incident.to} reachable={false} />
            <Names names={whoIn(incident)} max={namesMax} />
            <Names names={addressesIn(incident)} max={namesMax} />
            <span>{t('incidents.alertCount', { count: incident.alertCount })}</span>
            <IncidentStates incident={incident} />
          </p>
        </li>
      ))}
    </ul>
  )
}
