// Networks that exceptions and lists may name: not so wide that they would be everybody's. Pure.
import { formatNetwork, networkOf, parseAddress, parseNetwork } from '../../addresses.ts'

/** The shortest prefixes, in bits. */
const bitsMin = { ipv4: 8, ipv6: 16 } as const

/** A network, or address, in its one form; or what is wrong with it, in words that follow its name. */
type NarrowNetwork =
  | { readonly kind: 'network'; readonly text: string }
  | { readonly kind: 'unfit'; readonly problem: string }

/** Reads an address or a network of at least /8, for IPv6 /16. */
export function readNarrowNetwork(text: string): NarrowNetwork {
  const network = parseNetwork(text)
  if (!network) return unfit(beyondPrefix(text) ?? 'must be an address or a network such as 10.0.0.0/8')
  const least = network.address.length === 4 ? bitsMin.ipv4 : bitsMin.ipv6
  if (network.bits < least)
    return unfit(`is too wide: a network is at least /${bitsMin.ipv4}, for IPv6 /${bitsMin.ipv6}`)
  return { kind: 'network', text: formatNetwork(network) }
}

const unfit = (problem: string): NarrowNetwork => ({ kind: 'unfit', problem })

/** What an address with a prefix should have been, if bits beyond the prefix are all that is wrong. */
function beyondPrefix(text: string): string | undefined {
  const [, written = '', prefix] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const address = parseAddress(written)
  const bits = Number(prefix)
  const isMapped = written.includes(':') && address?.length === 4
  if (!address || isMapped || bits > address.length * 8) return undefined
  return `has bits beyond the prefix: write ${formatNetwork(networkOf(address, bits))}`
}
