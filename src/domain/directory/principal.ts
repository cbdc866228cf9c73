// The caller, read from the claims of a verified token. Pure.
import * as v from 'valibot'
import { deviceTypeOfName } from '../events/device-types.ts'
import { Guid, parseGuid } from '../guid.ts'

/** The known scopes: of a person's client, of an organization's API key, of a trusted server. */
export type Scope = 'api' | 'api.organization' | 'api.events.write'

/** A person's role in an organization. */
export type OrganizationRole = 'owner' | 'admin' | 'custom' | 'user'
/** A person's role in a provider. */
export type ProviderRole = 'admin' | 'service'

/** A role in an organization that the settings give to a role or group of the identity provider. */
export const GrantedRole = v.picklist(['owner', 'reader'])
export type GrantedRole = v.InferOutput<typeof GrantedRole>

/** A person, with what the token says of memberships and rights. */
export type UserPrincipal = {
  readonly kind: 'user'
  /**
   * Who says who the person is: the vault, whose token names the account; or the identity provider, which vouches for an
   * e-mail. An organization's entry then counts only if it has that e-mail too: the directory of one organization
   * must not decide who a person is in another.
   */
  readonly knownBy: 'vault' | 'provider'
  readonly userId: Guid
  /** Further accounts with the same e-mail. */
  readonly otherUserIds: readonly Guid[]
  readonly name?: string
  /** Of a person whom the identity provider knows: one that it vouches for. */
  readonly email?: string
  /** Whether the settings name the person, or one of the person's roles, as operator. */
  readonly isOperator: boolean
  /** The roles in organizations that the settings give. */
  readonly granted: ReadonlyMap<Guid, GrantedRole>
  readonly organizations: ReadonlyMap<Guid, OrganizationRole>
  /** Organizations whose event log a custom member may read. */
  readonly eventLogs: ReadonlySet<Guid>
  readonly providers: ReadonlyMap<Guid, ProviderRole>
  readonly deviceType?: number
}
/** An organization's API key: acts for that organization alone. */
export type OrganizationPrincipal = { readonly kind: 'organization'; readonly organizationId: Guid }
/** A server that is trusted to report events and to write the directory. */
export type ServerPrincipal = {
  readonly kind: 'server'
  readonly clientId: string
  /** The organizations that it may report for. */
  readonly organizations: ReadonlySet<Guid> | 'all'
}

/** The kind of caller for each scope. */
export type PrincipalByScope = {
  readonly api: UserPrincipal
  readonly 'api.organization': OrganizationPrincipal
  readonly 'api.events.write': ServerPrincipal
}
export type Principal = PrincipalByScope[Scope]

/**
 * How far the claims of an issuer's tokens are trusted: `own` tokens, which Keytrail made, in all they say; those of a vault
 * in who the caller is and in `memberships`; those of a further issuer perhaps in a person's `identity` alone.
 */
export type ClaimTrust = 'own' | 'memberships' | 'identity'

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
  name: v.fallback(v.optional(v.string()), undefined),
  email: v.fallback(v.optional(v.string()), undefined),
  devicetype: v.optional(v.fallback(v.string(), ''), ''),
  orgowner: guids,
  orgadmin: guids,
  orgcustom: guids,
  orguser: guids,
  accesseventlogs: guids,
  providerprovideradmin: guids,
  providerserviceuser: guids,
  /** Of a server key for named organizations. */
  organizations: v.optional(v.array(Guid)),
})
type Claims = v.InferOutput<typeof Claims>

/** What Keytrail's own token of a person says beside; absent in a vault's. */
export const PersonClaims = v.object({
  sub: Guid,
  other_user_ids: v.array(Guid),
  granted: v.record(Guid, GrantedRole),
  operator: v.boolean(),
  /** When the person signed in, in Unix seconds (OpenID Connect Core 1.0 section 2). */
  auth_time: v.pipe(v.number(), v.safeInteger()),
})

/**
 * Reads the caller from these claims, for a route that needs this scope, as far as the issuer is trusted. Refuses with
 * `scope-missing` if the token lacks the scope, and with `claims-unusable` if it does not identify a caller.
 */
export function principalFrom<S extends Scope>(
  claims: unknown,
  scope: S,
  trust: ClaimTrust,
): PrincipalByScope[S] | ClaimRefusal {
  const read = v.safeParse(Claims, claims)
  if (!read.success) return { kind: 'refused', reason: 'claims-unusable' }
  const accepted = trust !== 'identity' || scope === 'api'
  if (!read.output.scope.includes(scope) || !accepted) return { kind: 'refused', reason: 'scope-missing', scope }

  const principal = readers[scope](read.output, trust, claims)
  return principal ?? { kind: 'refused', reason: 'claims-unusable' }
}

type Reader<P> = (claims: Claims, trust: ClaimTrust, all: unknown) => P | undefined

const readers: { readonly [S in Scope]: Reader<PrincipalByScope[S]> } = {
  api: (claims, trust, all) => (trust === 'own' ? personFrom(claims, all) : vaultUserFrom(claims, trust)),
  'api.organization': organizationFrom,
  'api.events.write': ({ client_id, sub, organizations }) =>
    client_id || sub
      ? { kind: 'server', clientId: client_id || sub, organizations: organizations ? new Set(organizations) : 'all' }
      : undefined,
}

/** A person as the vault's token says. */
function vaultUserFrom(claims: Claims, trust: ClaimTrust): UserPrincipal | undefined {
  const userId = parseGuid(claims.sub)
  const interactive = claims.amr.includes('Application') || claims.amr.includes('external')
  if (!userId || !interactive) return undefined

  const deviceType = deviceTypeOfName(claims.devicetype)
  return {
    ...nobody,
    ...profileOf(claims),
    kind: 'user',
    knownBy: 'vault',
    userId,
    ...(trust === 'memberships' && membershipsIn(claims)),
    ...(deviceType !== undefined && { deviceType }),
  }
}

/** A person as Keytrail's own token says, which it made after a sign-in with the identity provider. */
function personFrom(claims: Claims, all: unknown): UserPrincipal | undefined {
  const read = v.safeParse(PersonClaims, all)
  if (!read.success) return undefined

  const { sub, other_user_ids: otherUserIds, granted, operator: isOperator } = read.output
  const roles = Object.entries(granted).flatMap(([id, role]) => {
    const organizationId = parseGuid(id)
    return organizationId ? [[organizationId, role] as const] : []
  })
  return {
    ...nobody,
    ...profileOf(claims),
    kind: 'user',
    knownBy: 'provider',
    userId: sub,
    otherUserIds,
    isOperator,
    granted: new Map(roles),
  }
}

/** What a person has whose token says nothing more. */
const nobody = {
  otherUserIds: [],
  isOperator: false,
  granted: new Map(),
  organizations: new Map(),
  eventLogs: new Set<Guid>(),
  providers: new Map(),
} satisfies Partial<UserPrincipal>

const profileOf = ({ name, email }: Claims) => ({
  ...(name !== undefined && { name }),
  ...(email !== undefined && { email }),
})

const membershipsIn = (claims: Claims): Pick<UserPrincipal, 'organizations' | 'eventLogs' | 'providers'> => ({
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
})

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
