// How often an attempt may fail: sliding windows over the failures of late. Pure: times are Unix milliseconds, handed in.
import type { Guid } from '../guid.ts'

/** At most `failuresMax` failures in any `windowMs` milliseconds. */
export type FailureLimit = { readonly failuresMax: number; readonly windowMs: number }

const windowMs = 15 * 60_000

/**
 * How many wrong secrets the token endpoint takes. A client id alone is not limited: anybody could then lock an
 * organization's connectors out, from anywhere.
 */
export const tokenFailureLimits: { readonly clientAndAddress: FailureLimit; readonly address: FailureLimit } = {
  clientAndAddress: { failuresMax: 10, windowMs },
  address: { failuresMax: 100, windowMs },
}

/** Something whose failures are counted, by a name that nothing else has. */
export type Watched = { readonly name: string; readonly limit: FailureLimit }

/**
 * What a token request counts towards: its address, and its client from that address. Without an address nothing is
 * counted: everybody would share one count, and whoever guesses would lock out everybody.
 */
export function watchedOf(organizationId: Guid | undefined, address: string | undefined): readonly Watched[] {
  if (address === undefined) return []
  const network = networkOf(address)
  return [
    { name: `${organizationId ?? ''} ${network}`, limit: tokenFailureLimits.clientAndAddress },
    { name: network, limit: tokenFailureLimits.address },
  ]
}

/** Milliseconds until another attempt may be made, with failures at these times, oldest first; 0: now. */
export function waitMsOf(failures: readonly number[], { failuresMax, windowMs }: FailureLimit, at: number): number {
  const decisive = failures.at(-failuresMax)
  return decisive === undefined ? 0 : Math.max(0, decisive + windowMs - at)
}

/** The failures that still count after one more: never more than the limit allows. */
export function afterFailure(failures: readonly number[], limit: FailureLimit, at: number): readonly number[] {
  return [...failures.filter((time) => time > at - limit.windowMs), at].slice(-limit.failuresMax)
}

/** The network that one party can pick addresses from: an IPv4 address itself, or the first 64 bits of an IPv6 one (RFC 4291 section 2.5.4). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const groups = [...before, ...after].reduce((count, group) => count + (group.includes('.') ? 2 : 1), 0)
  const all = [...before, ...Array.from({ length: address.includes('::') ? 8 - groups : 0 }, () => '0'), ...after]
  const prefix = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}
