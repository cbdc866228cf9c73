// POST /connect/token: an organization's API key for a token, as OAuth clients ask for it (RFC 6749 section 4.4).
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { acceptsSecret, tokenSeconds } from '../../domain/keys/api-keys.ts'
import { type FailureCounter, failureCountersOf } from '../../domain/keys/failure-limits.ts'
import { organizationScope, readTokenRequest, type TokenRequestRefusal } from '../../domain/keys/token-requests.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'
import type { ApiKeys, FailureLog, Secrets } from '../../ports/keys.ts'
import type { TokenIssuer } from '../../ports/tokens.ts'
import { readText } from '../http/body.ts'
import { type AddressSettings, addressOf } from '../http/client-context.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok, respondTo } from '../http/responses.ts'

export type IssueTokensPorts = {
  readonly issuer: TokenIssuer
  readonly keys: ApiKeys
  readonly secrets: Secrets
  readonly failures: FailureLog
  readonly directory: DirectoryReader
  readonly address: AddressSettings
  readonly now: () => number
}

/** Longest form, in characters. */
export const formCharsMax = 16 * 1024

export const issueTokens = (ports: IssueTokensPorts): Handler =>
  endpoint(async (request) => {
    const body = await readText(request)
    if (body.kind !== 'text') return respondTo(body)
    const asked = readTokenRequest(formOf(request, body.text), request.headers.get('authorization'))
    if (asked.kind === 'refused') return refusal(asked)

    const at = ports.now()
    const counters = failureCountersOf(asked.organizationId, addressOf(request.headers, ports.address))
    const organizationId = ports.failures.waitMs(counters, at) === 0 && (await organizationOf(asked, ports, at))
    if (!organizationId) return failed(asked, counters, ports, at)

    const access_token = await ports.issuer.issue(organizationId)
    // In this order: some shell clients cut the token out of the front of the text.
    return ok({ access_token, expires_in: tokenSeconds, token_type: 'Bearer', scope: organizationScope })
  })

/** A form that is too long or none is an empty one. */
function formOf(request: HttpRequest, text: string): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')
  return new URLSearchParams(isForm && text.length <= formCharsMax ? text : '')
}

type Asked = { readonly organizationId: Guid | undefined; readonly secret: string }

/** The organization whose key this is, if it is one, and the directory has not disabled the organization. */
async function organizationOf({ organizationId, secret }: Asked, ports: IssueTokensPorts, at: number) {
  const { keys, secrets, directory } = ports
  if (!organizationId) return undefined
  const [known, organization] = await Promise.all([keys.keysOf(organizationId), directory.organization(organizationId)])
  const hash = secrets.hashOf(secret)
  const accepted = acceptsSecret(known, (each) => secrets.same(each, hash), instantAt(at))
  return accepted && organization?.enabled !== false ? organizationId : undefined
}

/**
 * One answer whatever was wrong: unknown organization, none of its keys, or disabled. Beyond the limits, also for what is right.
 * Throws `Damaged` where the secret may be that of a key that cannot be read.
 */
async function failed(
  { organizationId }: Asked,
  counters: readonly FailureCounter[],
  { failures, keys }: Pick<IssueTokensPorts, 'failures' | 'keys'>,
  at: number,
): Promise<HttpResponseInit> {
  const waitMs = failures.waitMs(counters, at)
  if (waitMs > 0) return tooMany(waitMs)
  failures.note(counters, at)
  if (organizationId && (await keys.hasDamaged(organizationId))) {
    throw new Damaged('key store', new Error('a key is damaged'))
  }
  return refusal({ kind: 'refused', reason: 'invalid_client', description: 'unknown client or wrong secret' })
}

/** RFC 6749 section 5.2. */
function refusal({ reason, description }: TokenRequestRefusal): HttpResponseInit {
  const unauthorized = reason === 'invalid_client'
  return {
    status: unauthorized ? 401 : 400,
    ...(unauthorized && { headers: { 'WWW-Authenticate': 'Basic realm="keytrail"' } }),
    jsonBody: { error: reason, error_description: description },
  }
}

/** RFC 6585 section 4. */
const tooMany = (waitMs: number): HttpResponseInit => ({
  status: 429,
  headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) },
  jsonBody: { error: 'temporarily_unavailable', error_description: 'too many wrong secrets; try again later' },
})
