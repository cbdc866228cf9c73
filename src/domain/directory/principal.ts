// The caller, read from the claims of a verified token. Pure.
import * as v from 'valibot'
import { deviceTypeOfName } from '../events/device-types.ts'
import { type Guid, parseGuid } from '../guid.ts'

/** The known scopes: of a person's client, of an organization's API key, of a trusted server. */
export type Scope = 'api' | 'api.organization' | 'api.events.write'

/** A person's role in an organization. */
export type OrganizationRole = 'owner' | 'admin' | 'custom' | 'user'
/** A person's role in a provider. */
export type ProviderRole = 'admin' | 'service'

/** A person, with the memberships that the token claims. */
export type UserPrincipal = {
  readonly kind: 'user'
  readonly userId: Guid
  readonly organizations: ReadonlyMap<Guid, OrganizationRole>
  /** Organizations whose event log a custom member may read. */
  readonly eventLogs: ReadonlySet<Guid>
  readonly providers: ReadonlyMap<Guid, ProviderRole>
  readonly deviceType?: number
}
/** An organization's API key: acts for that organization alone. */
export type OrganizationPrincipal = { readonly kind: 'organization'; readonly organizationId: Guid }
/** A server that is trusted to report events and to write the directory. */
type ServerPrincipal = { readonly kind: 'server'; readonly clientId: string }

/** The kind of caller for each scope. */
export type PrincipalByScope = {
  readonly api: UserPrincipal
  readonly 'api.organization': OrganizationPrincipal
  readonly 'api.events.write': ServerPrincipal
}
export type Principal = PrincipalByScope[Scope]

/** Why a valid token is refused. */
export type ClaimRefusal =
  | { readonly kind: 'refused'; readonly reason: 'scope-missing'; readonly scope: Scope }
  | { readonly kind: 'refused'; readonly reason: 'claims-unusable' }

/** The reference's servers write a claim with one value as a string, one with several as an array. */
const values = v.fallback(v.pipe(v.union([v.string(), v.array(v.string())]), v.transform(listOf)), [])

function listOf(claim: string | string[]): string[] {
  return typeof claim === 'string' ? [claim] : claim
}

const guids = v.optional(
  v.pipe(
    values,
    v.transform((texts) => texts.map(parseGuid).filter((id) => id !== undefined)),
  ),
  [],
)

const Claims = v.object({
  scope: v.optional(
    v.pipe(
      values,
      v.transform((texts) => texts.flatMap((text) => text.split(/\s+/))),
    ),
    [],
  ),
  amr: v.optional(values, []),
  sub: v.optional(v.string(), ''),
  client_id: v.optional(v.string(), ''),
  devicetype: v.optional(v.fallback(v.string(), ''), ''),
  orgowner: guids,
  orgadmin: guids,
  orgcustom: guids,
  orguser: guids,
  accesseventlogs: guids,
  providerprovideradmin: guids,
  providerserviceuser: guids,
})
type Claims = v.InferOutput<typeof Claims>

/**
 * Reads the caller from these claims, for a route that needs this scope. Refuses with `scope-missing` if the token lacks the
 * scope, and with `claims-unusable` if it does not identify a caller.
 */
export function principalFrom<S extends Scope>(claims: unknown, scope: S): PrincipalByScope[S] | ClaimRefusal {
  const read = v.safeParse(Claims, claims)
  if (!read.success) return { kind: 'refused', reason: 'claims-unusable' }
  if (!read.output.scope.includes(scope)) return { kind: 'refused', reason: 'scope-missing', scope }

  const principal = readers[scope](read.output)
  return principal ?? { kind: 'refused', reason: 'claims-unusable' }
}

const readers: { readonly [S in Scope]: (claims: Claims) => PrincipalByScope[S] | undefined } = {
  api: userFrom,
  'api.organization': organizationFrom,
  'api.events.write': ({ client_id, sub }) =>
    client_id || sub ? { kind: 'server', clientId: client_id || sub } : undefined,
}

function userFrom(claims: Claims): UserPrincipal | undefined {
  const userId = parseGuid(claims.sub)
  const interactive = claims.amr.includes('Application') || claims.amr.includes('external')
  if (!userId || !interactive) return undefined

  const deviceType = deviceTypeOfName(claims.devicetype)
  return {
    kind: 'user',
    userId,
    // Later entries win: the highest role of an organization named twice.
    organizations: new Map([
      ...claims.orguser.map((id) => [id, 'user'] as const),
      ...claims.orgcustom.map((id) => [id, 'custom'] as const),
      ...claims.orgadmin.map((id) => [id, 'admin'] as const),
      ...claims.orgowner.map((id) => [id, 'owner'] as const),
    ]),
    eventLogs: new Set(claims.accesseventlogs),
    providers: new Map([
      ...claims.providerserviceuser.map((id) => [id, 'service'] as const),
      ...claims.providerprovideradmin.map((id) => [id, 'admin'] as const),
    ]),
    ...(deviceType !== undefined && { deviceType }),
  }
}

function organizationFrom(claims: Claims): OrganizationPrincipal | undefined {
  const [, id] = /^organization\.(.+)$/.exec(claims.client_id) ?? []
  const organizationId = parseGuid(id)
  return organizationId && { kind: 'organization', organizationId }
}

/** The name under which a caller's requests are counted: one for each person, organization (all its API keys) and server. */
export function countedName(caller: Principal): string {
  if (caller.kind === 'user') return `user ${caller.userId}`
  return caller.kind === 'organization' ? `organization ${caller.organizationId}` : `server ${caller.clientId}`
}
