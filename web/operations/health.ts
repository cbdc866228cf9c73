// The health of organizations as operators see it, read from responses of the API.
import { boolean, type Immutable, list, number, oneOf, record, text, textOrNull } from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { statuses } from '../sources/source.ts'

/** One organization; `lastEventAt` is null before its first event. */
export type OrganizationHealth = Immutable<
  Pick<Api.OrganizationHealth, 'id' | 'name' | 'enabled' | 'members' | 'lastEventAt'> & {
    sources: Pick<Api.OrganizationHealth['sources'][number], 'id' | 'name' | 'status'>[]
  }
>

/** A page of organizations, and the token of the next. */
export function readHealth(json: unknown): {
  readonly organizations: readonly OrganizationHealth[]
  readonly next: string | null
} {
  const from = record<Api.OrganizationHealthList>(json)
  return { organizations: list(from, 'data', readOne), next: textOrNull(from, 'continuationToken') }
}

function readOne(json: unknown): OrganizationHealth {
  const from = record<Api.OrganizationHealth>(json)
  return {
    id: text(from, 'id'),
    name: textOrNull(from, 'name'),
    enabled: boolean(from, 'enabled'),
    members: number(from, 'members'),
    lastEventAt: textOrNull(from, 'lastEventAt'),
    sources: list(from, 'sources', (each) => {
      const source = record<OrganizationHealth['sources'][number]>(each)
      return { id: text(source, 'id'), name: text(source, 'name'), status: oneOf(source, 'status', statuses) }
    }),
  }
}
