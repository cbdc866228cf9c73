// The people of the organization: those whom incidents may be about, and those to whom they can be assigned.
import { list, record, text, textOrNull } from '../api/read.ts'
import type { PersonList } from '../api/types.ts'
import { type Loaded, useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { displayName } from '../locale/formats.ts'

/** `isManager`: a confirmed owner or admin. */
export type Person = { readonly id: string; readonly name: string; readonly isManager: boolean }

/** Loads them, by name. */
export function usePeople(): Loaded<readonly Person[]> {
  const { api, organization } = useApp()
  const path = `/organizations/${organization.id}/people`
  return useLoad((signal) => api.get(path, personsOf, signal), [path])
}

/** Reads the people of an organization. */
export const personsOf = (json: unknown): readonly Person[] =>
  list(record<PersonList>(json), 'data', (each) => {
    const from = record<PersonList['data'][number]>(each)
    const id = text(from, 'id')
    return {
      id,
      name: displayName({ name: textOrNull(from, 'name'), email: textOrNull(from, 'email') }, id),
      isManager: from.status === 'confirmed' && (from.role === 'owner' || from.role === 'admin'),
    }
  })
