// The organization of `npm run simulator`: people of the demo in a second organization, with a month of events behind it.
import { formatInstant, parseInstant } from '../../src/domain/instant.ts'
import type { ServerEvent } from '../demo/month/messages.ts'
import { month } from '../demo/month/month.ts'
import { acme, acmeId } from '../demo/people/world.ts'
import { type Arrival, eventLog, type PublicEvent, type TokenKind } from './events.ts'
import type { SimulatedOrganization } from './organization.ts'
import { publicEvent } from './traffic.ts'

/** Another month than that of the demo data. */
const seed = 7

/** As little of a secret as the demo's passwords. */
const clientSecret = 'secret-of-the-simulator-alone'

/** The id here of a thing of Acme Corp: it ends alike, and is another one. People keep their user ids. */
export const twinOf = (id: string): string => id.replace(/-0000-4000-8000-/, '-0007-4000-8000-')

/** Its members are those of Acme Corp, so that they can sign in at the local identity server; `base` (milliseconds since 1970) ends its month. */
export function demoOrganization(base: number, kind: TokenKind, random: () => number): SimulatedOrganization {
  const events = eventLog(kind, random)
  events.append(month(base, seed).flatMap(arrivalOf))
  return {
    id: twinOf(acmeId),
    name: 'Northwind Ltd',
    clientSecret,
    enabled: true,
    useEvents: true,
    members: acme.members.map((member) => ({
      ...member,
      id: twinOf(member.id),
      collections: member.collections.map(twin),
      groups: member.groups.map(twinOf),
    })),
    groups: acme.groups.map((group) => ({ ...twin(group), collections: group.collections.map(twin) })),
    collections: acme.collections.map(({ id, externalId, groups }) => ({
      id: twinOf(id),
      externalId,
      groups: groups.map(twin),
    })),
    policies: acme.policies.map(({ id, type, enabled, data }) => ({ id: twinOf(id), type, enabled, data })),
    events,
  }
}

const twin = <T extends { readonly id: string }>(thing: T): T => ({ ...thing, id: twinOf(thing.id) })

/** What a server logs of this message; nothing for another organization's. */
function arrivalOf(message: ServerEvent): readonly Arrival[] {
  if (message.OrganizationId !== acmeId) return []
  const date = parseInstant(message.Date)
  if (date === undefined) throw new Error(`${message.Date} is no date`)
  const event = publicEvent({ type: message.Type, date: formatInstant(date), ...subjectOf(message) })
  return [{ appearsAt: Date.parse(message.Date), event }]
}

function subjectOf(message: ServerEvent): Partial<PublicEvent> {
  const twinOrNull = (id: string | undefined) => (id === undefined ? null : twinOf(id))
  return {
    itemId: twinOrNull(message.CipherId),
    collectionId: twinOrNull(message.CollectionId),
    groupId: twinOrNull(message.GroupId),
    policyId: twinOrNull(message.PolicyId),
    memberId: twinOrNull(message.OrganizationUserId),
    actingUserId: message.ActingUserId ?? null,
    device: message.DeviceType ?? null,
    ipAddress: message.IpAddress ?? null,
  }
}
