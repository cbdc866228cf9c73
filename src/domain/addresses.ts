// IP addresses in canonical form, and networks in CIDR notation, IPv4 and IPv6 (RFC 4291, RFC 4632, RFC 5952). Pure.

/** An address as its bytes: 4 of IPv4, 16 of IPv6. An IPv4 address written as IPv6 (`::ffff:…`) is an IPv4 address. */
type Address = readonly number[]
/** A network: every address that begins with these bits. */
export type Network = { readonly address: Address; readonly bits: number }

/** Reads an address; undefined for anything else. Ignores a zone (`%eth0`). */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const bytes = parseIpv6(text.replace(/%[^%]+$/, ''))
  const mapped = bytes?.every((byte, index) => index > 11 || byte === (index > 9 ? 0xff : 0))
  return mapped ? bytes?.slice(12) : bytes
}

/**
 * The canonical form of an address: RFC 5952, a mapped IPv4 address as IPv4, without a zone. Undefined for anything else.
 */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/**
 * The canonical form of an address as headers and servers write it: maybe with blanks around it, in brackets, with a port
 * (`203.0.113.7:50000`, `[2001:db8::7]:50000`). Undefined for anything else.
 */
export function canonicalHost(text: string): string | undefined {
  const host = text.trim()
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(host) ?? []
  const [, withPort] = /^([\d.]+):\d{1,5}$/.exec(host) ?? []
  return canonicalAddress(bracketed ?? withPort ?? host)
}

/**
 * Reads a network; an address alone is a network of one. Undefined for anything else, and for an address with bits beyond
 * its prefix: `10.1.2.3/8` may mean the network or the address.
 */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)
  const written = match?.[1] ?? ''
  const address = parseAddress(written)
  if (!address) return undefined
  // A prefix of a mapped address counts the 96 bits before it.
  const before = written.includes(':') && address.length === 4 ? 96 : 0
  const bits = match?.[2] === undefined ? address.length * 8 : Number(match[2]) - before
  if (bits < 0 || bits > address.length * 8) return undefined
  const beyond = address.some((byte, index) => (byte & ~maskOf(bits, index) & 0xff) !== 0)
  return beyond ? undefined : { address, bits }
}

/** The network of this address with a prefix of this length. */
export const networkOf = (address: Address, bits: number): Network => ({
  address: address.map((byte, index) => byte & maskOf(bits, index)),
  bits,
})

/** Whether the network contains the address; an IPv4 network never contains an IPv6 address, nor the other way round. */
export function isWithin(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false
  return address.every((byte, index) => ((byte ^ (network.address[index] ?? 0)) & maskOf(network.bits, index)) === 0)
}

/** A network in canonical form; one of a single address as that address. */
export const formatNetwork = ({ address, bits }: Network): string =>
  bits === address.length * 8 ? formatAddress(address) : `${formatAddress(address)}/${bits}`

/**
 * The prefix that every written form of the network's addresses has if it begins with a digit from 1 to 9, and so not with a
 * zero, `::`, a bracket or a blank. Empty if no form begins so; undefined if there is no common prefix.
 */
export function leadingDigits({ address, bits }: Network): string | undefined {
  if (address.length === 4) {
    const known = address.slice(0, Math.floor(bits / 8)).join('.')
    return bits < 8 ? undefined : known + (bits < 32 ? '.' : '')
  }
  const [group = ''] = formatAddress(address).split(':')
  return bits < 16 ? undefined : (/^[1-9]\d*/.exec(group)?.[0] ?? '')
}

/** The mask of the byte at this index for a prefix of this length. */
function maskOf(bits: number, index: number): number {
  const set = Math.min(Math.max(bits - index * 8, 0), 8)
  return (0xff << (8 - set)) & 0xff
}

/** RFC 5952: lower case, no leading zeros, `::` for the longest run of two zero groups or more, the first of equals. */
function formatAddress(address: Address): string {
  if (address.length === 4) return address.join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((address[2 * index] ?? 0) << 8) | (address[2 * index + 1] ?? 0)).toString(16),
  )
  const text = groups.join(':')
  const zeros = [...text.matchAll(/\b0(?::0)+\b/g)].reduce(
    (longest, { 0: run, index }) => (run.length > longest.run.length ? { run, index } : longest),
    { run: '', index: 0 },
  )
  if (zeros.run === '') return text
  const [before, after] = [text.slice(0, zeros.index), text.slice(zeros.index + zeros.run.length)]
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.some((byte) => byte > 255) ? undefined : bytes
}

function parseIpv6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const before = bytesOf(head, tail === undefined)
  const after = tail === undefined ? [] : bytesOf(tail, true)
  if (!before || !after) return undefined
  const missing = 16 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...before, ...Array.from({ length: missing }, () => 0), ...after]
}

/** The bytes of some groups of an IPv6 address; the last one of all may be an IPv4 address. */
function bytesOf(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [index, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined
    if (ipv4) bytes.push(...ipv4)
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return bytes
}
