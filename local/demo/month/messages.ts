// What happens in the demo month, said as a Bitwarden-compatible server says it: one PascalCase message an event. Pure.
import { guidOfContent } from '../../../src/domain/guid.ts'
import type { Member } from '../people/directory.ts'
import type { Device, Person } from '../people/people.ts'
import { acme, other, provider, providerId, providerOrganizationId } from '../people/world.ts'

/** A message as a trusted server writes it; a member that does not apply is absent. */
export type ServerEvent = {
  readonly Type: number
  /** UTC; seven fraction digits when the server took the time, three when a client did. */
  readonly Date: string
  /** The event's identity: a message sent again is the same event. */
  readonly IdempotencyId: string
  readonly OrganizationId?: string
  readonly ProviderId?: string
  readonly UserId?: string
  readonly ActingUserId?: string
  readonly CipherId?: string
  readonly CollectionId?: string
  readonly GroupId?: string
  readonly PolicyId?: string
  readonly OrganizationUserId?: string
  readonly ProviderUserId?: string
  readonly ProviderOrganizationId?: string
  readonly DomainName?: string
  readonly DeviceType?: number
  readonly IpAddress?: string
  readonly SystemUser?: number
}

/** The members that say what an event is about. */
export type Subject = Omit<ServerEvent, 'Type' | 'Date' | 'IdempotencyId'>

/** Something that happens at an instant (milliseconds since 1970), before it has an identity. */
export type Happening = { readonly at: number; readonly type: number; readonly subject: Subject }

/** Who acts, and where. */
export type Actor = { readonly person: Person; readonly device: Device }

/** What happens in a client alone, and so bears the client's time. */
const reportedByClients: ReadonlySet<number> = new Set([1007, 1107, 1108, 1109, 1111, 1112, 1114, 1117, 1118, 1602])

/** What a person did to something in an organization: `about` names the item, collection, group, policy or domain. */
export function done(type: number, at: number, actor: Actor, organizationId: string, about: Subject = {}): Happening {
  return { at, type, subject: { OrganizationId: organizationId, ...about, ...by(actor) } }
}

/** What was done to a member; by nobody but the server itself when there is no actor (`SystemUser` says on whose behalf). */
export function doneToMember(
  type: number,
  at: number,
  actor: Actor | undefined,
  organizationId: string,
  { id, userId }: Pick<Member, 'id' | 'userId'>,
): Happening {
  const about: Subject = { OrganizationUserId: id, ...(userId === null ? {} : { UserId: userId }) }
  if (actor !== undefined) return done(type, at, actor, organizationId, about)
  const scim: Subject = { SystemUser: systemUser.scim, DeviceType: serverDevice }
  return { at, type, subject: { OrganizationId: organizationId, ...about, ...scim } }
}

/** What concerns a person's own account: once for the personal log, and once for every organization and provider of theirs. */
export function onAccount(type: number, at: number, actor: Actor): readonly Happening[] {
  const subject: Subject = { UserId: actor.person.id, ...by(actor) }
  return [{}, ...homesOf(actor.person)].map((home) => ({ at, type, subject: { ...home, ...subject } }))
}

/** What a provider's user did in the provider itself, or to the organization it manages. */
export function inProvider(type: number, at: number, actor: Actor, about: Subject = {}): Happening {
  return { at, type, subject: { ProviderId: providerId, ...about, ...by(actor) } }
}

/** A provider's user opens the managed organization's vault: the organization sees it, and the provider does. */
export function vaultAccess(at: number, actor: Actor): readonly Happening[] {
  return [
    done(1603, at, actor, acme.id, { ProviderId: providerId }),
    inProvider(1903, at, actor, { ProviderOrganizationId: providerOrganizationId }),
  ]
}

/** Gives a happening its identity, which stands for its place in the month: parts that are the same give the same id. */
export function messageOf({ at, type, subject }: Happening, ...place: readonly number[]): ServerEvent {
  // Of the instant alone: all copies of one event bear the same date.
  const tail = reportedByClients.has(type) ? '' : `${((at % 10_000) * 7_919) % 10_000}`.padStart(4, '0')
  const date = new Date(at).toISOString().replace('Z', `${tail}Z`)
  return { Type: type, Date: date, IdempotencyId: guidOfContent('demo', ...place), ...subject }
}

const systemUser = { scim: 1 } as const
const serverDevice = 22

const by = ({ person, device }: Actor): Subject => ({
  ActingUserId: person.id,
  DeviceType: device.type,
  IpAddress: device.ipAddress,
})

function homesOf(person: Person): readonly Subject[] {
  const organizations = [acme, other].filter(({ members }) => members.some(({ userId }) => userId === person.id))
  const providers = [provider].filter(({ users }) => users.some(({ userId }) => userId === person.id))
  return [
    ...organizations.map(({ id }) => ({ OrganizationId: id })),
    ...providers.map(({ id }) => ({ ProviderId: id })),
  ]
}
