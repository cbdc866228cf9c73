// What of an address is compared to call it new: the address itself, and the network around it. Pure.
import { createHash } from 'node:crypto'
import { canonicalAddress, formatNetwork, networkOf, parseAddress } from '../../addresses.ts'

/** An address as it is tracked, its network, and the part of its organization's values that both are in. */
export type Location = { readonly address: string; readonly network: string; readonly part: number }

/** Into how many parts an organization's values are divided. */
export const partsMax = 64

/**
 * The prefix of an IPv6 address that is one location, in bits: a network of people's devices has 64 (RFC 4291 section 2.5.1),
 * and a device takes another address in it each day (RFC 8981).
 */
const addressBits = 64
/** The network of a site or a part of a provider's pool, in bits: IPv6 sites get a /48 (RFC 6177), IPv4 is routed from /24 on. */
const networkBits = { ipv4: 24, ipv6: 48 } as const

/** The location of an address of an event. A text that is no address is both, as it is, in lower case. */
export function locationOf(ipAddress: string): Location {
  const address = parseAddress(ipAddress)
  if (!address) return at(ipAddress.toLowerCase(), ipAddress.toLowerCase())
  const isIpv6 = address.length === 16
  return at(
    isIpv6 ? formatNetwork(networkOf(address, addressBits)) : (canonicalAddress(ipAddress) ?? ipAddress),
    formatNetwork(networkOf(address, isIpv6 ? networkBits.ipv6 : networkBits.ipv4)),
  )
}

const at = (address: string, network: string): Location => ({
  address,
  network,
  part: (createHash('sha256').update(network).digest()[0] ?? 0) % partsMax,
})
