// Lets chosen storage requests fail: before they take effect, or after, with their response lost; one alone, or with all that follow, as if the process was killed; or holds them while others go on.
import { RestError } from '@azure/data-tables'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { type Fate, nameOf } from './storage-proxy.ts'

/** failed: the request never arrives. lost: it takes effect, the response never arrives. */
export type FaultKind = 'failed' | 'lost'

export type Faults = {
  /** Requests since the last `arm` or `freeze`, as `POST /event/messages`; of queries, how many rows they ask for: `GET /event()?$top=51`. */
  readonly requests: readonly string[]
  /** From now on the `at`-th request (from 1; 0: none) fails so; with `killed`, every one after it fails as well. */
  readonly arm: (at: number, kind: FaultKind, killed: boolean) => void
  /**
   * From now on the `at`-th request (from 1) and all after it wait until `heal`, as those of a process that stands still.
   * Resolves once one waits.
   */
  readonly freeze: (at: number) => Promise<void>
  /** Nothing fails any more, and what waits goes on. */
  readonly heal: () => void
  /** Whether a request has failed, or waited, since the last `arm` or `freeze`. */
  readonly fired: () => boolean
  /** Counts a request, and says what becomes of it. */
  readonly fateOf: (request: string) => Fate | Promise<Fate>
}

type Fault =
  | { readonly kind: FaultKind; readonly at: number; readonly killed: boolean }
  | { readonly kind: 'frozen'; readonly at: number; readonly frozen: () => void; readonly healed: Promise<Fate> }

const none: Fault = { kind: 'failed', at: 0, killed: false }

/** Faults of which none is armed. */
export function newFaults(): Faults {
  const requests: string[] = []
  let fault: Fault = none
  let fired = false
  let thaw = () => {}
  const begin = (next: Fault) => {
    requests.length = 0
    fired = false
    fault = next
  }
  return {
    requests,
    arm: (at, kind, killed) => begin({ kind, at, killed }),
    freeze: (at) => {
      const [frozen, healed] = [Promise.withResolvers<void>(), Promise.withResolvers<Fate>()]
      thaw = () => healed.resolve('passed')
      begin({ kind: 'frozen', at, frozen: frozen.resolve, healed: healed.promise })
      return frozen.promise
    },
    heal: () => {
      fault = none
      thaw()
    },
    fired: () => fired,
    fateOf: (request) => {
      const place = requests.push(request)
      if (fault.at === 0 || place < fault.at) return 'passed'
      if (fault.kind !== 'frozen' && place > fault.at && !fault.killed) return 'passed'
      fired = true
      if (fault.kind !== 'frozen') return place === fault.at ? fault.kind : 'failed'
      fault.frozen()
      return fault.healed
    },
  }
}

/** The same storage, whose requests to tables meet these faults: a client sees that its connection was cut. */
export function faultyStorage(storage: Storage, { fateOf }: Pick<Faults, 'fateOf'>): Storage {
  const table: Storage['table'] = (name) => {
    const client = storage.table(name)
    client.pipeline.addPolicy({
      name: 'faulty',
      sendRequest: async (request, next) => {
        const { pathname, search } = new URL(request.url)
        const fate = await fateOf(nameOf(request.method, pathname + search))
        if (fate === 'passed') return next(request)
        if (fate === 'lost') await next(request)
        throw new RestError('cut off', { code: 'ECONNRESET' })
      },
    })
    return client
  }
  return { ...storage, table }
}
