// What a text that a person pastes names: an address, or the id of a person or a thing.
import { type Api, ApiProblem } from '../api/client.ts'
import { boolean, list, record, text as textOf } from '../api/read.ts'
import type { SearchSuggestion, SearchSuggestionList } from '../api/types.ts'
import type { Subject } from '../app/router.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]+(%.+)?)$/i

/** Where each kind of thing with an id is asked for, in the order of who has the better claim. */
const places = [
  ['person', 'people'],
  ['item', 'items'],
  ['secret', 'secrets'],
  ['machine', 'machine-accounts'],
] as const

/** Finds what an id or an address names; null for any other text, and for an id that nobody knows. Throws ApiProblem. */
export async function subjectNamed(api: Api, organizationId: string, text: string): Promise<Subject | null> {
  const wanted = text.trim().toLowerCase()
  if (address.test(wanted)) return { kind: 'address', id: wanted }
  if (!guid.test(wanted)) return null
  const known = await Promise.all(
    places.map(async ([kind, place]) => {
      const isThere = await exists(api, `/organizations/${organizationId}/${place}/${wanted}`)
      return isThere ? [{ kind, id: wanted }] : []
    }),
  )
  return known.flat()[0] ?? null
}

/** An item whose name has a word that begins so. */
export type NamedItem = { readonly id: string; readonly name: string; readonly gone: boolean }

/** The items of a name, or of the beginning of one of its words: ten at most. Throws ApiProblem. */
export function itemsNamed(api: Api, organizationId: string, text: string): Promise<readonly NamedItem[]> {
  const query = new URLSearchParams({ key: 'item', text: text.trim().slice(0, textCharsMax) })
  return api.get(`/organizations/${organizationId}/events/suggestions?${query}`, (json) =>
    list(record<SearchSuggestionList>(json), 'data', (each) => {
      const from = record<SearchSuggestion>(each)
      return { id: textOf(from, 'id'), name: textOf(from, 'name'), gone: boolean(from, 'gone') }
    }),
  )
}

/** Longest text that names are looked up by, in UTF-16 units. */
const textCharsMax = 100

async function exists(api: Api, path: string): Promise<boolean> {
  try {
    return await api.get(path, () => true)
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return false
    throw error
  }
}
