// The timeline of the demo month: when people, items and collections come and go in its scenarios, and what that rules out on ordinary days. Pure.

import { acme, provider, providerOrganizationId } from '../people/world.ts'
import type { Happening, Subject } from './messages.ts'

/** Types of events that bring something, or bring it back. An item that is moved into the organization has no past there. */
const comes: ReadonlySet<number> = new Set([1501, 1512, 1801, 1901, 1300, 1100, 1105, 1116])
/** Types of events that take something away, for a while or for good. */
const goes: ReadonlySet<number> = new Set([1511, 1102, 1115])

/** From this instant on (milliseconds since 1970) it is there, or it is not. */
type Turn = { readonly at: number; readonly there: boolean }

/** Decides whether something can happen, given these scenarios: every person and thing that it names exists at that time. */
export function timelineOf(scenarios: readonly Happening[]): (happening: Happening) => boolean {
  const turns = Map.groupBy(
    scenarios
      .filter(({ type }) => comes.has(type) || goes.has(type))
      .map(({ at, type, subject }) => ({ at, there: comes.has(type), id: turningIn(subject) }))
      .sort((one, another) => one.at - another.at),
    ({ id }) => id,
  )
  return ({ at, subject }) => namedBy(subject).every((id) => isThere(turns.get(id) ?? [], at))
}

/** Before its first turn, a thing is what that turn ends. */
function isThere(turns: readonly Turn[], at: number): boolean {
  const last = turns.findLast((turn) => turn.at <= at)
  return last?.there ?? !(turns[0]?.there ?? false)
}

/** What an event of those types is about: a person by the user id, anything else by its own. */
function turningIn({ CipherId, CollectionId, ProviderOrganizationId, ProviderUserId, UserId }: Subject) {
  const ofProvider = provider.users.find(({ id }) => id === ProviderUserId)?.userId
  return CipherId ?? CollectionId ?? ProviderOrganizationId ?? ofProvider ?? UserId
}

function namedBy({ ActingUserId, UserId, CipherId, OrganizationId, ProviderId, ProviderOrganizationId }: Subject) {
  const collections = acme.items.find(({ id }) => id === CipherId)?.collections ?? []
  const visit = OrganizationId !== undefined && ProviderId !== undefined ? providerOrganizationId : undefined
  return [ActingUserId, UserId, CipherId, ...collections, ProviderOrganizationId, visit]
}
