// The routes of alert rules, ready to be called: on memory, with Acme, Globex and their people.
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import {
  createAlertRule,
  deleteAlertRule,
  listAlertRules,
  readAlertRule,
  replaceAlertRule,
  setAlertRule,
} from '../../../src/functions/alerts/alert-rules.ts'
import { previewAlertRule } from '../../../src/functions/alerts/preview-alert-rule.ts'
import type { Places } from '../../../src/ports/alerts/places.ts'
import type { RuleConfigurations } from '../../../src/ports/alerts/rule-configurations.ts'
import { call } from '../calls.ts'
import { acme } from '../events.ts'
import { alertPorts } from './alerts.ts'
import { selecting } from './rules.ts'

/** A rule over events of this type, with this id. */
export const viewing = (id: string, type = 1107) => `${selecting(`{type: ${type}}`)}id: ${id}\n`

type By = { readonly token?: string | undefined; readonly org?: string }

/** `changed` takes the place of what is on memory. */
export async function alertRuleRoutes(
  changed: { readonly configurations?: RuleConfigurations; readonly places?: Places | undefined } = {},
) {
  const { ports: alertsPorts, ...more } = await alertPorts()
  const ports = { ...alertsPorts, store: memoryEventStore(), ...changed }
  const to = (by: By, ruleId?: string) => ({
    params: { id: by.org ?? acme, ...(ruleId !== undefined && { ruleId }) },
    ...(by.token !== undefined && { token: by.token }),
  })
  return {
    ...more,
    ports,
    list: (by: By) => call(listAlertRules(ports), to(by)),
    read: (id: string, by: By) => call(readAlertRule(ports), to(by, id)),
    create: (body: unknown, by: By) => call(createAlertRule(ports), { method: 'POST', body, ...to(by) }),
    replace: (id: string, body: unknown, by: By) =>
      call(replaceAlertRule(ports), { method: 'PUT', body, ...to(by, id) }),
    remove: (id: string, by: By) => call(deleteAlertRule(ports), { method: 'DELETE', ...to(by, id) }),
    set: (id: string, body: unknown, by: By) => call(setAlertRule(ports), { method: 'PUT', body, ...to(by, id) }),
    preview: (body: unknown, by: By) => call(previewAlertRule(ports), { method: 'POST', body, ...to(by) }),
  }
}
