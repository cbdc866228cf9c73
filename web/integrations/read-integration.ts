// Reads integrations, deliveries and failed notifications from responses of the API.
import { levels } from '../alerts/levels.ts'
import {
  boolean,
  list,
  listOrNull,
  number,
  numberItem,
  numberOrNull,
  oneOf,
  record,
  recordOrNull,
  text,
  textItem,
  textOrNull,
  UnexpectedResponse,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { type Delivery, type Failed, failedKinds, outcomes } from './deliveries/deliveries.ts'
import {
  type AlertSubscription,
  type EventSubscription,
  type Filter,
  type FilterValue,
  healthStatuses,
  type Integration,
} from './integration.ts'
import { targetOf } from './targets.ts'

/** Every integration of an organization. */
export const readIntegrations = (json: unknown): readonly Integration[] =>
  list(record<Api.IntegrationList>(json), 'data', readIntegration)

/** One integration. */
export function readIntegration(json: unknown): Integration {
  const from = record<Api.Integration>(json)
  const subscriptions = record<Api.Subscriptions>(from.subscriptions)
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    target: targetOf(from.target),
    alerts: readAlerts(subscriptions.alerts),
    events: readEvents(subscriptions.events),
    template: textOrNull(from, 'template'),
    disabled: readDisabled(from.state),
    createdAt: text(from, 'createdAt'),
    unreadableSecrets: list(from, 'unreadableSecrets', textItem),
    health: readHealth(from.health),
  }
}

/** An integration, and the signing secret if this response is the one that shows it. */
export const readWithSecret = (json: unknown) => ({
  integration: readIntegration(json),
  signingSecret: textOrNull(record<Api.NewIntegration>(json), 'signingSecret'),
})

function readDisabled(json: unknown): Integration['disabled'] {
  const from = record<Api.IntegrationState>(json)
  if (from.kind !== 'disabled') return null
  return { reason: oneOf(from, 'reason', ['gone', 'switched-off']), at: text(from, 'at') }
}

function readHealth(json: unknown): Integration['health'] {
  const from = record<Api.IntegrationHealth>(json)
  return {
    status: oneOf(from, 'status', healthStatuses),
    failingSince: textOrNull(from, 'failingSince'),
    lastSuccessAt: textOrNull(from, 'lastSuccessAt'),
    reason: textOrNull(from, 'reason'),
  }
}

function readAlerts(json: unknown): AlertSubscription | null {
  const from = recordOrNull<Api.AlertSubscription>(json)
  if (from === null) return null
  const given = listOrNull(from, 'levels', textItem)
  return {
    levels: given && levels.filter((level) => given.includes(level)),
    rules: listOrNull(from, 'rules', textItem),
    per: from.per == null ? null : oneOf(from, 'per', ['incident', 'alert']),
    resolved: boolean(from, 'resolved'),
  }
}

function readEvents(json: unknown): EventSubscription | null {
  const from = recordOrNull<Api.EventSubscription>(json)
  if (from === null) return null
  return {
    types: listOrNull(from, 'types', numberItem),
    filter: from.filter == null ? null : readFilter(from.filter),
  }
}

function readFilter(json: unknown): Filter {
  const from = record<Filter>(json)
  if (from.and !== undefined) return { and: list(from, 'and', readFilter) }
  if (from.or !== undefined) return { or: list(from, 'or', readFilter) }
  const field = text(from, 'field')
  const operator = oneOf(from, 'operator', ['equals', 'notEquals', 'in', 'notIn'])
  if (operator === 'in' || operator === 'notIn') return { field, operator, value: list(from, 'value', readValue) }
  return { field, operator, value: readValue(from.value) }
}

function readValue(json: unknown): FilterValue {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json
  throw new UnexpectedResponse('value is no value of a filter')
}

/** The last attempts, newest first. */
export const readDeliveries = (json: unknown): readonly Delivery[] =>
  list(record<Api.DeliveryList>(json), 'data', (each) => {
    const from = record<Api.Delivery>(each)
    return {
      at: text(from, 'at'),
      outcome: oneOf(from, 'outcome', outcomes),
      error: textOrNull(from, 'error'),
      latencyMs: numberOrNull(from, 'latencyMs'),
      notificationIds: list(from, 'notificationIds', textItem),
    }
  })

/** A page of failed notifications, and the token of the next. */
export function readFailed(json: unknown): { readonly failed: readonly Failed[]; readonly next: string | null } {
  const from = record<Api.FailedNotificationList>(json)
  return { failed: list(from, 'data', readOneFailed), next: textOrNull(from, 'continuationToken') }
}

function readOneFailed(json: unknown): Failed {
  const from = record<Api.FailedNotification>(json)
  return {
    id: text(from, 'id'),
    kind: oneOf(from, 'kind', failedKinds),
    aboutName: textOrNull(from, 'aboutName'),
    at: text(from, 'at'),
    failedAt: text(from, 'failedAt'),
    failures: number(from, 'failures'),
    error: textOrNull(from, 'error'),
  }
}

/** The id of a test that is on its way. */
export const readTest = (json: unknown): string => text(record<Api.IntegrationTest>(json), 'id')

/** How many are sent again. */
export const readReplayed = (json: unknown): number => number(record<Api.Replay>(json), 'replayed')
