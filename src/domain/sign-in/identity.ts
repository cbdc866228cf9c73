// Who a person is by the claims of a verified ID token (OpenID Connect Core 1.0 section 2), and whether its e-mail may be trusted. Pure.
import * as v from 'valibot'
import { type Guid, guidOfContent } from '../guid.ts'

/** A claim that is a text, or one of another form, which counts as absent. */
const text = v.fallback(v.optional(v.string()), undefined)
const texts = v.fallback(
  v.pipe(
    v.optional(v.union([v.string(), v.array(v.string())]), []),
    v.transform((claim) => (typeof claim === 'string' ? [claim] : claim)),
  ),
  [],
)

/** The claims that Keytrail reads. `preferred_username` is for display alone: people may choose it. */
const IdTokenClaims = v.object({
  sub: v.pipe(v.string(), v.minLength(1)),
  name: text,
  preferred_username: text,
  email: text,
  email_verified: v.optional(v.unknown()),
  tid: text,
  xms_edov: v.optional(v.unknown()),
  roles: texts,
  groups: texts,
})
type IdTokenClaims = v.InferOutput<typeof IdTokenClaims>

/** Why a person has no e-mail that counts. */
export type EmailProblem = 'email-missing' | 'email-unverified'

/** A person as the identity provider knows one. `person` stands for issuer and subject; without an e-mail, `problem` says why. */
export type Identity = {
  readonly person: Guid
  readonly name?: string
  readonly email?: string
  readonly problem?: EmailProblem
  /** The values of the claims `roles` and `groups`. */
  readonly roles: readonly string[]
}

/** Longest e-mail (RFC 5321 section 4.5.3.1), in characters. */
const emailCharsMax = 320

/** The identity in these claims of this issuer's token; refuses a token of another Entra tenant than the issuer's. */
export function identityFrom(
  claims: unknown,
  issuer: string,
): Identity | { readonly kind: 'refused'; readonly reason: 'id-token-invalid' | 'tenant-wrong' } {
  const read = v.safeParse(IdTokenClaims, claims)
  if (!read.success) return { kind: 'refused', reason: 'id-token-invalid' }
  const tenant = entraTenantOf(issuer)
  if (tenant !== undefined && read.output.tid?.toLowerCase() !== tenant) {
    return { kind: 'refused', reason: 'tenant-wrong' }
  }

  const { sub, name, preferred_username, email, roles, groups } = read.output
  const shown = name ?? preferred_username
  const problem = emailProblemOf(read.output, tenant)
  return {
    person: guidOfContent('person', issuer, sub),
    ...(shown !== undefined && { name: shown }),
    ...(problem ? { problem } : email !== undefined && { email }),
    roles: [...new Set([...roles, ...groups])],
  }
}

/**
 * Most providers say `email_verified`. Entra does not: there an administrator of a tenant may set any `email`, so it counts
 * only in a token of the one tenant that the settings name, and not if `xms_edov` denies that the domain's owner was verified.
 */
function emailProblemOf(claims: IdTokenClaims, tenant: string | undefined): EmailProblem | undefined {
  const { email, email_verified, xms_edov } = claims
  if (!email?.includes('@') || email.length > emailCharsMax) return 'email-missing'
  if (tenant === undefined) return email_verified === true ? undefined : 'email-unverified'
  const denied = [email_verified, xms_edov].some((claim) => ['false', '0'].includes(String(claim).toLowerCase()))
  return denied ? 'email-unverified' : undefined
}

const entraHosts =
  /^(?:login\.microsoftonline\.(?:com|us|de)|login\.partner\.microsoftonline\.cn|login\.chinacloudapi\.cn|login\.windows\.net|sts\.windows\.net|sts\.chinacloudapi\.cn)$/
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** The tenant of all personal Microsoft accounts. */
const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

/** The tenant that an issuer of Entra ID names, in lower case; undefined for any other issuer. */
function entraTenantOf(issuer: string): string | undefined {
  const { hostname, pathname } = new URL(issuer)
  return entraHosts.test(hostname) ? (pathname.split('/')[1] ?? '').toLowerCase() : undefined
}

/** Whether this issuer of Entra ID stands for any tenant (`common`, `organizations`, `consumers`, `{tenantid}`), or not for one by its id. */
export function isMultiTenant(issuer: string): boolean {
  const tenant = entraTenantOf(issuer)
  return tenant !== undefined && (!guid.test(tenant) || tenant === consumersTenant)
}
