// What an integration is notified of: alerts by level and rule, and single events by type and filter. Pure.
import * as v from 'valibot'
import type { AlertRecord } from '../alerts/alert.ts'
import type { FieldValues } from '../alerts/sigma/fields.ts'
import { levels } from '../alerts/sigma/rules.ts'
import { boundedArray } from '../bounded-array.ts'
import { Guid } from '../guid.ts'
import { Filter, FilterInput, filterHolds } from './filters.ts'

/** Most rules, and most types of events, that one integration names. */
export const subscribedRulesMax = 100
export const subscribedTypesMax = 200

/** `null` instead of a list: all, also future ones. */
const AlertSubscription = v.strictObject({
  levels: v.optional(v.nullable(v.pipe(boundedArray(v.picklist(levels), levels.length), v.minLength(1))), null),
  rules: v.optional(v.nullable(v.pipe(boundedArray(Guid, subscribedRulesMax), v.minLength(1))), null),
  /** Whether each alert makes a notification, or an incident one thread of them; null: as its kind of target does. */
  per: v.optional(v.nullable(v.picklist(['incident', 'alert'])), null),
  /** Whether it is also notified when an alert resolves. */
  resolved: v.optional(v.boolean(), false),
})

const eventType = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const eventTypes = v.optional(v.nullable(v.pipe(boundedArray(eventType, subscribedTypesMax), v.minLength(1))), null)

const subscriptionsWith = (filter: v.GenericSchema<unknown, Filter>) =>
  v.strictObject({
    alerts: v.optional(v.nullable(AlertSubscription), null),
    events: v.optional(
      v.nullable(v.strictObject({ types: eventTypes, filter: v.optional(v.nullable(filter), null) })),
      null,
    ),
  })

/** `null`: no alerts, no single events. */
export const SubscriptionsInput = subscriptionsWith(FilterInput)

/** Subscriptions as they were saved. */
export const Subscriptions = subscriptionsWith(Filter)
export type Subscriptions = v.InferOutput<typeof Subscriptions>

/** What decides whether an integration is notified. */
type Subscriber = { readonly state: { readonly kind: 'active' | 'disabled' }; readonly subscriptions: Subscriptions }

/** Whether it is notified when this alert is raised: never while it is disabled, nor of a muted alert. */
export function wantsAlert({ state, subscriptions }: Subscriber, { level, ruleId, muted }: AlertRecord): boolean {
  const { alerts } = subscriptions
  if (state.kind === 'disabled' || alerts === null || muted) return false
  return (alerts.levels?.includes(level) ?? true) && (alerts.rules?.includes(ruleId) ?? true)
}

/** Whether it is notified that this alert resolved. */
export const wantsResolved = (subscriber: Subscriber, alert: AlertRecord): boolean =>
  subscriber.subscriptions.alerts?.resolved === true && wantsAlert(subscriber, alert)

/** Whether it is notified of a single event with these fields and of this type. */
export function wantsEvent({ state, subscriptions }: Subscriber, fields: FieldValues, type: number): boolean {
  const { events } = subscriptions
  if (state.kind === 'disabled' || events === null) return false
  if (events.types !== null && !events.types.includes(type)) return false
  return events.filter === null || filterHolds(events.filter, fields)
}
