// Keys that an issuer publishes: its discovery document and its key set, read when they are needed and cached.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import * as v from 'valibot'
import { Unavailable } from '../../ports/errors.ts'

/** How long a discovery document is cached. */
export const discoveryMs = 60 * 60_000
/** Longest wait for the issuer. */
export const fetchMsMax = 5_000

/** Where issuers serve their discovery document (OpenID Connect Discovery 1.0 section 4). */
export const discoveryPath = '/.well-known/openid-configuration'

/** Keys by URL. A token with an unknown key is refused; every other failure is an outage of `what`. */
export function remoteKeys(url: string, what: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: fetchMsMax })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      const noSuchKey = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
      throw noSuchKey || error instanceof errors.JOSENotSupported ? error : new Unavailable(what, error)
    }
  }
}

/** Reads a document of this form, follows no redirect, and makes something of it. Throws `Unavailable`. */
export async function readDocument<T, R>(
  url: string,
  schema: v.GenericSchema<unknown, T>,
  what: string,
  make: (document: T) => R,
): Promise<R> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMsMax), redirect: 'error' })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return make(v.parse(schema, await response.json()))
  } catch (error) {
    throw new Unavailable(what, error)
  }
}

/** What `read` resolves to, for `discoveryMs`; a failure is not cached. */
export function cachedDiscovery<T>(read: () => Promise<T>, now: () => number): () => Promise<T> {
  let known: { readonly result: Promise<T>; readonly readAt: number } | undefined
  return () => {
    if (known && now() - known.readAt < discoveryMs) return known.result
    const reading = { result: read(), readAt: now() }
    known = reading
    reading.result.catch(() => {
      if (known === reading) known = undefined
    })
    return reading.result
  }
}
