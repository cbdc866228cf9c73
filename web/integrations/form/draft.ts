// An integration as it is typed: what the form begins with, what is missing, and the body for the API. Pure.
import { type Level, levels } from '../../alerts/levels.ts'
import type { Immutable } from '../../api/read.ts'
import type * as Api from '../../api/types.ts'
import type { Filter, Integration } from '../integration.ts'
import {
  type FieldValue,
  hostIn,
  initialValue,
  noSecrets,
  type SecretName,
  secrets,
  sentValue,
  type TargetField,
  type TargetKind,
  targets,
} from '../targets.ts'
import { filterOf, type Group, rowsOf } from './filter-rows.ts'

/** An empty secret stays as it is; of a new integration, one that can be generated is. */
export type Draft = {
  readonly name: string
  readonly kind: TargetKind
  readonly secrets: Readonly<Record<SecretName, string>>
  /** The fields of its target that were typed, by name. */
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly alerts: {
    readonly on: boolean
    readonly levels: readonly Level[]
    readonly rules: readonly string[]
    /** Null: as the kind of target has it. */
    readonly per: 'incident' | 'alert' | null
    readonly resolved: boolean
  }
  readonly events: { readonly on: boolean; readonly types: readonly number[]; readonly filter: EditedFilter }
  readonly template: string
  readonly enabled: boolean
}

/** No filter, one as rows, or one that rows cannot hold and that stays unchanged. */
type EditedFilter =
  | { readonly kind: 'none' }
  | { readonly kind: 'rows'; readonly group: Group }
  | { readonly kind: 'unchanged'; readonly filter: Filter }

/** What a new integration begins with: alerts of the two most severe levels, no single events. */
export const newDraft: Draft = {
  name: '',
  kind: 'slack-webhook',
  secrets: noSecrets,
  fields: {},
  alerts: { on: true, levels: ['critical', 'high'], rules: [], per: null, resolved: false },
  events: { on: false, types: [], filter: { kind: 'none' } },
  template: '',
  enabled: true,
}

/** An integration as it is typed, without secrets. */
export function draftOf({ name, target, alerts, events, template, disabled }: Integration): Draft {
  return {
    name,
    kind: target.kind,
    secrets: noSecrets,
    fields: target.fields,
    alerts: {
      on: alerts !== null,
      levels: alerts?.levels ?? levels,
      rules: alerts?.rules ?? [],
      per: alerts?.per ?? null,
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
  return group ? { kind: 'rows', group } : { kind: 'unchanged', filter }
}

/** What is typed of a field of the target. */
export const fieldValueOf = ({ fields }: Draft, field: TargetField): FieldValue =>
  fields[field.name] ?? initialValue(field)

/** What a typed secret changes. A connection string of Azure Communication Services is split into its endpoint and its key. */
export function withSecret({ secrets, fields }: Draft, name: SecretName, text: string): Partial<Draft> {
  const [, endpoint, key] = /^\s*endpoint=(https:[^;]+);accesskey=([^;\s]+);?\s*$/i.exec(text) ?? []
  if (name !== 'accessKey' || endpoint === undefined || key === undefined)
    return { secrets: { ...secrets, [name]: text } }
  return { secrets: { ...secrets, accessKey: key }, fields: { ...fields, host: hostIn(endpoint) } }
}

/** The body that creates or replaces an integration. All levels, and no rules or types, mean all there are. */
export function bodyOf(draft: Draft) {
  const { name, alerts, events, template, enabled } = draft
  return {
    name,
    target: targetBodyOf(draft),
    subscriptions: {
      alerts: alerts.on
        ? {
            levels: alerts.levels.length === levels.length ? null : [...alerts.levels],
            rules: alerts.rules.length === 0 ? null : [...alerts.rules],
            per: alerts.per,
            resolved: alerts.resolved,
          }
        : null,
      events: events.on
        ? { types: events.types.length === 0 ? null : [...events.types], filter: filterFrom(events.filter) }
        : null,
    },
    template: template.trim() === '' ? null : template,
    enabled,
  } satisfies Immutable<Omit<Api.IntegrationEntry, 'target'>> & { readonly target: unknown }
}

function filterFrom(edited: EditedFilter): Filter | null {
  if (edited.kind === 'unchanged') return edited.filter
  return edited.kind === 'rows' && edited.group.children.length > 0 ? filterOf(edited.group) : null
}

function targetBodyOf(draft: Draft): Readonly<Record<string, unknown>> {
  const { kind } = draft
  const given = targets[kind].secrets.filter((name) => !isBlank(draft.secrets[name]))
  return {
    kind,
    ...Object.fromEntries(given.map((name) => [name, draft.secrets[name].trim()])),
    ...Object.fromEntries(
      targets[kind].fields.map((field) => [field.name, sentValue(field, fieldValueOf(draft, field))]),
    ),
  }
}

const isBlank = (text: string): boolean => text.trim() === ''

/** What is missing before the API is asked, by the names of its errors; `isNew`: no secret is stored yet. */
export function missingIn(draft: Draft, isNew: boolean): readonly string[] {
  const { name, kind, alerts } = draft
  const neededSecrets = isNew ? targets[kind].secrets.filter((each) => !secrets[each].generated) : []
  const neededFields = targets[kind].fields.filter((field) => 'required' in field && field.required)
  return [
    ...(isBlank(name) ? ['name'] : []),
    ...neededSecrets.filter((each) => isBlank(draft.secrets[each])).map((each) => `target.${each}`),
    ...neededFields
      .filter((field) => isBlank(String(fieldValueOf(draft, field))))
      .map((field) => `target.${field.name}`),
    ...(alerts.on && alerts.levels.length === 0 ? ['subscriptions.alerts.levels'] : []),
  ]
}

/** The errors of a property or of what is in it, by the names of the API. */
export const errorsAt = (errors: Readonly<Record<string, readonly string[]>>, path: string): readonly string[] =>
  Object.entries(errors).flatMap(([name, texts]) =>
    name === path || name.startsWith(`${path}.`) ? texts.map((text) => within(name, path) + text) : [],
  )

const within = (name: string, path: string) => (name === path ? '' : `${name.slice(path.length + 1)} `)
