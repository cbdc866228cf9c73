// The claims of the local identity server's tokens, like those of the reference server. Pure.
import { createHash } from 'node:crypto'
import { memberStatus, memberType, providerUserType } from '../../src/domain/directory/directory.ts'
import { deviceTypes } from '../../src/domain/events/device-types.ts'
import type { Member, Organization, Provider } from '../demo/people/directory.ts'
import type { Person } from '../demo/people/people.ts'

/** As much of a person as signing in needs. */
export type Account = {
  readonly id: string
  readonly name: string
  readonly email: string
  /** Whether the server vouches for the address; absent: it does. */
  readonly emailVerified?: boolean
}

/** As much of an organization as signing in needs. */
export type WorldOrganization = Pick<Organization, 'id' | 'name'> & {
  readonly members: readonly Pick<Member, 'userId' | 'status' | 'type' | 'permissions'>[]
}

/** The people with an account, and their organizations and providers. */
export type World = {
  readonly people: readonly Person[]
  /** Who has an account in plain mode alone, and none in the vault. */
  readonly operators: readonly Account[]
  readonly organizations: readonly WorldOrganization[]
  readonly providers: readonly Provider[]
}

/** A token's own claims; issuer and times come with the signature. */
export type Claims = { readonly scope: readonly string[]; readonly client_id: string } & Readonly<
  Record<string, string | readonly string[]>
>

/** The token of a person: identity, first device, and confirmed memberships. */
export function userClaims(person: Person, world: World, clientId: string, scope: readonly string[]): Claims {
  const [device] = person.devices
  return {
    scope,
    client_id: clientId,
    amr: ['Application'],
    sub: person.id,
    email: person.email,
    name: person.name,
    device: device.id,
    devicetype: deviceTypes[device.type]?.name ?? 'UnknownBrowser',
    ...memberships(person, world),
  }
}

/** The token of an organization's API key, which acts for that organization alone. */
export function organizationClaims(organizationId: string): Claims {
  return { scope: ['api.organization'], client_id: `organization.${organizationId}`, client_sub: organizationId }
}

/** The token of a trusted server, which writes events and the directory. */
export const serverClaims: Claims = { scope: ['api.events.write'], client_id: 'server' }

/** What an ID token of the plain mode says beside issuer, audience and times, as far as the scopes go (OpenID Connect Core 1.0 section 5.4). */
export function plainClaims({ id, name, email, emailVerified = true }: Account, scope: readonly string[]) {
  return {
    // Not the vault's id: only the address leads from one to the other.
    sub: createHash('sha256').update(`plain ${id}`).digest('base64url').slice(0, 22),
    ...(scope.includes('profile') && { name }),
    ...(scope.includes('email') && { email, email_verified: emailVerified }),
  }
}

function memberships(person: Person, { organizations, providers }: World) {
  const where = (type: number, permitted = (_: { accessEventLogs: boolean } | null) => true) =>
    organizations
      .filter(({ members }) =>
        members.some(
          (member) =>
            member.userId === person.id &&
            member.status === memberStatus.confirmed &&
            member.type === type &&
            permitted(member.permissions),
        ),
      )
      .map(({ id }) => id)
  const whereProvider = (type: number) =>
    providers
      .filter(({ users }) =>
        users.some((user) => user.userId === person.id && user.status === memberStatus.confirmed && user.type === type),
      )
      .map(({ id }) => id)

  return {
    ...claim('orgowner', where(memberType.owner)),
    ...claim('orgadmin', where(memberType.admin)),
    ...claim('orguser', where(memberType.user)),
    ...claim('orgcustom', where(memberType.custom)),
    ...claim(
      'accesseventlogs',
      where(memberType.custom, (permissions) => permissions?.accessEventLogs === true),
    ),
    ...claim('providerprovideradmin', whereProvider(providerUserType.admin)),
    ...claim('providerserviceuser', whereProvider(providerUserType.service)),
  }
}

/** No value: no claim; one: a string; several: an array. Real tokens have all three forms. */
function claim(name: string, values: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const [first, ...rest] = values
  if (first === undefined) return {}
  return { [name]: rest.length === 0 ? first : values }
}
