// Exchanges an API key of an organization, or a server key, for a token, and limits wrong secrets.
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { type ApiKey, acceptsSecret } from '../../domain/keys/api-keys.ts'
import { failureCountersOf } from '../../domain/keys/failure-limits.ts'
import type { TokenClient } from '../../domain/keys/token-requests.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'
import type { ApiKeys, FailureLog, Secrets, ServerKeys } from '../../ports/keys.ts'
import type { TokenIssuer } from '../../ports/tokens.ts'

export type IssueTokenPorts = {
  readonly issuer: TokenIssuer
  readonly keys: ApiKeys
  readonly serverKeys: ServerKeys
  readonly secrets: Secrets
  readonly failures: FailureLog
  readonly directory: DirectoryReader
  readonly now: () => number
}

/** A client and its secret; the client is undefined for a client id of another form. */
type ClientCredentials = { readonly client: TokenClient | undefined; readonly secret: string }

type IssuedToken =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly reason: 'client-unknown' }
  | { readonly kind: 'refused'; readonly reason: 'too-many-failures'; readonly waitMs: number }

/**
 * A token for a client with one of its organization's keys, or with a server key. One refusal for every reason: unknown
 * organization or key, none of its secrets, or disabled; beyond the limits, also for a right secret. Throws `Damaged` if the
 * secret may be that of a damaged key.
 */
export async function issueToken(
  ports: IssueTokenPorts,
  { client, secret }: ClientCredentials,
  address: string | undefined,
): Promise<IssuedToken> {
  const { failures, now } = ports
  const at = now()
  const counters = failureCountersOf(client && idOf(client), address)
  const token = failures.waitMs(counters, at) === 0 && client && (await tokenFor(client, secret, ports, at))
  if (token) return { kind: 'token', token }

  const waitMs = failures.waitMs(counters, at)
  if (waitMs > 0) return { kind: 'refused', reason: 'too-many-failures', waitMs }
  failures.note(counters, at)
  if (client && (await hasDamaged(client, ports))) throw new Damaged('key store', new Error('a key is damaged'))
  return { kind: 'refused', reason: 'client-unknown' }
}

const idOf = (client: TokenClient): Guid => (client.kind === 'organization' ? client.organizationId : client.keyId)

const hasDamaged = (client: TokenClient, { keys, serverKeys }: IssueTokenPorts): Promise<boolean> =>
  client.kind === 'organization' ? keys.hasDamaged(client.organizationId) : serverKeys.hasDamaged()

/** A token if the secret is one of the client's. An organization that the directory has disabled gets none. */
async function tokenFor(client: TokenClient, secret: string, ports: IssueTokenPorts, at: number) {
  const { keys, serverKeys, secrets, directory, issuer } = ports
  const hash = secrets.hashOf(secret)
  const accepts = (known: readonly ApiKey[]) => acceptsSecret(known, (each) => secrets.same(each, hash), instantAt(at))

  if (client.kind === 'server') {
    const key = (await serverKeys.list()).find(({ id }) => id === client.keyId)
    return key && accepts([key]) ? issuer.issueForServer(key) : undefined
  }
  const { organizationId } = client
  const [known, organization] = await Promise.all([keys.keysOf(organizationId), directory.organization(organizationId)])
  return accepts(known) && organization?.enabled !== false ? issuer.issue(organizationId) : undefined
}
