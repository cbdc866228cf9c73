// The sentences of event types, and the field of an event that fills each placeholder. Pure data, for servers and browsers.
import { eventTypeOf } from './event-types.ts'

/** The field with the id that fills a placeholder. */
export const fieldOfPlaceholder = {
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
type PlaceholderWithId = keyof typeof fieldOfPlaceholder

/** Whether an id can fill this placeholder. */
export const hasId = (placeholder: string): placeholder is PlaceholderWithId =>
  Object.hasOwn(fieldOfPlaceholder, placeholder)

/** The sentence of a type, with placeholders in braces; unknown types by number. */
export const templateOf = (type: number): string => eventTypeOf(type)?.template ?? `Event of type ${type}.`

/** A type in plain words, without the thing that it is about: "Viewed item"; unknown types by number. */
export const plainWordsOf = (type: number): string =>
  templateOf(type)
    .replace(/\s*\{[a-z-]+\}/g, '')
    .replace(/(?: of|:)?\.$/, '')

/** Who acts in events of a type, in words for when the directory does not know the person; undefined: anybody. */
export const actorInWords = (type: number): string | undefined =>
  type === vaultAccessedByProvider ? 'a provider’s user' : undefined
const vaultAccessedByProvider = 1603

/** A part of a sentence: text, or a placeholder that the event fills. */
type SentencePart = string | { readonly placeholder: string }

/** The sentence of a type in its parts, for callers that fill the placeholders with names. */
export const sentenceParts = (type: number): readonly SentencePart[] =>
  templateOf(type)
    .split(/\{([a-z-]+)\}/)
    .map((part, index) => (index % 2 === 0 ? part : { placeholder: part }))
