// The sentences of event types, and the member of an event that each place in them stands for. Pure data, for servers and browsers.
import { eventTypeOf } from './event-types.ts'

/** The member that holds the id of what a place names. */
export const fieldOfPlace = {
  item: 'cipherId',
  collection: 'collectionId',
  group: 'groupId',
  policy: 'policyId',
  member: 'organizationUserId',
  'provider-user': 'providerUserId',
  'provider-organization': 'providerOrganizationId',
  secret: 'secretId',
  project: 'projectId',
  'machine-account': 'serviceAccountId',
  send: 'sendId',
  object: 'objectId',
} as const
export type PlaceWithId = keyof typeof fieldOfPlace

export const hasId = (place: string): place is PlaceWithId => Object.hasOwn(fieldOfPlace, place)

/** The sentence of a type, with places in braces; unknown types by number. */
export const templateOf = (type: number): string => eventTypeOf(type)?.template ?? `Event of type ${type}.`

/** A part of a sentence: words, or a place that the event fills. */
export type SentencePart = string | { readonly place: string }

/** The sentence of a type in its parts, for those who know names to put into the places. */
export const sentenceParts = (type: number): readonly SentencePart[] =>
  templateOf(type)
    .split(/\{([a-z-]+)\}/)
    .map((part, index) => (index % 2 === 0 ? part : { place: part }))
