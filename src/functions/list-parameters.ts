// Reads the query parameters of lists: range, page, filters. What is wrong is named by its parameter.
import type { HttpRequest } from '@azure/functions'
import type { IdField } from '../domain/event.ts'
import { parseGuid } from '../domain/guid.ts'
import { type IdFilter, resourceFields } from '../domain/query.ts'

export const pageSizeDefault = 50
export const pageSizeMax = 1_000

/** Query parameters by name, ignoring case; an empty one counts as absent. */
export type Parameters = (name: string) => string | null

export function parametersOf(request: HttpRequest): Parameters {
  const values = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]))
  return (name) => values.get(name.toLowerCase()) || null
}

type Wrong = { readonly kind: 'wrong'; readonly parameter: string; readonly problem: string }

const wrong = (parameter: string, problem: string): Wrong => ({ kind: 'wrong', parameter, problem })

/** How many events a page holds: `pageSize`, from 1 to 1,000; 50 when absent. */
export function pageSizeOf(parameters: Parameters): number | Wrong {
  const text = parameters('pageSize')
  if (text === null) return pageSizeDefault
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return size >= 1 && size <= pageSizeMax ? size : wrong('pageSize', `must be a number from 1 to ${pageSizeMax}`)
}

/** Which members of an event each filter looks at; the most selective first, since the first one picks the index. */
const filterFields: readonly (readonly [parameter: string, fields: readonly IdField[]])[] = [
  ['itemId', resourceFields],
  ['secretId', ['secretId']],
  ['projectId', ['projectId']],
  ['memberId', ['organizationUserId']],
  ['groupId', ['groupId']],
  ['policyId', ['policyId']],
  ['collectionId', ['collectionId']],
  ['actingUserId', ['actingUserId']],
]

/** The filters that are given, to be met all together. */
export function filtersOf(parameters: Parameters): readonly IdFilter[] | Wrong {
  const filters: IdFilter[] = []
  for (const [parameter, fields] of filterFields) {
    const text = parameters(parameter)
    if (text === null) continue
    const id = parseGuid(text)
    if (!id) return wrong(parameter, 'is not a GUID')
    filters.push({ fields, id })
  }
  return filters
}
