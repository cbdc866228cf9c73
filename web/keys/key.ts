// API keys of an organization and server keys as the page holds them, and how they are read from responses of the API.
import { type Immutable, list, listOrNull, record, text, textItem, textOrNull } from '../api/read.ts'
import type * as Api from '../api/types.ts'

/** One key: until when its secrets are good, newest first. `organizations` is null for a key of all, and of an organization. */
export type Key = Immutable<
  Pick<Api.ApiKey, 'id' | 'name' | 'createdAt' | 'secrets'> & { organizations: string[] | null }
>

/** Every key of a list. */
export const readKeys = (json: unknown): readonly Key[] =>
  list(record<Api.ApiKeyList | Api.ServerKeyList>(json), 'data', readKey)

function readKey(json: unknown): Key {
  const from = record<Api.ApiKey | Api.ServerKey>(json)
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    createdAt: text(from, 'createdAt'),
    organizations: listOrNull(from, 'organizations', textItem),
    secrets: list(from, 'secrets', (each) => {
      const secret = record<Key['secrets'][number]>(each)
      return { createdAt: text(secret, 'createdAt'), validUntil: textOrNull(secret, 'validUntil') }
    }),
  }
}

/** What a client needs to use a key; the only response that has it is the one that makes it. */
export type Credentials = { readonly name: string; readonly clientId: string; readonly clientSecret: string }

/** The credentials in the response to a new key, or a new secret. */
export function readCredentials(json: unknown): Credentials {
  const from = record<Credentials>(json)
  return { name: text(from, 'name'), clientId: text(from, 'clientId'), clientSecret: text(from, 'clientSecret') }
}
