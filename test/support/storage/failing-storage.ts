// A storage account whose chosen table request fails: before it takes effect or after, once or with all that follow, or busy for a while.
import { RestError } from '@azure/data-tables'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import type { Account } from './account.ts'
import { noPauses } from './pauses.ts'

/**
 * What happens to a request: it never arrives, or takes effect while its response never arrives; `busy`: it takes effect, and the
 * response is a 503; `slow`: a write takes effect after its caller has given up, a read does not fail.
 */
export type Failure = 'failed' | 'lost' | 'busy' | 'busy-but-done' | 'slow'

type FailingStorage = {
  readonly storage: Storage
  /** Requests begun since the last `arm`, as `POST /$batch`. */
  readonly begun: readonly string[]
  /** From now on the `at`-th request (from 1; 0: none) fails so, and `times - 1` after it. Each try counts. */
  readonly arm: (at: number, failure: Failure, times?: number) => void
  /** From now on chance decides for each request: `random` gives a number from 0 to below 1. */
  readonly armAtRandom: (
    random: () => number,
    shares: Readonly<Partial<Record<'failed' | 'lost' | 'busy', number>>>,
  ) => void
}

/** Opens an account in which nothing fails yet. */
export function failingStorage(account: Account, pauses = noPauses): FailingStorage {
  const storage = account(pauses)
  const begun: string[] = []
  let fateOf: (place: number) => Failure | undefined = () => undefined
  const table: Storage['table'] = (name) => {
    const client = storage.table(name)
    client.pipeline.addPolicy({
      name: 'failing',
      sendRequest: async (request, next) => {
        begun.push(`${request.method} ${new URL(request.url).pathname.replace(/^\/[^/]+/, '')}`)
        const failure = fateOf(begun.length)
        if (failure === undefined) return next(request)
        if (failure === 'slow' && request.method === 'GET') return next(request)
        if (failure !== 'failed' && failure !== 'busy') await next(request)
        if (failure === 'slow') throw new DOMException('too slow', 'AbortError')
        if (failure === 'failed' || failure === 'lost') throw new RestError('cut off', { code: 'ECONNRESET' })
        throw new RestError('busy', { statusCode: 503, code: 'ServerBusy' })
      },
    })
    return client
  }
  return {
    storage: { ...storage, table },
    begun,
    arm: (at, failure, times = 1) => {
      begun.length = 0
      fateOf = (place) => (at > 0 && place >= at && place < at + times ? failure : undefined)
    },
    armAtRandom: (random, { failed = 0, lost = 0, busy = 0 }) => {
      begun.length = 0
      fateOf = () => {
        const chance = random()
        if (chance < failed) return 'failed'
        if (chance < failed + lost) return 'lost'
        return chance < failed + lost + busy ? 'busy' : undefined
      }
    },
  }
}
