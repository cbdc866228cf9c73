// GET /alive, /version and /health: for monitors and load balancers. Open to all, and telling nothing but this.
import type { HttpHandler } from '@azure/functions'
import type { Checked, EventQueue } from '../ports.ts'
import { commit, version } from '../version.ts'
import { ok } from './answers.ts'
import { endpoint, faultOf } from './endpoint.ts'

/** GET /alive: the app answers. */
export const alive = ({ now }: { readonly now: () => number }): HttpHandler =>
  endpoint(async () => ok({ status: 'alive', date: new Date(now()).toISOString() }))

/** GET /version: which build answers. */
export const readVersion = (): HttpHandler => endpoint(async () => ok({ version, commit }))

/**
 * GET /health: whether each part that events need can work now, and how many messages of events are dead letters (null when
 * that can't be told); 503 when a part can't, or while there are any.
 */
export const health = (parts: Readonly<Record<string, Checked>>, queue: Pick<EventQueue, 'deadLetters'>): HttpHandler =>
  endpoint(async (_request, context) => {
    const attempt = async <T, E>(name: string, work: () => Promise<T>, otherwise: E): Promise<T | E> => {
      try {
        return await work()
      } catch (error) {
        context.error(`${name} is not healthy: ${faultOf(error)}`)
        return otherwise
      }
    }
    const check = async ([name, part]: [string, Checked]) =>
      [name, await attempt(name, async () => part.check().then(() => 'ok'), 'failing')] as const
    const [deadLetters, ...checks] = await Promise.all([
      attempt('queue of dead letters', () => queue.deadLetters(), null),
      ...Object.entries(parts).map(check),
    ])
    const healthy = deadLetters === 0 && checks.every(([, state]) => state === 'ok')
    return {
      status: healthy ? 200 : 503,
      jsonBody: { status: healthy ? 'healthy' : 'unhealthy', checks: Object.fromEntries(checks), deadLetters },
    }
  })
