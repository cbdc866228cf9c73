// Reads integrations, deliveries and what failed from answers of the API.
import {
  aText,
  boolean,
  type JsonRecord,
  list,
  listOrEmpty,
  number,
  numberOrNull,
  oneOf,
  record,
  recordAt,
  recordOrNull,
  text,
  textOrNull,
  UnexpectedAnswer,
} from '../api/read.ts'
import { type Delivery, type Failed, failedKinds, outcomes } from './deliveries/deliveries.ts'
import type { Filter, FilterValue } from './form/filter-rows.ts'
import {
  type AlertSubscription,
  type EventSubscription,
  type Integration,
  kinds,
  levels,
  type Target,
} from './integration.ts'

/** Every integration of an organization. */
export const readIntegrations = (json: unknown): readonly Integration[] => list(record(json), 'data', readIntegration)

/** One integration. */
export function readIntegration(json: unknown): Integration {
  const from = record(json)
  const subscriptions = recordAt(from, 'subscriptions')
  const state = recordAt(from, 'state')
  const health = recordAt(from, 'health')
  const alerts = recordOrNull(subscriptions, 'alerts')
  const events = recordOrNull(subscriptions, 'events')
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    target: readTarget(recordAt(from, 'target')),
    alerts: alerts && readAlerts(alerts),
    events: events && readEvents(events),
    template: textOrNull(from, 'template'),
    disabled:
      state.kind === 'disabled'
        ? { reason: oneOf(state, 'reason', ['gone', 'switched-off']), at: text(state, 'at') }
        : null,
    createdAt: text(from, 'createdAt'),
    unreadableSecrets: list(from, 'unreadableSecrets', aText),
    health: {
      status: oneOf(health, 'status', ['untried', 'healthy', 'failing', 'unhealthy']),
      failingSince: textOrNull(health, 'failingSince'),
      lastSuccessAt: textOrNull(health, 'lastSuccessAt'),
      reason: textOrNull(health, 'reason'),
    },
  }
}

/** An integration, and the signing secret where this answer is the one that shows it. */
export const readWithSecret = (json: unknown) => ({
  integration: readIntegration(json),
  signingSecret: textOrNull(record(json), 'signingSecret'),
})

function readTarget(from: JsonRecord): Target {
  return {
    kind: oneOf(from, 'kind', kinds),
    host: textOrNull(from, 'host'),
    channel: textOrNull(from, 'channel'),
    batch: from.batch === true,
    previousSecretUntil: textOrNull(from, 'previousSecretUntil'),
    index: textOrNull(from, 'index'),
    source: textOrNull(from, 'source'),
    site: textOrNull(from, 'site'),
    service: textOrNull(from, 'service'),
    tags: listOrEmpty(from, 'tags', aText),
  }
}

function readAlerts(from: JsonRecord): AlertSubscription {
  const given = from.levels == null ? null : list(from, 'levels', aText)
  return {
    levels: given && levels.filter((level) => given.includes(level)),
    rules: from.rules == null ? null : list(from, 'rules', aText),
    resolved: boolean(from, 'resolved'),
  }
}

function readEvents(from: JsonRecord): EventSubscription {
  return {
    types: from.types == null ? null : list(from, 'types', aNumber),
    filter: from.filter == null ? null : readFilter(from.filter),
  }
}

function readFilter(json: unknown): Filter {
  const from = record(json)
  if (from.and !== undefined) return { and: list(from, 'and', readFilter) }
  if (from.or !== undefined) return { or: list(from, 'or', readFilter) }
  const [field, operator] = [text(from, 'field'), oneOf(from, 'operator', ['equals', 'notEquals', 'in', 'notIn'])]
  if (operator === 'in' || operator === 'notIn') return { field, operator, value: list(from, 'value', readValue) }
  return { field, operator, value: readValue(from.value) }
}

function readValue(json: unknown): FilterValue {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json
  throw new UnexpectedAnswer('value is no value of a filter')
}

function aNumber(json: unknown): number {
  if (typeof json === 'number') return json
  throw new UnexpectedAnswer('no number')
}

/** The last attempts, newest first. */
export const readDeliveries = (json: unknown): readonly Delivery[] =>
  list(record(json), 'data', (each) => {
    const from = record(each)
    return {
      at: text(from, 'at'),
      outcome: oneOf(from, 'outcome', outcomes),
      error: textOrNull(from, 'error'),
      latencyMs: numberOrNull(from, 'latencyMs'),
      notificationIds: list(from, 'notificationIds', aText),
    }
  })

/** A page of what failed, and the token of the next. */
export const readFailed = (json: unknown): { readonly failed: readonly Failed[]; readonly next: string | null } => ({
  failed: list(record(json), 'data', (each) => {
    const from = record(each)
    return {
      id: text(from, 'id'),
      kind: oneOf(from, 'kind', failedKinds),
      aboutName: textOrNull(from, 'aboutName'),
      at: text(from, 'at'),
      failedAt: text(from, 'failedAt'),
      failures: number(from, 'failures'),
      error: textOrNull(from, 'error'),
    }
  }),
  next: textOrNull(record(json), 'continuationToken'),
})

/** The id of a test that is on its way. */
export const readTest = (json: unknown): string => text(record(json), 'id')

/** How many are sent again. */
export const readReplayed = (json: unknown): number => number(record(json), 'replayed')
