// GET /alive, /version and /health: for monitors and load balancers. Open to all: no contents of rows, but the keys of damaged ones.
import { faultOf } from '../../application/fault.ts'
import { commit, version } from '../../bundled/version.ts'
import type { DamageLog } from '../../ports/damage-log.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { HealthCheck } from '../../ports/health-check.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok } from '../http/responses.ts'

/** GET /alive: the app is running. */
export const alive = ({ now }: { readonly now: () => number }): Handler =>
  endpoint(async () => ok({ status: 'alive', date: new Date(now()).toISOString() }))

/** GET /version: which build is running. */
export const readVersion = (): Handler => endpoint(async () => ok({ version, commit }))

/** Most damaged rows that `/health` names. */
export const damagedRowsNamedMax = 20

export type HealthPorts = {
  readonly parts: Readonly<Record<string, HealthCheck>>
  readonly queue: Pick<EventQueue, 'deadLetters'>
  readonly damage: Pick<DamageLog, 'noted'>
}

/**
 * GET /health: whether each part that events need can work now, how many messages of events are dead letters, and which rows
 * are damaged (null if that is unknown); 503 when a part can't, or while there are any.
 */
export const health = ({ parts, queue, damage }: HealthPorts): Handler =>
  endpoint(async (_request, context) => {
    const attempt = async <T, E>(name: string, work: () => Promise<T>, otherwise: E): Promise<T | E> => {
      try {
        return await work()
      } catch (error) {
        context.error(`${name} is not healthy: ${faultOf(error)}`)
        return otherwise
      }
    }
    const check = async ([name, part]: [string, HealthCheck]) =>
      [name, await attempt(name, async () => part.check().then(() => 'ok'), 'failing')] as const
    const [deadLetters, damaged, ...checks] = await Promise.all([
      attempt('queue of dead letters', () => queue.deadLetters(), null),
      attempt('log of damaged rows', () => damage.noted(), null),
      ...Object.entries(parts).map(check),
    ])
    const healthy = deadLetters === 0 && damaged?.length === 0 && checks.every(([, state]) => state === 'ok')
    return {
      status: healthy ? 200 : 503,
      jsonBody: {
        status: healthy ? 'healthy' : 'unhealthy',
        checks: Object.fromEntries(checks),
        deadLetters,
        damagedRows: damaged && { count: damaged.length, rows: damaged.slice(0, damagedRowsNamedMax) },
      },
    }
  })
