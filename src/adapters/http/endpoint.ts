// Reads what a request is to be sent to, and with which headers; refuses what must not be sent. Nothing here touches the network.
import { isIP } from 'node:net'
import type { SendRefusal } from '../../ports/sender.ts'
import { isLocalName, isLoopbackAddress, isPublicAddress } from './public-addresses.ts'

/** Where a request goes. `host` is a name or an address without brackets. */
export type Target = {
  readonly kind: 'target'
  readonly url: URL
  readonly host: string
  readonly hostIsAddress: boolean
}
type Refused = { readonly kind: 'refused'; readonly reason: SendRefusal }

/** Reads a URL. An address in it, in any notation, is checked here; the addresses of a name are checked when they are known. */
export function readTarget(text: string, allowLoopback: boolean): Target | Refused {
  const url = URL.parse(text)
  if (!url) return refused('url-invalid')
  if (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:')) return refused('not-https')
  if (url.username !== '' || url.password !== '') return refused('credentials-in-url')

  // The URL parser has turned every notation of an IPv4 address into the usual one, and names into ASCII and lower case.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const target = { kind: 'target', url, host, hostIsAddress: isIP(host) !== 0 } as const
  if (target.hostIsAddress && !mayConnect(target, [host], allowLoopback)) return refused('address-not-public')
  if (isLocalName(host) && !allowLoopback) return refused('address-not-public')
  return target
}

/** Whether a target may be reached at each of these addresses, since the connection may use any. False without an address. */
export function mayConnect(target: Target, addresses: readonly string[], allowLoopback: boolean): boolean {
  const may = (address: string) =>
    (target.url.protocol === 'https:' && isPublicAddress(address)) || (allowLoopback && isLoopbackAddress(address))
  return addresses.length > 0 && addresses.every(may)
}

/** Names of headers: a token (RFC 9110 section 5.6.2). */
const headerName = /^[\w!#$%&'*+.^`|~-]+$/
/** Values of headers: visible ASCII, blanks and tabs; no line end, which would begin another header. */
const headerValue = /^[\t\x20-\x7e]*$/
/** Headers that set where a request ends, its recipient, and what happens to the connection. */
const ownHeaders = /^(host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|proxy-.*)$/i

/** Whether every header arrives as one header, and none is one that the sender itself sets. */
export function headersAreSafe(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).every(
    ([name, value]) => headerName.test(name) && headerValue.test(value) && !ownHeaders.test(name),
  )
}

const refused = (reason: SendRefusal): Refused => ({ kind: 'refused', reason })
