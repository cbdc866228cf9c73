// Integrations as responses show them: of secrets only whether they are set, of endpoints only the host. Pure.
import { formatInstant, type Instant } from '../instant.ts'
import { type Health, isUnhealthy } from './health.ts'
import type { Integration } from './integration.ts'
import { secretsNeeded, targetView } from './targets/targets.ts'

/** An integration without its health. */
export function integrationView({ id, name, target, subscriptions, template, state, ...rest }: Integration) {
  const secrets = secretsNeeded(target.kind).map((each) => [each, { set: rest.sealed[each] !== undefined }] as const)
  return {
    object: 'integration',
    id,
    name,
    target: { ...targetView(target), ...Object.fromEntries(secrets) },
    subscriptions,
    template,
    enabled: state.kind === 'active',
    state: state.kind === 'active' ? state : { ...state, at: formatInstant(state.at) },
    createdAt: formatInstant(rest.createdAt),
    createdBy: rest.createdBy,
  }
}

/** The health of an integration at this time. */
export const healthView = (health: Health, now: Instant) => ({
  status: statusOf(health, now),
  failingSince: health.failingSince && formatInstant(health.failingSince),
  lastSuccessAt: health.lastSuccessAt && formatInstant(health.lastSuccessAt),
  reason: health.reason,
})

function statusOf(health: Health, now: Instant): 'untried' | 'healthy' | 'failing' | 'unhealthy' {
  if (health.failingSince === null) return health.lastSuccessAt === null ? 'untried' : 'healthy'
  return isUnhealthy(health, now) ? 'unhealthy' : 'failing'
}
