// A vault's API of which each host is asked no more often than its server allows an address: the process waits before it asks.
import { boundedMap } from '../../domain/bounded-map.ts'
import type { VaultApi } from '../../ports/sources.ts'

/** Requests of a process to one host in any minute: below Bitwarden's limits of 200 and 10 for an address. */
const [getsPerMinute, tokensPerMinute] = [150, 8]
const windowMs = 60_000
/** Most hosts that are tracked; the oldest go first. */
const hostsMax = 1_000

type LimitOptions = {
  readonly now: () => number
  /** Resolves in so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>
}

/** The same API, asked in turn. */
export function limitedVaultApi(api: VaultApi, options: LimitOptions): VaultApi {
  const [gets, tokens] = [turns(getsPerMinute, options), turns(tokensPerMinute, options)]
  return {
    token: async (request) => {
      await tokens(hostOf(request.identityUrl))
      return api.token(request)
    },
    get: async (url, accessToken) => {
      await gets(hostOf(url))
      return api.get(url, accessToken)
    },
  }
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? ''

/** Resolves when a host may be asked again. */
function turns(perMinute: number, { now, sleep }: LimitOptions): (host: string) => Promise<void> {
  /** When the last requests to each host begin (Unix ms), oldest first. */
  const begun = boundedMap<string, readonly number[]>({ entriesMax: hostsMax })
  return async (host) => {
    const at = now()
    const known = (begun.get(host) ?? []).filter((time) => Math.abs(at - time) < 2 * windowMs)
    const turn = Math.max(at, (known.at(-perMinute) ?? 0) + windowMs)
    begun.set(host, [...known, turn].slice(-perMinute))
    if (turn > at) await sleep(turn - at)
  }
}
