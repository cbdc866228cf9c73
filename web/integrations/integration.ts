// Integrations as the API answers them, and what is typed to make or change one. Pure.
import type { Filter, Group } from './form/filter-rows.ts'
import { filterOf, linesOf, rowsOf } from './form/filter-rows.ts'

export const kinds = ['slack-webhook', 'slack-bot', 'teams', 'webhook', 'hec', 'datadog'] as const
export type Kind = (typeof kinds)[number]

export const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const
export type Level = (typeof levels)[number]

/** Datadog's sites. */
export const datadogSites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
]

/** What may be known of a target; what its kind does not have is null or empty. */
export type Target = {
  readonly kind: Kind
  readonly host: string | null
  readonly channel: string | null
  readonly batch: boolean
  readonly previousSecretUntil: string | null
  readonly index: string | null
  readonly source: string | null
  readonly site: string | null
  readonly service: string | null
  readonly tags: readonly string[]
}

export type AlertSubscription = {
  readonly levels: readonly Level[] | null
  readonly rules: readonly string[] | null
  readonly resolved: boolean
}
export type EventSubscription = { readonly types: readonly number[] | null; readonly filter: Filter | null }

export type HealthStatus = 'untried' | 'healthy' | 'failing' | 'unhealthy'

/** One integration. */
export type Integration = {
  readonly id: string
  readonly name: string
  readonly target: Target
  readonly alerts: AlertSubscription | null
  readonly events: EventSubscription | null
  readonly template: string | null
  /** Why it is disabled; null while it is not. */
  readonly disabled: { readonly reason: 'gone' | 'switched-off'; readonly at: string } | null
  readonly createdAt: string
  readonly unreadableSecrets: readonly string[]
  readonly health: {
    readonly status: HealthStatus
    readonly failingSince: string | null
    readonly lastSuccessAt: string | null
    readonly reason: string | null
  }
}

export const secretNames = ['url', 'token', 'secret', 'apiKey'] as const
export type SecretName = (typeof secretNames)[number]

/** The secrets of each kind, in the order they are asked for. */
export const secretsOf: Readonly<Record<Kind, readonly SecretName[]>> = {
  'slack-webhook': ['url'],
  'slack-bot': ['token'],
  teams: ['url'],
  webhook: ['url', 'secret'],
  hec: ['url', 'token'],
  datadog: ['apiKey'],
}

/** An integration as it is typed. A secret that is empty stays as it is, a webhook's new one is made. */
export type Draft = {
  readonly name: string
  readonly kind: Kind
  readonly secrets: Readonly<Record<SecretName, string>>
  readonly channel: string
  readonly batch: boolean
  readonly index: string
  readonly source: string
  readonly site: string
  readonly service: string
  readonly tags: string
  readonly alerts: { readonly on: boolean; readonly levels: readonly Level[]; readonly rules: readonly string[] } & {
    readonly resolved: boolean
  }
  readonly events: { readonly on: boolean; readonly types: readonly number[]; readonly filter: EditedFilter }
  readonly template: string
  readonly enabled: boolean
}

/** No filter, one as rows, or one that rows can't hold and that stays as it is. */
export type EditedFilter =
  | { readonly kind: 'none' }
  | { readonly kind: 'rows'; readonly group: Group }
  | { readonly kind: 'kept'; readonly filter: Filter }

const noSecrets: Draft['secrets'] = { url: '', token: '', secret: '', apiKey: '' }

/** What a new integration begins with: all alerts that press, no single events. */
export const newDraft: Draft = {
  name: '',
  kind: 'slack-webhook',
  secrets: noSecrets,
  channel: '',
  batch: false,
  index: '',
  source: '',
  site: 'datadoghq.com',
  service: '',
  tags: '',
  alerts: { on: true, levels: ['critical', 'high'], rules: [], resolved: false },
  events: { on: false, types: [], filter: { kind: 'none' } },
  template: '',
  enabled: true,
}

/** An integration as it is typed, with no secret in it. */
export function draftOf({ name, target, alerts, events, template, disabled }: Integration): Draft {
  return {
    name,
    kind: target.kind,
    secrets: noSecrets,
    channel: target.channel ?? '',
    batch: target.batch,
    index: target.index ?? '',
    source: target.source ?? '',
    site: target.site ?? 'datadoghq.com',
    service: target.service ?? '',
    tags: target.tags.join('\n'),
    alerts: {
      on: alerts !== null,
      levels: alerts?.levels ?? levels,
      rules: alerts?.rules ?? [],
      resolved: alerts?.resolved ?? false,
    },
    events: { on: events !== null, types: events?.types ?? [], filter: editedOf(events?.filter ?? null) },
    template: template ?? '',
    enabled: disabled === null,
  }
}

function editedOf(filter: Filter | null): EditedFilter {
  if (filter === null) return { kind: 'none' }
  const group = rowsOf(filter)
  return group ? { kind: 'rows', group } : { kind: 'kept', filter }
}

/** The body that makes or replaces an integration. All levels, and no rules or types, mean all there are. */
export function bodyOf(draft: Draft) {
  const { name, alerts, events, template, enabled } = draft
  return {
    name,
    target: targetOf(draft),
    subscriptions: {
      alerts: alerts.on
        ? {
            levels: alerts.levels.length === levels.length ? null : alerts.levels,
            rules: alerts.rules.length === 0 ? null : alerts.rules,
            resolved: alerts.resolved,
          }
        : null,
      events: events.on
        ? { types: events.types.length === 0 ? null : events.types, filter: filterFrom(events.filter) }
        : null,
    },
    template: template.trim() === '' ? null : template,
    enabled,
  }
}

function filterFrom(edited: EditedFilter): Filter | null {
  if (edited.kind === 'kept') return edited.filter
  return edited.kind === 'rows' && edited.group.members.length > 0 ? filterOf(edited.group) : null
}

function targetOf({ kind, secrets, channel, batch, index, source, site, service, tags }: Draft) {
  const given = Object.fromEntries(
    secretsOf[kind].flatMap((name) => (secrets[name].trim() === '' ? [] : [[name, secrets[name].trim()]])),
  )
  const label = (text: string) => (text.trim() === '' ? null : text.trim())
  switch (kind) {
    case 'slack-bot':
      return { kind, ...given, channel: channel.trim() }
    case 'webhook':
      return { kind, ...given, batch }
    case 'hec':
      return { kind, ...given, index: label(index), source: label(source) }
    case 'datadog':
      return { kind, ...given, site, service: label(service), tags: linesOf(tags) }
    default:
      return { kind, ...given }
  }
}

/** What is missing before the server needs to be asked, by the names of its errors; `isNew`: there is nothing kept yet. */
export function missingIn(draft: Draft, isNew: boolean): readonly string[] {
  const { name, kind, secrets, channel, alerts } = draft
  const needed = isNew ? secretsOf[kind].filter((each) => each !== 'secret' && secrets[each].trim() === '') : []
  return [
    ...(name.trim() === '' ? ['name'] : []),
    ...needed.map((each) => `target.${each}`),
    ...(kind === 'slack-bot' && channel.trim() === '' ? ['target.channel'] : []),
    ...(alerts.on && alerts.levels.length === 0 ? ['subscriptions.alerts.levels'] : []),
  ]
}

/** The errors of a member or of what is in it, by the names of the API. */
export const errorsAt = (errors: Readonly<Record<string, readonly string[]>>, path: string): readonly string[] =>
  Object.entries(errors).flatMap(([name, texts]) =>
    name === path || name.startsWith(`${path}.`) ? texts.map((text) => within(name, path) + text) : [],
  )

const within = (name: string, path: string) => (name === path ? '' : `${name.slice(path.length + 1)} `)
