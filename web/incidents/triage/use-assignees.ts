// Those to whom incidents can be assigned: the organization's owners and admins, by name.
import { list, record, text, textOrNull } from '../../api/read.ts'
import type { PersonList } from '../../api/types.ts'
import { type Loaded, useLoad } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import type { Assignee } from './triage.ts'

/** Loads them. */
export function useAssignees(): Loaded<readonly Assignee[]> {
  const { api, organization } = useApp()
  const path = `/organizations/${organization.id}/people`
  return useLoad((signal) => api.get(path, assigneesOf, signal), [path])
}

/** The confirmed owners and admins among an organization's people. */
export const assigneesOf = (json: unknown): readonly Assignee[] =>
  list(record<PersonList>(json), 'data', (each) => {
    const from = record<PersonList['data'][number]>(each)
    const isManager = from.status === 'confirmed' && (from.role === 'owner' || from.role === 'admin')
    return isManager ? [{ id: text(from, 'id'), name: textOrNull(from, 'name') ?? textOrNull(from, 'email') }] : []
  }).flat()
