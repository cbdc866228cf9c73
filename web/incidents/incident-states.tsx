// The state of an incident, and whose it is.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Badge } from '../ui/index.ts'
import type { Incident } from './incident.ts'
import { assigneeName } from './triage/triage.ts'

/** Shows both in words. */
export function IncidentStates({ incident }: { readonly incident: Incident }): JSX.Element {
  const { t } = useApp()
  const { state, assignee, closed, closedBefore } = incident
  return (
    <span class="alert-states">
      <Badge tone={state === 'open' || state === 'muted' ? 'neutral' : 'good'} text={t(`incidents.state.${state}`)} />
      {closed && <Badge text={t(`incidents.verdict.${closed.verdict}`)} />}
      {closedBefore && <Badge tone="medium" text={t('incidents.state.again')} />}
      {assignee && <span>{t('incidents.state.assigned', { user: isolated(assigneeName(assignee)) })}</span>}
    </span>
  )
}
