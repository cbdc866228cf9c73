// VaultApi on node:https: it connects to checked addresses only, follows no redirect, and takes responses of bounded time and size.
import type { IncomingMessage } from 'node:http'
import { instantAt } from '../../domain/instant.ts'
import { apiFailure, type RawResponse, readApiResponse, readTokenResponse } from '../../domain/sources/api-responses.ts'
import type { SourceProblem } from '../../domain/sources/problems.ts'
import type { VaultApi } from '../../ports/sources.ts'
import { type CheckedRequest, codeOf, requestChecked, systemResolve } from './connection.ts'
import { headersAreSafe, readTarget } from './endpoint.ts'

/** Time for a whole request, from the look-up of the name to the end of the body, in milliseconds. */
const timeLimitMs = 30_000
/** Largest body, in bytes: a list of members is not paged. */
const bodyBytesMax = 32 * 1024 * 1024

type VaultApiOptions = {
  readonly now: () => number
  /** For developers' machines: addresses of this machine may be reached too, and with http. */
  readonly allowLoopback: boolean
  /** Every address of a name; rejects with a code when there is none. Absent: the system's resolver. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  readonly timeLimitMs?: number
  readonly bodyBytesMax?: number
}

type Exchange = (url: string, request: CheckedRequest, read: typeof readApiResponse) => ReturnType<VaultApi['token']>

/** The API of any Bitwarden server whose addresses are public. */
export function httpVaultApi(options: VaultApiOptions): VaultApi {
  const { now, allowLoopback, resolve = systemResolve } = options

  const exchange: Exchange = async (url, request, read) => {
    const target = readTarget(url, allowLoopback)
    if (target.kind === 'refused') return apiFailure(addressProblem(target.reason))
    if (!headersAreSafe(request.headers)) return apiFailure('key-refused')
    const deadline = AbortSignal.timeout(options.timeLimitMs ?? timeLimitMs)
    try {
      const response = await requestChecked(request, target, deadline, { allowLoopback, resolve })
      if (!response) return apiFailure('address-not-public')
      const raw = await rawOf(response, options.bodyBytesMax ?? bodyBytesMax)
      if (raw === 'too-large') return apiFailure('too-large')
      if (!raw.isWhole && deadline.aborted) return apiFailure('timed-out')
      return read(raw, instantAt(now()))
    } catch (error) {
      return apiFailure(deadline.aborted ? 'timed-out' : networkProblem(codeOf(error)))
    }
  }

  return {
    token: ({ identityUrl, clientId, clientSecret }) => {
      const form = { grant_type: 'client_credentials', scope: 'api.organization', client_id: clientId }
      const body = `${new URLSearchParams({ ...form, client_secret: clientSecret })}`
      const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
      return exchange(`${identityUrl}/connect/token`, { method: 'POST', headers, body }, readTokenResponse)
    },
    get: (url, accessToken) => {
      const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
      return exchange(url, { method: 'GET', headers }, readApiResponse)
    },
  }
}

/** The response with its body, as far as it came. */
async function rawOf(response: IncomingMessage, bytesMax: number): Promise<RawResponse | 'too-large'> {
  const chunks: Buffer[] = []
  let bytes = 0
  let isWhole = true
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > bytesMax) return 'too-large'
    }
  } catch {
    isWhole = false
  } finally {
    response.destroy()
  }
  const { statusCode: status = 0, headers } = response
  return {
    status,
    retryAfter: headers['retry-after'] ?? null,
    date: headers.date ?? null,
    body: Buffer.concat(chunks).toString(),
    isWhole: isWhole && response.complete,
  }
}

/** What is wrong with an address, judged by its text; undefined: it may be reached. */
export function addressProblemOf(url: string, allowLoopback: boolean): SourceProblem | undefined {
  const target = readTarget(url, allowLoopback)
  return target.kind === 'refused' ? addressProblem(target.reason) : undefined
}

function addressProblem(reason: string): SourceProblem {
  if (reason === 'not-https' || reason === 'address-not-public') return reason
  return 'address-invalid'
}

/** What an error code of Node, OpenSSL or the resolver means for people. */
function networkProblem(code: string): SourceProblem {
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'name-unknown'
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|CRL/.test(code)) return 'tls-failed'
  return 'unreachable'
}
