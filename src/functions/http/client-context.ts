// What a request says of the device it comes from: its kind, and its address as far as proxies can be trusted.
import type { HttpRequest } from '@azure/functions'
import { canonicalHost } from '../../domain/addresses.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { deviceTypeOfNumber } from '../../domain/events/device-types.ts'
import type { UploadContext } from '../../domain/ingest/collect.ts'

/**
 * Where a client's address stands: in a header that the front end sets, else in X-Forwarded-For, counted from the right:
 * the last `trustedProxies` addresses were written by proxies of ours, each naming the one before it.
 */
export type AddressSettings = { readonly header?: string; readonly trustedProxies: number }

/** The device and address of a request; what is unknown is absent. */
export function uploadContextOf(request: HttpRequest, caller: UserPrincipal, settings: AddressSettings): UploadContext {
  const deviceType = deviceTypeOfNumber(request.headers.get('device-type') ?? '') ?? caller.deviceType
  const ipAddress = addressOf(request.headers, settings)
  return { ...(deviceType !== undefined && { deviceType }), ...(ipAddress !== undefined && { ipAddress }) }
}

/** The client's address without its port; undefined when no trusted header has one. */
export function addressOf(
  headers: Pick<Headers, 'get'>,
  { header, trustedProxies }: AddressSettings,
): string | undefined {
  const entries = entriesOf(headers.get(header ?? 'x-forwarded-for') ?? '')
  if (header) return entries.length === 1 ? canonicalHost(entries[0] ?? '') : undefined
  return trustedProxies > 0 ? canonicalHost(entries.at(-trustedProxies) ?? entries[0] ?? '') : undefined
}

/**
 * The entries of a header that is a list; empty ones are none (RFC 9110 section 5.6.1.2). Clients' entries stand to the left
 * of what our proxies add, so that however many empty ones a client sends, those counted from the right stay the same.
 */
const entriesOf = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
