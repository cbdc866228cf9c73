// /organizations/{id}/alert-rules/verdicts: owners and admins see which rules were right, and what would have silenced the others.
import { readRuleVerdicts } from '../../application/alerts/triage/rule-verdicts.ts'
import { forManagers } from '../http/managers.ts'
import { ok } from '../http/responses.ts'
import type { TriagePorts } from './incidents.ts'

/** GET /organizations/{id}/alert-rules/verdicts: every rule with an incident of the last 30 days. */
export const listRuleVerdicts = forManagers(async (_request, organizationId, ports: TriagePorts) => {
  const { verdicts, isPartial } = await readRuleVerdicts(ports, organizationId)
  return ok({ object: 'list', data: verdicts, isPartial })
})
