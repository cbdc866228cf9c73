// The name of an organization that an operator sees without reading its log: no list of the caller's own has it.
import type { Api } from '../api/client.ts'
import { record, textOrNull } from '../api/read.ts'
import type { OrganizationHealth } from '../api/types.ts'
import { useLoad } from '../api/use-load.ts'

/** Its name; null until it is known, and where it is not, or for an empty id. */
export function useOperatedName(api: Api, id: string): string | null {
  const { value } = useLoad(
    async (signal) => ({
      id,
      name: id === '' ? null : await api.get(`/operations/organizations/${id}`, readName, signal),
    }),
    [api, id],
  )
  return value?.id === id ? value.name : null
}

const readName = (json: unknown) => textOrNull(record<OrganizationHealth>(json), 'name')
