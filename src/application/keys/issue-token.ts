// Exchanges an organization's API key for a token, and limits wrong secrets.
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { acceptsSecret } from '../../domain/keys/api-keys.ts'
import { failureCountersOf } from '../../domain/keys/failure-limits.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'
import type { ApiKeys, FailureLog, Secrets } from '../../ports/keys.ts'
import type { TokenIssuer } from '../../ports/tokens.ts'

export type IssueTokenPorts = {
  readonly issuer: TokenIssuer
  readonly keys: ApiKeys
  readonly secrets: Secrets
  readonly failures: FailureLog
  readonly directory: DirectoryReader
  readonly now: () => number
}

/** A client and its secret; the organization is undefined for a client id that is none of an organization. */
type ClientCredentials = { readonly organizationId: Guid | undefined; readonly secret: string }

type IssuedToken =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly reason: 'client-unknown' }
  | { readonly kind: 'refused'; readonly reason: 'too-many-failures'; readonly waitMs: number }

/**
 * A token for a client with one of its organization's keys. One refusal for every reason: unknown organization, none of its
 * keys, or disabled; beyond the limits, also for a right secret. Throws `Damaged` if the secret may be that of a damaged key.
 */
export async function issueToken(
  ports: IssueTokenPorts,
  client: ClientCredentials,
  address: string | undefined,
): Promise<IssuedToken> {
  const { failures, keys, issuer, now } = ports
  const at = now()
  const counters = failureCountersOf(client.organizationId, address)
  const organizationId = failures.waitMs(counters, at) === 0 && (await organizationOf(client, ports, at))
  if (organizationId) return { kind: 'token', token: await issuer.issue(organizationId) }

  const waitMs = failures.waitMs(counters, at)
  if (waitMs > 0) return { kind: 'refused', reason: 'too-many-failures', waitMs }
  failures.note(counters, at)
  if (client.organizationId && (await keys.hasDamaged(client.organizationId))) {
    throw new Damaged('key store', new Error('a key is damaged'))
  }
  return { kind: 'refused', reason: 'client-unknown' }
}

/** The organization if the secret is of one of its keys and the directory has not disabled it. */
async function organizationOf({ organizationId, secret }: ClientCredentials, ports: IssueTokenPorts, at: number) {
  const { keys, secrets, directory } = ports
  if (!organizationId) return undefined
  const [known, organization] = await Promise.all([keys.keysOf(organizationId), directory.organization(organizationId)])
  const hash = secrets.hashOf(secret)
  const accepted = acceptsSecret(known, (each) => secrets.same(each, hash), instantAt(at))
  return accepted && organization?.enabled !== false ? organizationId : undefined
}
