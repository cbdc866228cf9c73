// Targets for tests, one of each kind in the registry: with their secrets in clear, and as requests describe them.
import type { OpenTarget, TargetKind } from '../../../../src/domain/notifications/targets/registry.ts'
import { acsEmail } from './acs-email/samples.ts'
import { datadog } from './datadog/samples.ts'
import { email } from './email/samples.ts'
import { opsgenie } from './opsgenie/samples.ts'
import { pagerDuty } from './pagerduty/samples.ts'
import { slackBot, slackWebhook } from './slack/samples.ts'
import { splunkHec } from './splunk-hec/samples.ts'
import { teams } from './teams/samples.ts'
import { webhook } from './webhook/samples.ts'

export const targets = {
  'slack-webhook': slackWebhook.open,
  'slack-bot': slackBot.open,
  teams: teams.open,
  webhook: webhook.open,
  hec: splunkHec.open,
  datadog: datadog.open,
  pagerduty: pagerDuty.open,
  opsgenie: opsgenie.open,
  email: email.open,
  'acs-email': acsEmail.open,
} as const satisfies { readonly [kind in TargetKind]: OpenTarget<kind> }

export const requestedTargets = {
  'slack-webhook': slackWebhook.request,
  'slack-bot': slackBot.request,
  teams: teams.request,
  webhook: webhook.request,
  hec: splunkHec.request,
  datadog: datadog.request,
  pagerduty: pagerDuty.request,
  opsgenie: opsgenie.request,
  email: email.request,
  'acs-email': acsEmail.request,
} as const satisfies Readonly<Record<TargetKind, object>>
