// Integrations as the page holds them. Pure.
import type { Immutable } from '../api/read.ts'
import type * as Api from '../api/types.ts'
import type { Target } from './targets.ts'

export type Filter = Immutable<Api.EventFilter>
export type FilterValue = Api.FilterValue

/** Null: of every level, of every rule. */
export type AlertSubscription = Immutable<Required<Api.AlertSubscription>>
/** Null: of every type, without a filter. */
export type EventSubscription = Immutable<Required<Api.EventSubscription>>

export const healthStatuses = ['untried', 'healthy', 'failing', 'unhealthy'] as const satisfies readonly HealthStatus[]
export type HealthStatus = Api.IntegrationHealth['status']

/** One integration. Its subscriptions are null where it has none; `disabled` is null while it is enabled. */
export type Integration = Immutable<
  Pick<Api.Integration, 'id' | 'name' | 'template' | 'createdAt' | 'health'> & {
    unreadableSecrets: string[]
    disabled: Pick<Extract<Api.IntegrationState, { kind: 'disabled' }>, 'reason' | 'at'> | null
  }
> & {
  readonly target: Target
  readonly alerts: AlertSubscription | null
  readonly events: EventSubscription | null
}
