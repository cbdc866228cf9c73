// How often an attempt may fail: sliding windows over recent failures. Pure: times are arguments, in Unix milliseconds.
import type { Guid } from '../guid.ts'

/** At most `failuresMax` failures in any `windowMs`. */
type FailureLimit = { readonly failuresMax: number; readonly windowMs: number }

const windowMs = 15 * 60_000

/**
 * How many wrong secrets the token endpoint accepts. A client id alone has no limit: anybody could then lock out an
 * organization's connectors from anywhere.
 */
export const tokenFailureLimits = {
  clientAndAddress: { failuresMax: 10, windowMs },
  address: { failuresMax: 100, windowMs },
  signIn: { failuresMax: 100, windowMs },
} as const satisfies Readonly<Record<string, FailureLimit>>

/** A count of failures, by its unique name, and its limit. */
export type FailureCounter = { readonly name: string; readonly limit: FailureLimit }

/**
 * The counters of a token request: of its address, and of its client (an organization or a server key) at that address. None without an address: all
 * clients would share one counter, and one attacker would lock out all of them.
 */
export function failureCountersOf(client: Guid | undefined, address: string | undefined): readonly FailureCounter[] {
  if (address === undefined) return []
  const network = clientNetworkOf(address)
  return [
    { name: `${client ?? ''} ${network}`, limit: tokenFailureLimits.clientAndAddress },
    { name: network, limit: tokenFailureLimits.address },
  ]
}

/** The counters of a sign-in by token or code, of its address; none without an address. */
export const signInCountersOf = (address: string | undefined): readonly FailureCounter[] =>
  address === undefined ? [] : [{ name: `sign-in ${clientNetworkOf(address)}`, limit: tokenFailureLimits.signIn }]

/** Milliseconds until another attempt is allowed, given the times of the failures, oldest first; 0: now. */
export function waitMsOf(failures: readonly number[], { failuresMax, windowMs }: FailureLimit, at: number): number {
  const oldest = failures.at(-failuresMax)
  return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - at)
}

/** The failures that count after another one: at most `failuresMax`. */
export function afterFailure(failures: readonly number[], limit: FailureLimit, at: number): readonly number[] {
  return [...failures.filter((time) => time > at - limit.windowMs), at].slice(-limit.failuresMax)
}

/** The network whose addresses one client can choose from: an IPv4 address itself, or the /64 of an IPv6 one (RFC 4291 section 2.5.4). */
export function clientNetworkOf(address: string): string {
  if (!address.includes(':')) return address
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const groups = [...before, ...after].reduce((count, group) => count + (group.includes('.') ? 2 : 1), 0)
  const all = [...before, ...Array.from({ length: address.includes('::') ? 8 - groups : 0 }, () => '0'), ...after]
  const prefix = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}
