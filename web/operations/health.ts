// The health of organizations as operators see it, read from responses of the API.
import { booleanOrNull, type Immutable, list, numberOrNull, oneOf, record, text, textOrNull } from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { type Status, statuses } from '../sources/source.ts'

type Listed = Api.OrganizationHealthList['data'][number]

/** One organization; `lastEventAt` is null before its first event, the others where its entry is damaged. */
export type OrganizationHealth = Immutable<
  Pick<Listed, 'id' | 'name' | 'enabled' | 'members' | 'lastEventAt'> & {
    sources: (Pick<Listed['sources'][number], 'id' | 'name'> & { status: Status })[]
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
  const from = record<Listed>(json)
  return {
    id: text(from, 'id'),
    name: textOrNull(from, 'name'),
    enabled: booleanOrNull(from, 'enabled'),
    members: numberOrNull(from, 'members'),
    lastEventAt: textOrNull(from, 'lastEventAt'),
    sources: list(from, 'sources', (each) => {
      const source = record<OrganizationHealth['sources'][number]>(each)
      return { id: text(source, 'id'), name: text(source, 'name'), status: oneOf(source, 'status', statuses) }
    }),
  }
}
