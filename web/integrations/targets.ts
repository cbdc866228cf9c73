// The targets of integrations: the fields of each, what is shown of it, and what is sent to the API. A new target is an entry here, and its texts. Pure.
import { listOrEmpty, number, oneOf, record, text, textItem, textOrNull, type Unread } from '../api/read.ts'
import type * as Api from '../api/types.ts'
import type { TextKey } from '../locale/i18n.ts'

export type TargetKind = Api.Target['kind']

/** A secret of a target. For an empty field of a generated one, the app creates the secret. */
export type Secret = {
  readonly label: TextKey
  readonly input: 'url' | 'password'
  readonly generated: boolean
  /** Shown beside the field of a new integration. */
  readonly hint?: TextKey
}

/** The secrets of targets. An address is secret too, but is shown while it is typed. */
export const secrets = {
  url: { label: 'integrations.form.url', input: 'url', generated: false },
  token: { label: 'integrations.form.token', input: 'password', generated: false },
  secret: {
    label: 'integrations.form.secret',
    input: 'password',
    generated: true,
    hint: 'integrations.form.secretHint',
  },
  apiKey: { label: 'integrations.form.apiKey', input: 'password', generated: false },
  routingKey: { label: 'integrations.form.routingKey', input: 'password', generated: false },
  password: { label: 'integrations.form.password', input: 'password', generated: false },
  accessKey: {
    label: 'integrations.form.accessKey',
    input: 'password',
    generated: false,
    hint: 'integrations.form.accessKeyHint',
  },
} as const satisfies Readonly<Record<Api.Integration['unreadableSecrets'][number], Secret>>
export type SecretName = keyof typeof secrets

/** Every secret before anything is typed. */
export const noSecrets: Readonly<Record<SecretName, string>> = {
  url: '',
  token: '',
  secret: '',
  apiKey: '',
  routingKey: '',
  password: '',
  accessKey: '',
}

/** The typed value of a field; a switch is true or false; each line of `lines` is an item. */
export type FieldValue = string | boolean

/** A field of a target that is not secret. `isHost`: a URL may be typed in place of its host. */
export type TargetField = { readonly name: string; readonly label: TextKey } & (
  | {
      readonly kind: 'line'
      readonly required: boolean
      readonly hint: TextKey
      readonly charsMax?: number
      readonly isHost?: true
    }
  | { readonly kind: 'lines'; readonly required: boolean; readonly hint: TextKey }
  | { readonly kind: 'number'; readonly required: true; readonly hint: TextKey; readonly initial: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** `fact`: what the details show while it is on. */
  | { readonly kind: 'switch'; readonly fact: { readonly label: TextKey; readonly text: TextKey } }
)

type TargetDescription = {
  /** In the order in which the form asks for them. */
  readonly secrets: readonly SecretName[]
  /** Shown in an empty field for the address. */
  readonly urlExample: string
  readonly fields: readonly TargetField[]
  /** What shows where it sends: `host`, of its address, or the name of a field. */
  readonly shownBy: string
  /** Whether programs read it, which are notified of each alert; people, of incidents. */
  readonly isForPrograms?: true
  /** Whether its signing secret can be rotated. */
  readonly rotates: boolean
}

const optionalLine = (name: string, label: TextKey): TargetField => ({
  kind: 'line',
  name,
  label,
  required: false,
  hint: 'integrations.form.optional',
  charsMax: 100,
})

const neededLine = (name: string, label: TextKey, hint: TextKey): Extract<TargetField, { kind: 'line' }> => ({
  kind: 'line',
  name,
  label,
  required: true,
  hint,
})

const mailRecipients: TargetField = {
  kind: 'lines',
  name: 'to',
  label: 'integrations.form.mailTo',
  required: true,
  hint: 'integrations.form.mailToHint',
}

/** The sites of Datadog. */
export const datadogSites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
] as const satisfies readonly Api.DatadogSite[]

/** The service regions of PagerDuty. */
export const pagerDutySites = [
  'events.pagerduty.com',
  'events.eu.pagerduty.com',
] as const satisfies readonly Api.PagerDutySite[]

/** Where Opsgenie, and Jira Service Management, take alerts. */
export const opsgenieSites = [
  'api.opsgenie.com',
  'api.eu.opsgenie.com',
  'api.atlassian.com',
] as const satisfies readonly Api.OpsgenieSite[]

/** Every target, in the order of the form's choice. */
export const targets: Readonly<Record<TargetKind, TargetDescription>> = {
  'slack-webhook': {
    secrets: ['url'],
    urlExample: 'https://hooks.slack.com/services/…',
    fields: [],
    shownBy: 'host',
    rotates: false,
  },
  'slack-bot': {
    secrets: ['token'],
    urlExample: '',
    fields: [
      {
        kind: 'line',
        name: 'channel',
        label: 'integrations.form.channel',
        required: true,
        hint: 'integrations.form.channelHint',
      },
    ],
    shownBy: 'channel',
    rotates: false,
  },
  teams: {
    secrets: ['url'],
    urlExample: 'https://….logic.azure.com/…',
    fields: [],
    shownBy: 'host',
    rotates: false,
  },
  webhook: {
    secrets: ['url', 'secret'],
    urlExample: 'https://…',
    fields: [
      {
        kind: 'switch',
        name: 'batch',
        label: 'integrations.form.batch',
        fact: { label: 'integrations.detail.posts', text: 'integrations.detail.batched' },
      },
    ],
    shownBy: 'host',
    isForPrograms: true,
    rotates: true,
  },
  hec: {
    secrets: ['url', 'token'],
    urlExample: 'https://…:8088',
    fields: [optionalLine('index', 'integrations.form.index'), optionalLine('source', 'integrations.form.source')],
    shownBy: 'host',
    isForPrograms: true,
    rotates: false,
  },
  datadog: {
    secrets: ['apiKey'],
    urlExample: '',
    fields: [
      { kind: 'choice', name: 'site', label: 'integrations.form.site', choices: datadogSites },
      optionalLine('service', 'integrations.form.service'),
      {
        kind: 'lines',
        name: 'tags',
        label: 'integrations.form.tags',
        required: false,
        hint: 'integrations.form.tagsHint',
      },
    ],
    shownBy: 'site',
    isForPrograms: true,
    rotates: false,
  },
  pagerduty: {
    secrets: ['routingKey'],
    urlExample: '',
    fields: [{ kind: 'choice', name: 'site', label: 'integrations.form.site', choices: pagerDutySites }],
    shownBy: 'site',
    rotates: false,
  },
  opsgenie: {
    secrets: ['apiKey'],
    urlExample: '',
    fields: [{ kind: 'choice', name: 'site', label: 'integrations.form.site', choices: opsgenieSites }],
    shownBy: 'site',
    rotates: false,
  },
  email: {
    secrets: ['password'],
    urlExample: '',
    fields: [
      neededLine('host', 'integrations.form.mailHost', 'integrations.form.mailHostHint'),
      {
        kind: 'number',
        name: 'port',
        label: 'integrations.form.mailPort',
        required: true,
        hint: 'integrations.form.mailPortHint',
        initial: '587',
      },
      neededLine('user', 'integrations.form.mailUser', 'integrations.form.mailUserHint'),
      neededLine('from', 'integrations.form.mailFrom', 'integrations.form.mailFromHint'),
      mailRecipients,
    ],
    shownBy: 'host',
    rotates: false,
  },
  'acs-email': {
    secrets: ['accessKey'],
    urlExample: '',
    fields: [
      { ...neededLine('host', 'integrations.form.acsHost', 'integrations.form.acsHostHint'), isHost: true },
      neededLine('from', 'integrations.form.mailFrom', 'integrations.form.acsFromHint'),
      mailRecipients,
    ],
    shownBy: 'host',
    rotates: false,
  },
}

/** What a target is notified of unless its integration says otherwise. */
export const perDefault = (kind: TargetKind): 'incident' | 'alert' =>
  targets[kind].isForPrograms ? 'alert' : 'incident'

const isTargetKind = (name: string): name is TargetKind => Object.hasOwn(targets, name)
export const targetKinds: readonly TargetKind[] = Object.keys(targets).filter(isTargetKind)

/** A target without its secrets. `fields` has what the form would show of each field, by name. */
export type Target = {
  readonly kind: TargetKind
  readonly host: string | null
  /** Until when posts are signed with the secret before as well; null if there is none. */
  readonly previousSecretUntil: string | null
  readonly fields: Readonly<Record<string, FieldValue>>
}

/** Reads a target from a response of the API. */
export function targetOf(json: unknown): Target {
  const from = record<Api.Target>(json)
  const kind = oneOf(from, 'kind', targetKinds)
  return {
    kind,
    host: textOrNull(from, 'host'),
    previousSecretUntil: textOrNull(from, 'previousSecretUntil'),
    fields: Object.fromEntries(targets[kind].fields.map((field) => [field.name, valueIn(record(json), field)])),
  }
}

function valueIn(from: Unread<Readonly<Record<string, unknown>>>, { kind, name }: TargetField): FieldValue {
  switch (kind) {
    case 'line':
      return textOrNull(from, name) ?? ''
    case 'lines':
      return listOrEmpty(from, name, textItem).join('\n')
    case 'number':
      return String(number(from, name))
    case 'choice':
      return text(from, name)
    case 'switch':
      return from[name] === true
  }
}

/** The value of a field before anything is typed. */
export function initialValue(field: TargetField): FieldValue {
  if (field.kind === 'switch') return false
  if (field.kind === 'number') return field.initial
  return field.kind === 'choice' ? (field.choices[0] ?? '') : ''
}

/** The value of a field as the API takes it: null for an optional line that is empty. What is no number is sent as it is, and refused. */
export function sentValue(field: TargetField, value: FieldValue): FieldValue | number | readonly string[] | null {
  if (typeof value === 'boolean') return value
  if (field.kind === 'lines') return linesOf(value)
  const line = value.trim()
  if (field.kind === 'number') return /^\d+$/.test(line) ? Number(line) : line
  if (field.kind === 'line' && field.isHost) return hostIn(line)
  return field.kind === 'line' && !field.required && line === '' ? null : line
}

/** The host of a URL without a path; any other text as it is. */
export const hostIn = (line: string): string => line.replace(/^https:\/\/([^/]*)\/?$/i, '$1')

/** The lines of a text that are not blank, trimmed. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Where a target leads, as far as it may be shown. */
export function destinationOf({ kind, host, fields }: Target): string {
  const { shownBy } = targets[kind]
  return shownBy === 'host' ? (host ?? '') : String(fields[shownBy] ?? '')
}
