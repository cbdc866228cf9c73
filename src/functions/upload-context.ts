// What a request says of the device it comes from: its kind, and its address as far as proxies can be trusted.
import { isIP } from 'node:net'
import type { HttpRequest } from '@azure/functions'
import type { UploadContext } from '../domain/collect.ts'
import { deviceTypeOfNumber } from '../domain/device-types.ts'
import type { UserPrincipal } from '../domain/principal.ts'

/**
 * Where a client's address stands: in a header that the front end sets, else in X-Forwarded-For, counted from the right:
 * the last `trustedProxies` addresses were written by proxies of ours, each naming the one before it.
 */
export type AddressSettings = { readonly header?: string; readonly trustedProxies: number }

/** The device and address of a request; what can't be told is left out. */
export function uploadContextOf(request: HttpRequest, caller: UserPrincipal, settings: AddressSettings): UploadContext {
  const deviceType = deviceTypeOfNumber(request.headers.get('device-type') ?? '') ?? caller.deviceType
  const ipAddress = addressOf(request.headers, settings)
  return { ...(deviceType !== undefined && { deviceType }), ...(ipAddress !== undefined && { ipAddress }) }
}

/** The client's address without its port; undefined when no trusted header has one. */
export function addressOf(headers: Pick<Headers, 'get'>, settings: AddressSettings): string | undefined {
  if (settings.header) return plainAddress(headers.get(settings.header) ?? '')
  const hops = (headers.get('x-forwarded-for') ?? '').split(',')
  return settings.trustedProxies > 0 ? plainAddress(hops.at(-settings.trustedProxies) ?? hops[0] ?? '') : undefined
}

/** `203.0.113.7:50000`, `[2001:db8::7]:50000` and the bare forms; IPv4 addresses mapped into IPv6 as IPv4. */
function plainAddress(text: string): string | undefined {
  const trimmed = text.trim()
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed) ?? []
  const [, withPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(trimmed) ?? []
  const address = (bracketed ?? withPort ?? trimmed).replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) ? address.toLowerCase() : undefined
}
