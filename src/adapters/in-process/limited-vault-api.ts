// A vault's API of which each host is asked no more often than its server allows an address: a pull waits for its turn, a check is refused.
import { boundedMap } from '../../domain/bounded-map.ts'
import type { CheckApi, VaultApi } from '../../ports/sources.ts'

/**
 * Requests of a process to one host in any minute: below Bitwarden's limits of 200 and 10 for an address. A check needs a token
 * and one page, so the pages of checks, 8 at most, are not counted: they find the host free while a pull reads at its limit.
 */
const [getsPerMinute, tokensPerMinute] = [150, 8]
const windowMs = 60_000
/** Most hosts that are tracked; the oldest go first. */
const hostsMax = 1_000

type LimitOptions = {
  readonly now: () => number
  /** Resolves in so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>
}

/** The same API, asked in turn by pulls, and at once or not at all by checks. */
export function limitedVaultApi(
  api: VaultApi,
  options: LimitOptions,
): { readonly pulls: VaultApi; readonly checks: CheckApi } {
  const [gets, tokens] = [turns(getsPerMinute, options.now), turns(tokensPerMinute, options.now)]
  const inTurn = async ({ waitMs, take }: Turn) => {
    take()
    if (waitMs > 0) await options.sleep(waitMs)
  }
  return {
    pulls: {
      token: async (request) => {
        await inTurn(tokens(hostOf(request.identityUrl)))
        return api.token(request)
      },
      get: async (url, accessToken) => {
        await inTurn(gets(hostOf(url)))
        return api.get(url, accessToken)
      },
    },
    checks: {
      token: async (request) => {
        const { waitMs, take } = tokens(hostOf(request.identityUrl))
        if (waitMs > 0) return { kind: 'busy', waitMs }
        take()
        return api.token(request)
      },
      get: api.get,
    },
  }
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? ''

/** The next request to a host: in how many milliseconds it may begin, and that it does. */
type Turn = { readonly waitMs: number; readonly take: () => void }

/** Gives the next turn at a host. */
function turns(perMinute: number, now: () => number): (host: string) => Turn {
  /** When the last requests to each host begin (Unix ms), oldest first. */
  const begun = boundedMap<string, readonly number[]>({ entriesMax: hostsMax })
  return (host) => {
    const at = now()
    const known = (begun.get(host) ?? []).filter((time) => Math.abs(at - time) < 2 * windowMs)
    const turn = Math.max(at, (known.at(-perMinute) ?? 0) + windowMs)
    return { waitMs: turn - at, take: () => begun.set(host, [...known, turn].slice(-perMinute)) }
  }
}
