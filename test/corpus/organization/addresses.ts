// Where things are done from: offices, homes, phones, VPNs, hotels; IPv4 and IPv6. Follows from seeds alone.
import { type Random, randomFrom } from '../../../local/demo/random.ts'

/** An IPv4 address that stands for a place; other seeds, another place. */
export function address(...seeds: readonly number[]): string {
  const random = randomFrom(77, ...seeds)
  return [random.between(11, 198), random.between(0, 255), random.between(0, 255), random.between(1, 254)].join('.')
}

/** An IPv6 network of 64 bits, without its end; other seeds, another one. */
export function network(...seeds: readonly number[]): string {
  const random = randomFrom(78, ...seeds)
  return [random.between(0x2001, 0x2a10), ...[0, 0, 0].map(() => random.between(1, 0xffff))]
    .map((group) => group.toString(16))
    .join(':')
}

/** A device's address in a network of 64 bits: another one each day (RFC 8981). */
export function privacyAddress(prefix: string, ...seeds: readonly number[]): string {
  const random = randomFrom(79, ...seeds)
  return `${prefix}:${[0, 0, 0, 0].map(() => random.between(1, 0xffff).toString(16)).join(':')}`
}

/** A person's connection at home. `ipv6`: whether there is such a network, and whether the provider changes it. */
export type Home = {
  readonly seed: number
  readonly leaseDays: number
  readonly ipv6: 'none' | 'lasting' | 'changing'
}

/** The address at home on a day: of a home with IPv6, mostly one of those. */
export function homeAddress({ seed, leaseDays, ipv6 }: Home, day: number, random: Random): string {
  if (ipv6 !== 'none' && random.chance(0.75)) {
    const prefix = network(seed, ipv6 === 'changing' ? Math.floor((day + seed) / leaseDays) : 0)
    return privacyAddress(prefix, seed, day)
  }
  return address(seed, 1, Math.floor((day + (seed % 50)) / leaseDays))
}

/** A phone's address in its carrier's network: one of a shared pool, another each time; with IPv6, a network for the day. */
export function carrierAddress(carrier: Carrier, person: number, day: number, random: Random): string {
  if (carrier.ipv6) return privacyAddress(network(carrier.seed, person, day), person, day)
  return address(carrier.seed, 2, random.between(1, carrier.pool))
}

/** A mobile network; many customers share its addresses. */
export type Carrier = { readonly seed: number; readonly ipv6: boolean; readonly pool: number }
