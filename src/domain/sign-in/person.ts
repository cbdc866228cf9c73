// Who may sign in, and as which accounts of the directory. Pure.
import * as v from 'valibot'
import { grantedRoleOf, type PeopleFacts } from '../directory/authorize.ts'
import { memberStatus } from '../directory/directory.ts'
import { comparableEmail } from '../directory/emails.ts'
import { PersonClaims, type UserPrincipal } from '../directory/principal.ts'
import { Guid } from '../guid.ts'
import type { EmailProblem, Identity } from './identity.ts'
import { type RoleSettings, rightsGivenTo, rolesThatCount } from './roles.ts'

/** How long a sign-in lasts: after it, a token is not renewed. */
export const sessionMs = 12 * 3_600_000
/** Lifetime of a person's token, in seconds. */
export const personTokenSeconds = 3_600
/** Most accounts of one e-mail that a token names. */
export const accountsMax = 20

/** What Keytrail's token of a person says: the rights at its issue, and from what they are decided anew. */
export const PersonTokenClaims = v.object({
  ...PersonClaims.entries,
  scope: v.strictTuple([v.literal('api')]),
  amr: v.strictTuple([v.literal('external')]),
  /** The identity provider, and who the person is there. */
  idp: v.string(),
  person: Guid,
  name: v.optional(v.string()),
  email: v.optional(v.string()),
  roles: v.array(v.string()),
})
export type PersonTokenClaims = v.InferOutput<typeof PersonTokenClaims>

type Decision =
  | { readonly kind: 'person'; readonly claims: PersonTokenClaims }
  | { readonly kind: 'refused'; readonly reason: EmailProblem | 'not-a-member' }

/** The sign-in that a token is of: the provider, and its time in Unix seconds. */
type SignIn = { readonly issuer: string; readonly at: number }

/**
 * Decides what this person's token says. Refuses who is no confirmed member or provider user by e-mail, no operator, and was
 * granted no role that counts.
 */
export function decidePerson(identity: Identity, signIn: SignIn, facts: PeopleFacts, settings: RoleSettings): Decision {
  const accounts = accountsOf(identity.email, facts)
  const { isOperator, granted } = rightsGivenTo(identity, settings)
  const [userId = identity.person, ...otherUserIds] = accounts
  const user: UserPrincipal = {
    kind: 'user',
    knownBy: 'provider',
    userId,
    otherUserIds,
    ...(identity.email !== undefined && { email: identity.email }),
    isOperator,
    granted,
    organizations: new Map(),
    eventLogs: new Set(),
    providers: new Map(),
  }
  const counting = [...granted].filter(([organizationId]) => grantedRoleOf(user, organizationId, facts))
  if (accounts.length === 0 && !isOperator && counting.length === 0) {
    return { kind: 'refused', reason: identity.problem ?? 'not-a-member' }
  }
  return {
    kind: 'person',
    claims: {
      sub: userId,
      other_user_ids: otherUserIds,
      granted: Object.fromEntries(granted),
      operator: isOperator,
      auth_time: signIn.at,
      scope: ['api'],
      amr: ['external'],
      idp: signIn.issuer,
      person: identity.person,
      ...(identity.name !== undefined && { name: identity.name }),
      ...(identity.email !== undefined && { email: identity.email }),
      roles: [...rolesThatCount(identity.roles, settings)],
    },
  }
}

/** Who the person of a token is, to decide anew. */
export const identityOf = ({ person, name, email, roles }: PersonTokenClaims): Identity => ({
  person,
  ...(name !== undefined && { name }),
  ...(email !== undefined && { email }),
  roles,
})

/** The accounts with this e-mail of confirmed members and provider users, in order of their ids; none where an entry with it is revoked. */
function accountsOf(email: string | undefined, facts: PeopleFacts): readonly Guid[] {
  if (email === undefined) return []
  const lists = [
    ...[...facts.organizations.values()].map(({ enabled, members }) => (enabled ? members : [])),
    ...[...facts.providers.values()].map(({ enabled, users }) => (enabled ? users : [])),
  ]
  const name = comparableEmail(email)
  const accounts = lists.flatMap((people) => {
    const own = people.filter((each) => each.email !== null && comparableEmail(each.email) === name)
    if (own.some(({ status }) => status === memberStatus.revoked)) return []
    return own.flatMap(({ status, userId }) => (status === memberStatus.confirmed && userId ? [userId] : []))
  })
  return [...new Set(accounts)].sort().slice(0, accountsMax)
}
