// Acts on incidents: sends it, puts what came of it into what is shown, and says so.
import { ApiProblem } from '../../api/client.ts'
import { useApp } from '../../app/context.ts'
import type { Translate } from '../../locale/i18n.ts'
import { type Incident, incidentOf } from '../incident.ts'
import { type TriageAction, type TriageResult, triageResultsOf } from './triage.ts'

/** Most incidents of one request. */
const idsMax = 100

/** Acts on incidents; throws ApiProblem. */
export type Act = (incidentIds: readonly string[], action: TriageAction) => Promise<void>

/** `put` takes each incident as it is afterwards. */
export function useTriage(put: (incident: Incident) => void): Act {
  const { api, organization, say, t } = useApp()
  const path = `/organizations/${organization.id}/incidents/triage`
  return async (incidentIds, action) => {
    const results: TriageResult<Incident>[] = []
    for (let start = 0; start < incidentIds.length; start += idsMax) {
      const body = { incidentIds: incidentIds.slice(start, start + idsMax), action }
      const some = await api.send('POST', path, body, (json) => triageResultsOf(json, incidentOf))
      for (const { incident } of some) if (incident !== null) put(incident)
      results.push(...some)
    }
    if (results.some(({ result }) => result === 'full')) throw new ApiProblem(400, t('incidents.triage.full'))
    say(outcomeText(results, action, t))
  }
}

/** What became of the incidents, in a few words. */
export function outcomeText(
  results: readonly Pick<TriageResult<unknown>, 'result'>[],
  action: Pick<TriageAction, 'kind'>,
  t: Translate,
): string {
  const count = (which: TriageResult<unknown>['result']) => results.filter(({ result }) => result === which).length
  const [changed, unchanged, notFound] = [count('changed'), count('unchanged'), count('notFound')]
  return [
    changed > 0 && t(`incidents.done.${action.kind}`, { count: changed }),
    unchanged > 0 && t('incidents.triage.unchanged', { count: unchanged }),
    notFound > 0 && t('incidents.triage.notFound', { count: notFound }),
  ]
    .filter((part) => part !== false)
    .join(' ')
}
