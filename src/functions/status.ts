// GET /alive, /version and /health: for monitors and load balancers. Open to all, and telling nothing but this.
import type { HttpHandler } from '@azure/functions'
import type { Checked } from '../ports.ts'
import { commit, version } from '../version.ts'
import { ok } from './answers.ts'
import { endpoint, faultOf } from './endpoint.ts'

/** GET /alive: the app answers. */
export const alive = ({ now }: { readonly now: () => number }): HttpHandler =>
  endpoint(async () => ok({ status: 'alive', date: new Date(now()).toISOString() }))

/** GET /version: which build answers. */
export const readVersion = (): HttpHandler => endpoint(async () => ok({ version, commit }))

/** GET /health: whether each part that events need can work now; 503 when one can't. */
export const health = (parts: Readonly<Record<string, Checked>>): HttpHandler =>
  endpoint(async (_request, context) => {
    const checks = await Promise.all(
      Object.entries(parts).map(async ([name, part]) => {
        try {
          await part.check()
          return [name, 'ok'] as const
        } catch (error) {
          context.error(`${name} is not healthy: ${faultOf(error)}`)
          return [name, 'failing'] as const
        }
      }),
    )
    const healthy = checks.every(([, state]) => state === 'ok')
    return {
      status: healthy ? 200 : 503,
      jsonBody: { status: healthy ? 'healthy' : 'unhealthy', checks: Object.fromEntries(checks) },
    }
  })
