// What a request says of the device it comes from: its kind, and its address as far as proxies can be trusted.
import type { HttpRequest } from '@azure/functions'
import { canonicalHost } from '../domain/addresses.ts'
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
  if (settings.header) return canonicalHost(headers.get(settings.header) ?? '')
  const hops = (headers.get('x-forwarded-for') ?? '').split(',')
  return settings.trustedProxies > 0 ? canonicalHost(hops.at(-settings.trustedProxies) ?? hops[0] ?? '') : undefined
}
