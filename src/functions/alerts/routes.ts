// Where alerts and incidents are read, alerts acknowledged, incidents triaged, and rules, mutes, exceptions and lists of values set.
import type { Route } from '../http/route.ts'
import {
  type AlertExceptionsPorts,
  createAlertException,
  deleteAlertException,
  listAlertExceptions,
} from './alert-exceptions.ts'
import { type AlertMutesPorts, createAlertMute, deleteAlertMute, listAlertMutes } from './alert-mutes.ts'
import {
  type AlertRulesPorts,
  createAlertRule,
  deleteAlertRule,
  listAlertRules,
  readAlertRule,
  replaceAlertRule,
  setAlertRule,
} from './alert-rules.ts'
import { type AlertingHoursPorts, readAlertingHours, setAlertingHours } from './alerting-hours.ts'
import { type AcknowledgingPorts, acknowledgeAlert, listAlerts, readAlert } from './alerts.ts'
import { listIncidents, readIncident, type TriagePorts, triageIncident } from './incidents.ts'
import { type PreviewRoutePorts, previewAlertRule } from './preview-alert-rule.ts'
import { listRuleVerdicts } from './rule-verdicts.ts'
import { deleteValueList, listValueLists, putValueList, type ValueListsPorts } from './value-lists.ts'

type AlertsRoutesPorts = AcknowledgingPorts &
  AlertExceptionsPorts &
  AlertingHoursPorts &
  AlertMutesPorts &
  AlertRulesPorts &
  TriagePorts &
  PreviewRoutePorts &
  ValueListsPorts

/** Alerts, incidents, alert rules, mutes, exceptions and lists of values. */
export const alertRoutes = [
  {
    name: 'listAlerts',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alerts',
    rate: 'read',
    browser: true,
    handler: listAlerts,
  },
  {
    name: 'readAlert',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alerts/{alertId:guid}',
    rate: 'read',
    browser: true,
    handler: readAlert,
  },
  {
    name: 'acknowledgeAlert',
    methods: ['POST'],
    route: 'organizations/{id:guid}/alerts/{alertId:guid}/acknowledge',
    rate: 'write',
    browser: true,
    handler: acknowledgeAlert,
  },
  {
    name: 'listIncidents',
    methods: ['GET'],
    route: 'organizations/{id:guid}/incidents',
    rate: 'read',
    browser: true,
    handler: listIncidents,
  },
  {
    name: 'triageIncidents',
    methods: ['POST'],
    route: 'organizations/{id:guid}/incidents/triage',
    rate: 'write',
    browser: true,
    handler: triageIncident,
  },
  {
    name: 'readIncident',
    methods: ['GET'],
    route: 'organizations/{id:guid}/incidents/{incidentId:guid}',
    rate: 'read',
    browser: true,
    handler: readIncident,
  },
  {
    name: 'listAlertMutes',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alert-mutes',
    rate: 'read',
    browser: true,
    handler: listAlertMutes,
  },
  {
    name: 'createAlertMute',
    methods: ['POST'],
    route: 'organizations/{id:guid}/alert-mutes',
    rate: 'write',
    browser: true,
    handler: createAlertMute,
  },
  {
    name: 'deleteAlertMute',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/alert-mutes/{muteId:guid}',
    rate: 'write',
    browser: true,
    handler: deleteAlertMute,
  },
  {
    name: 'listAlertExceptions',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alert-exceptions',
    rate: 'read',
    browser: true,
    handler: listAlertExceptions,
  },
  {
    name: 'createAlertException',
    methods: ['POST'],
    route: 'organizations/{id:guid}/alert-exceptions',
    rate: 'write',
    browser: true,
    handler: createAlertException,
  },
  {
    name: 'deleteAlertException',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/alert-exceptions/{exceptionId:guid}',
    rate: 'write',
    browser: true,
    handler: deleteAlertException,
  },
  {
    name: 'readAlertingHours',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alerting-hours',
    rate: 'read',
    browser: true,
    handler: readAlertingHours,
  },
  {
    name: 'setAlertingHours',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/alerting-hours',
    rate: 'write',
    browser: true,
    handler: setAlertingHours,
  },
  {
    name: 'listAlertRules',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alert-rules',
    rate: 'read',
    browser: true,
    handler: listAlertRules,
  },
  {
    name: 'createAlertRule',
    methods: ['POST'],
    route: 'organizations/{id:guid}/alert-rules',
    rate: 'write',
    browser: true,
    handler: createAlertRule,
  },
  {
    name: 'previewAlertRule',
    methods: ['POST'],
    route: 'organizations/{id:guid}/alert-rules/preview',
    rate: 'preview',
    browser: true,
    handler: previewAlertRule,
  },
  {
    name: 'listRuleVerdicts',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alert-rules/verdicts',
    rate: 'read',
    browser: true,
    handler: listRuleVerdicts,
  },
  {
    name: 'readAlertRule',
    methods: ['GET'],
    route: 'organizations/{id:guid}/alert-rules/{ruleId:guid}',
    rate: 'read',
    browser: true,
    handler: readAlertRule,
  },
  {
    name: 'replaceAlertRule',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/alert-rules/{ruleId:guid}',
    rate: 'write',
    browser: true,
    handler: replaceAlertRule,
  },
  {
    name: 'deleteAlertRule',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/alert-rules/{ruleId:guid}',
    rate: 'write',
    browser: true,
    handler: deleteAlertRule,
  },
  {
    name: 'setAlertRule',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/alert-rules/{ruleId:guid}/settings',
    rate: 'write',
    browser: true,
    handler: setAlertRule,
  },
  {
    name: 'listValueLists',
    methods: ['GET'],
    route: 'organizations/{id:guid}/value-lists',
    rate: 'read',
    browser: true,
    handler: listValueLists,
  },
  {
    name: 'putValueList',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/value-lists/{name}',
    rate: 'write',
    browser: true,
    handler: putValueList,
  },
  {
    name: 'deleteValueList',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/value-lists/{name}',
    rate: 'write',
    browser: true,
    handler: deleteValueList,
  },
] as const satisfies readonly Route<AlertsRoutesPorts>[]
