// The query parameters of lists of events and of exports: page size, filters, range, names.
import * as v from 'valibot'
import type { SearchRefusal } from '../../application/log/start-query.ts'
import { parseNetwork } from '../../domain/addresses.ts'
import type { IdField } from '../../domain/events/event.ts'
import { Guid } from '../../domain/guid.ts'
import { exportFormats } from '../../domain/log/export/formats.ts'
import type { PageRefusal } from '../../domain/log/page-start.ts'
import { type IdFilter, resourceFields, type TraitFilter } from '../../domain/log/query.ts'
import { searchCharactersMax } from '../../domain/log/search/parse.ts'
import { problemLine, type SearchProblem } from '../../domain/log/search/tokens.ts'
import { invalidPage, pageParameters } from '../http/paging.ts'
import { countParameter, severalOf } from '../http/query.ts'
import { type Invalid, invalid } from '../http/responses.ts'

export const pageSizeDefault = 50
export const pageSizeMax = 1_000

/** Most types, and most addresses and networks, that one list filters by. */
export const typesMax = 200
export const networksMax = 100

/** The properties of an event that each filter looks at. */
const filterFields = [
  ['itemId', resourceFields],
  ['secretId', ['secretId']],
  ['projectId', ['projectId']],
  ['memberId', ['organizationUserId']],
  ['groupId', ['groupId']],
  ['policyId', ['policyId']],
  ['collectionId', ['collectionId']],
  ['actingUserId', ['actingUserId']],
] as const satisfies readonly (readonly [parameter: string, fields: readonly IdField[]])[]

const idParameter = v.optional(Guid)
const number = (digitsMax: number, message: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{1,${digitsMax}}$`), message), v.transform(Number), v.number())

/** Anything but an address is refused: an empty list would read as if nothing came from there. */
const networkMessage = 'must be IP addresses or networks (10.0.0.0/8), no bits beyond the prefix'
const Network = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const network = parseNetwork(dataset.value)
    if (network) return network
    addIssue({ message: networkMessage })
    return NEVER
  }),
)

/** Whether names of people and things are added to events. */
export const expandParameter = v.optional(v.picklist(['names', 'none'], 'must be names or none'), 'names')

/** The same of the public API; without it, responses have only what connectors have always read. */
export const publicExpandParameter = v.optional(
  v.picklist(['names', 'actor', 'none'], 'must be names, actor or none'),
  'actor',
)

/** The parameters by which a list is filtered. */
const filterParameters = {
  itemId: idParameter,
  secretId: idParameter,
  projectId: idParameter,
  memberId: idParameter,
  groupId: idParameter,
  policyId: idParameter,
  collectionId: idParameter,
  actingUserId: idParameter,
  type: v.optional(
    v.pipe(
      v.string(),
      v.transform(severalOf),
      v.array(number(5, 'must be numbers of event types')),
      v.maxLength(typesMax, `names more than ${typesMax} types`),
    ),
  ),
  device: v.optional(number(3, 'must be the number of a device type')),
  ipAddress: v.optional(
    v.pipe(
      v.string(),
      v.transform(severalOf),
      v.array(Network),
      v.maxLength(networksMax, `names more than ${networksMax} addresses`),
    ),
  ),
} as const

/** A search; what it may hold is the grammar's to say. */
export const searchParameter = v.optional(
  v.pipe(v.string(), v.maxLength(searchCharactersMax, `has more than ${searchCharactersMax} characters`)),
)

/** The query of a list of events: as on reference servers, parameters that it does not know are ignored. */
export const EventListQuery = v.object({
  pageSize: countParameter(pageSizeMax, pageSizeDefault),
  ...filterParameters,
  expand: expandParameter,
  ...pageParameters,
})

/** The same on a list that can be searched. */
export const SearchedListQuery = v.object({ ...EventListQuery.entries, q: searchParameter })

/** The query of a list of the public API. */
export const PublicListQuery = v.object({ ...EventListQuery.entries, expand: publicExpandParameter })

const formatNames = exportFormats.map(({ name }) => name)

/** The query of an export. Strict: a misspelt filter must not export everything. */
export const ExportQuery = v.strictObject({
  format: v.picklist(formatNames, `must be one of ${formatNames.join(', ')}`),
  q: searchParameter,
  ...filterParameters,
  expand: expandParameter,
  ...pageParameters,
})

type Filters = { readonly [name in (typeof filterFields)[number][0]]?: Guid | undefined }
type Traits = Pick<v.InferOutput<typeof EventListQuery>, 'type' | 'device' | 'ipAddress'>

/** The id filters that are given, to be met all together. */
export const filtersOf = (query: Filters): IdFilter[] =>
  filterFields.flatMap(([name, fields]) => {
    const id = query[name]
    return id ? [{ fields, ids: [id] }] : []
  })

/** The traits that are given. */
export const traitsOf = ({ type, ipAddress, device }: Traits): TraitFilter => ({
  ...(type && { types: type }),
  ...(ipAddress && { networks: ipAddress }),
  ...(device !== undefined && { deviceTypes: [device] }),
})

/** What is wrong with a search, by its place. */
export const invalidSearch = (problems: readonly SearchProblem[]): Invalid => invalid({ q: problems.map(problemLine) })

/** The problem of a request whose page cannot be found, or whose search has problems. */
export const invalidList = (refusal: PageRefusal | SearchRefusal): Invalid =>
  refusal.reason === 'search-invalid' ? invalidSearch(refusal.problems) : invalidPage(refusal)
