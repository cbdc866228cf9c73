// Signs people in: an ID token of the identity provider, or an earlier token of ours, for a token of ours. Limits failed attempts.

import { signInCountersOf } from '../../domain/keys/failure-limits.ts'
import type { EmailProblem } from '../../domain/sign-in/identity.ts'
import { type Identity, identityFrom } from '../../domain/sign-in/identity.ts'
import { decidePerson, identityOf, sessionMs } from '../../domain/sign-in/person.ts'
import type { SignInRequest } from '../../domain/sign-in/requests.ts'
import { type RoleSettings, rightsGivenTo } from '../../domain/sign-in/roles.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'
import type { FailureLog } from '../../ports/keys.ts'
import type { IdentityProvider, PersonTokens, UsedTokens } from '../../ports/sign-in.ts'
import { factsForEmail } from '../directory/facts.ts'

export type SignInPorts = {
  readonly provider: IdentityProvider
  readonly used: UsedTokens
  readonly persons: PersonTokens
  readonly roles: RoleSettings
  /** Whether the app redeems codes; else the page does. */
  readonly redeems: boolean
  readonly directory: DirectoryReader
  readonly failures: FailureLog
  readonly now: () => number
}

type Refusal = Extract<
  | Awaited<ReturnType<IdentityProvider['verify']>>
  | Awaited<ReturnType<IdentityProvider['redeem']>>
  | Awaited<ReturnType<PersonTokens['read']>>
  | ReturnType<typeof identityFrom>,
  { readonly kind: 'refused' }
>

/** Why a person is not signed in. */
export type SignInRefusal =
  | Refusal['reason']
  | EmailProblem
  | 'id-token-used'
  | 'not-a-member'
  | 'provider-changed'
  | 'session-over'
  | 'codes-not-redeemed'

type SignedIn =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly reason: SignInRefusal }
type Limited = { readonly kind: 'refused'; readonly reason: 'too-many-failures'; readonly waitMs: number }

/** A token for what the page has. Beyond the limit of failures of an address every request is refused. */
export async function signIn(
  ports: SignInPorts,
  request: SignInRequest,
  address: string | undefined,
): Promise<SignedIn | Limited> {
  const { failures, now } = ports
  const counters = signInCountersOf(address)
  const waitMs = failures.waitMs(counters, now())
  if (waitMs > 0) return { kind: 'refused', reason: 'too-many-failures', waitMs }

  const result = await respondTo(ports, request)
  if (result.kind === 'refused') failures.note(counters, now())
  return result
}

async function respondTo(ports: SignInPorts, request: SignInRequest): Promise<SignedIn> {
  if (request.kind === 'renewal') return renew(ports, request.token)
  if (request.kind === 'id-token') return exchange(ports, request.idToken, request.nonceVerifier)
  if (!ports.redeems) return { kind: 'refused', reason: 'codes-not-redeemed' }
  const redeemed = await ports.provider.redeem(request)
  return redeemed.kind === 'refused' ? redeemed : exchange(ports, redeemed.idToken, request.nonceVerifier)
}

async function exchange(ports: SignInPorts, idToken: string, nonceVerifier: string): Promise<SignedIn> {
  const { provider, used, persons, now } = ports
  const verified = await provider.verify(idToken, nonceVerifier)
  if (verified.kind === 'refused') return verified
  const identity = identityFrom(verified.claims, provider.issuer)
  if ('kind' in identity) return identity

  const decision = await decide(ports, identity, Math.floor(now() / 1_000))
  if (decision.kind === 'refused') return decision
  // Last, so that an outage before it does not use the token up.
  if (!(await used.use(verified.id, verified.issuedAt))) return { kind: 'refused', reason: 'id-token-used' }
  return { kind: 'token', token: await persons.issue(decision.claims) }
}

async function renew(ports: SignInPorts, token: string): Promise<SignedIn> {
  const { provider, persons, now } = ports
  const read = await persons.read(token)
  if (read.kind === 'refused') return read
  const { auth_time: at, idp } = read.claims
  if (idp !== provider.issuer) return { kind: 'refused', reason: 'provider-changed' }
  if (now() >= at * 1_000 + sessionMs) return { kind: 'refused', reason: 'session-over' }

  const decision = await decide(ports, identityOf(read.claims), at)
  return decision.kind === 'refused' ? decision : { kind: 'token', token: await persons.issue(decision.claims) }
}

/** Decides on what the directory says now, past any cache. Throws `Damaged` if only a damaged entry may let the person in. */
async function decide({ provider, directory, roles, now }: SignInPorts, identity: Identity, at: number) {
  const { granted } = rightsGivenTo(identity, roles)
  const facts = await factsForEmail(directory, identity.email, [...granted.keys()], now())
  const decision = decidePerson(identity, { issuer: provider.issuer, at }, facts, roles)
  if (decision.kind === 'refused' && facts.unreadable.size > 0) {
    throw new Damaged('directory', new Error('an entry is damaged'))
  }
  return decision
}
