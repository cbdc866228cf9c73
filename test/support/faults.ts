// Lets chosen storage requests fail: before they take effect, or after, their answer lost; one alone, or with all that follow, as of a process that is killed.
import { RestError } from '@azure/data-tables'
import type { Storage } from '../../src/adapters/azure-storage.ts'
import type { FaultKind } from './fault-proxy.ts'
import { nameOf } from './storage-proxy.ts'

export type Faults = {
  /** Requests since the last `arm`, as `POST /$batch`; of queries, how many rows they ask for: `GET /event()?$top=51`. */
  readonly requests: readonly string[]
  /** From now on the `at`-th request (from 1; 0: none) fails so; with `killed`, every one after it fails as well. */
  readonly arm: (at: number, kind: FaultKind, killed: boolean) => void
  /** Nothing fails any more. */
  readonly heal: () => void
  /** Whether a request has failed since the last `arm`. */
  readonly fired: () => boolean
  /** Counts a request, and says what becomes of it. */
  readonly fateOf: (request: string) => FaultKind | 'none'
}

/** Faults of which none is armed. */
export function newFaults(): Faults {
  const requests: string[] = []
  let fault: { at: number; kind: FaultKind; killed: boolean } = { at: 0, kind: 'failed', killed: false }
  let fired = false
  return {
    requests,
    arm: (at, kind, killed) => {
      requests.length = 0
      fired = false
      fault = { at, kind, killed }
    },
    heal: () => {
      fault = { ...fault, at: 0 }
    },
    fired: () => fired,
    fateOf: (request) => {
      const place = requests.push(request)
      if (fault.at === 0 || place < fault.at || (place > fault.at && !fault.killed)) return 'none'
      fired = true
      return place === fault.at ? fault.kind : 'failed'
    },
  }
}

/** The same storage, whose requests to tables meet these faults: a client is told that its connection was cut. */
export function faultyStorage(storage: Storage, { fateOf }: Faults): Storage {
  const table: Storage['table'] = (name) => {
    const client = storage.table(name)
    client.pipeline.addPolicy({
      name: 'faulty',
      sendRequest: async (request, next) => {
        const { pathname, search } = new URL(request.url)
        const fate = fateOf(nameOf(request.method, pathname + search))
        if (fate === 'none') return next(request)
        if (fate === 'lost') await next(request)
        throw new RestError('cut off', { code: 'ECONNRESET' })
      },
    })
    return client
  }
  return { ...storage, table }
}
