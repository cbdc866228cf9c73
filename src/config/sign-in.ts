// Settings of sign-in: the identity provider, and what its roles and people may do.
import * as v from 'valibot'
import type { ProviderSettings } from '../adapters/jose/identity-provider.ts'
import { isMultiTenant } from '../domain/sign-in/identity.ts'
import { type RoleSettings, readRoleRules } from '../domain/sign-in/roles.ts'
import { readBy, text, url } from './values.ts'

export const signInEntries = {
  /** The OpenID Connect provider with which people sign in on the page; absent: they sign in with the vault's issuer. */
  SIGN_IN_ISSUER: v.optional(v.pipe(url, v.regex(/^[^?#@\s]+$/))),
  /** Our client there. */
  SIGN_IN_CLIENT_ID: v.optional(text),
  /** The client's secret, where the provider demands one of a web page's client too; then the app redeems codes. */
  SIGN_IN_CLIENT_SECRET: v.optional(text),
  /** What values of the claims `roles` and `groups` give: `role=operator`, `role=owner:<organization>`, `role=reader:<organization>`, by commas. */
  SIGN_IN_ROLES: v.optional(readBy(readRoleRules), 'keytrail.operator=operator'),
  /** Who operates Keytrail: e-mails or roles, separated by commas. */
  OPERATORS: v.optional(
    v.pipe(
      v.string(),
      v.transform((list) => list.split(',').flatMap((each) => each.trim() || [])),
    ),
    '',
  ),
}

const SignInEntries = v.object({
  ...signInEntries,
  TOKEN_SIGNING_KEY: v.optional(text),
  TOKEN_ISSUER: v.optional(text),
  AUTH_ISSUER: v.optional(text),
  AZURE_FUNCTIONS_ENVIRONMENT: v.string(),
})
type Settings = v.InferOutput<typeof SignInEntries>

/** The identity provider, and what its people may do. */
export type SignInSettings = { readonly provider: ProviderSettings; readonly roles: RoleSettings }

/** How people sign in; undefined without an identity provider. A text says what is wrong. */
export function signInOf(settings: Settings): SignInSettings | string | undefined {
  const { SIGN_IN_ISSUER: issuer, SIGN_IN_CLIENT_ID: clientId, SIGN_IN_CLIENT_SECRET: clientSecret } = settings
  if (!issuer) return undefined
  if (!clientId) return 'SIGN_IN_CLIENT_ID is missing'
  for (const name of ['TOKEN_SIGNING_KEY', 'TOKEN_ISSUER'] as const) {
    if (!settings[name]) return `${name} is missing (SIGN_IN_ISSUER needs it)`
  }
  if (issuer.startsWith('http:') && settings.AZURE_FUNCTIONS_ENVIRONMENT !== 'Development') {
    return 'SIGN_IN_ISSUER must be https'
  }
  if (isMultiTenant(issuer)) return 'SIGN_IN_ISSUER must name one tenant by its id'
  return {
    provider: { issuer, clientId, ...(clientSecret && { clientSecret }) },
    roles: { rules: settings.SIGN_IN_ROLES ?? [], operators: settings.OPERATORS },
  }
}
