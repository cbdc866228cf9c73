// What an event says to a person, in one plain sentence. Pure.
import type { IdField, StoredEvent } from './event.ts'
import { eventTypeOf } from './event-types.ts'

const fieldOf: Readonly<Record<string, IdField>> = {
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
}

/** What an event itself names in words. */
const namesInFull = ({ domainName, objectName }: StoredEvent): Readonly<Record<string, string | undefined>> => ({
  domain: domainName,
  object: objectName,
})

/** How many characters of an id a sentence shows. */
const shortIdCharacters = 8

/** The event's sentence, ids cut to their first eight characters: "Viewed item d0000001."; unknown types by number. */
export function describe(event: StoredEvent): string {
  const template = eventTypeOf(event.type)?.template ?? `Event of type ${event.type}.`
  return template.replace(/\s*\{([a-z-]+)\}/g, (_, place: string) => {
    const field = fieldOf[place]
    const value = namesInFull(event)[place] ?? (field && event[field]?.slice(0, shortIdCharacters))
    return value ? ` ${value}` : ''
  })
}
