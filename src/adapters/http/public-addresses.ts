// Distinguishes public addresses from those that lead into our own network or machine.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Public by their range, but inside the cloud: Azure's wire server (reference: learn.microsoft.com, "What is IP address 168.63.129.16?"). */
const cloudServices = ['168.63.129.16']

/** The only part of IPv6 from which public addresses are given out (RFC 4291 section 2.4, IANA's registry of global unicast space). */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** Names that never lead out: this machine, the local network (RFC 6762), and networks of an owner's own (ICANN's `.internal`). */
const localSuffixes = ['.localhost', '.local', '.internal']

/**
 * Whether an IPv4 or IPv6 address, written as resolvers and URLs write them, is a public one. No form that carries an
 * IPv4 address in an IPv6 one is: mapped, compatible, translated (NAT64), 6to4, Teredo. False for anything else.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address)
  if (parsed?.range() !== 'unicast' || cloudServices.includes(address)) return false
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast)
}

/** Whether an address is this machine's own (127.0.0.0/8, ::1). */
export const isLoopbackAddress = (address: string): boolean => parse(address)?.range() === 'loopback'

/** Whether a host name, in lower case, can only mean this machine or the network around it. */
export function isLocalName(name: string): boolean {
  const dotted = `.${name.replace(/\.+$/, '')}`
  return localSuffixes.some((suffix) => dotted.endsWith(suffix))
}

/** `isIP` reads strictly: no octal, no short forms. An address with a zone is one of a link. */
const parse = (address: string) => (isIP(address) === 0 || address.includes('%') ? undefined : ipaddr.parse(address))
