// /organizations/{id}/alerting-hours: owners and admins say in which time zone and when people of the organization work.
import { readHours, setHours } from '../../application/alerts/change-hours.ts'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { AlertingHoursInput } from '../../domain/alerts/hours/alerting-hours.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { ok, respondTo } from '../http/responses.ts'

export type AlertingHoursPorts = ManagerPorts & ChangeRulesPorts & { readonly address: AddressSettings }

/** GET /organizations/{id}/alerting-hours */
export const readAlertingHours = forManagers(async (_request, organizationId, ports: AlertingHoursPorts) =>
  ok(await readHours(ports, organizationId)),
)

/** PUT /organizations/{id}/alerting-hours: replaces all of them. */
export const setAlertingHours = forManagers(async (request, organizationId, ports: AlertingHoursPorts, caller) => {
  const body = await readJson(request, AlertingHoursInput)
  if (body.kind !== 'json') return respondTo(body)

  return ok(await setHours(ports, authorOf(request, organizationId, caller, ports), body.value))
})
