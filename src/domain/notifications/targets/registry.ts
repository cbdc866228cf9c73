// Every kind of target: a new one is a folder beside this file and an entry here. Pure.
import type * as v from 'valibot'
import { acsEmail } from './acs-email/acs-email.ts'
import { datadog } from './datadog/datadog.ts'
import { previousSecretName, type TargetDefinition } from './definition/definition.ts'
import { email } from './email/email.ts'
import { opsgenie } from './opsgenie/opsgenie.ts'
import { pagerDuty } from './pagerduty/pagerduty.ts'
import { slackBot } from './slack/bot.ts'
import { slackWebhook } from './slack/webhook.ts'
import { splunkHec } from './splunk-hec/splunk-hec.ts'
import { teams } from './teams/teams.ts'
import { webhook } from './webhook/webhook.ts'

/** The definitions, by the `kind` that the API names. */
export const registry = {
  'slack-webhook': slackWebhook,
  'slack-bot': slackBot,
  teams,
  webhook,
  hec: splunkHec,
  datadog,
  pagerduty: pagerDuty,
  opsgenie,
  email,
  'acs-email': acsEmail,
} as const

export type TargetKind = keyof typeof registry

type StoredByKind = { readonly [kind in TargetKind]: v.InferOutput<(typeof registry)[kind]['stored']> }
type InputByKind = { readonly [kind in TargetKind]: v.InferOutput<ReturnType<(typeof registry)[kind]['input']>> }
type OpenByKind = { readonly [kind in TargetKind]: Parameters<(typeof registry)[kind]['request']>[0] }

/** What is sent to a target of a kind. */
export type OutgoingTo<Kind extends TargetKind> = ReturnType<(typeof registry)[Kind]['request']>

/** What is stored of a target in the open. */
export type Target<Kind extends TargetKind = TargetKind> = {
  [kind in Kind]: { readonly kind: kind } & StoredByKind[kind]
}[Kind]
/** What a request says of a target. */
export type TargetInput<Kind extends TargetKind = TargetKind> = {
  [kind in Kind]: { readonly kind: kind } & InputByKind[kind]
}[Kind]
/** A target with its secrets in clear: it lives only while a message is sent. */
export type OpenTarget<Kind extends TargetKind = TargetKind> = {
  [kind in Kind]: { readonly kind: kind } & OpenByKind[kind]
}[Kind]

/** The names of secrets, in the order in which they are shown. */
export type SecretName = (typeof registry)[TargetKind]['secrets'][number] | typeof previousSecretName
export const secretNames: readonly SecretName[] = [
  ...new Set(Object.values(registry).flatMap(({ secrets }): readonly SecretName[] => secrets)),
  previousSecretName,
]

/** The definitions by the types of their own kind. */
export const definitions: {
  readonly [kind in TargetKind]: TargetDefinition<
    Target<kind>,
    TargetInput<kind>,
    OpenTarget<kind>,
    SecretName,
    OutgoingTo<kind>
  >
} = registry
