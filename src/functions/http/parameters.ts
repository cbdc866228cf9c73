// Reads the query parameters of lists: range, page, filters. What is wrong is named by its parameter.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { type Network, parseNetwork } from '../../domain/addresses.ts'
import type { IdField } from '../../domain/events/event.ts'
import { parseGuid } from '../../domain/guid.ts'
import { type IdFilter, resourceFields, type TraitFilter } from '../../domain/log/query.ts'
import { cleaned } from '../../domain/texts.ts'
import { badRequest } from './responses.ts'

export const pageSizeDefault = 50
export const pageSizeMax = 1_000

/** Query parameters by name, ignoring case; an empty one counts as absent. */
export type Parameters = (name: string) => string | null

export function parametersOf(request: HttpRequest): Parameters {
  const values = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]))
  return (name) => values.get(name.toLowerCase()) || null
}

/**
 * The first query parameter that a route does not take; undefined when it takes all. For routes of our own: a misspelt
 * parameter must not answer another question. The reference's routes pass such over, as its clients expect.
 */
export function unknownParameter(request: HttpRequest, known: readonly string[]): Wrong | undefined {
  const names = new Set(known.map((name) => name.toLowerCase()))
  const unknown = [...request.query.keys()].find((name) => !names.has(name.toLowerCase()))
  return unknown === undefined ? undefined : wrong(cleaned(unknown), 'is not known')
}

/** A parameter that is not what it should be. */
export type Wrong = { readonly kind: 'wrong'; readonly parameter: string; readonly problem: string }

export const wrong = (parameter: string, problem: string): Wrong => ({ kind: 'wrong', parameter, problem })

export const isWrong = (value: unknown): value is Wrong =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'wrong'

/** The answer to a request with a wrong parameter. */
export const wrongParameter = ({ parameter, problem }: Wrong): HttpResponseInit =>
  badRequest({ [parameter]: [problem] })

/** How many events a page of a list holds: `pageSize`, from 1 to 1,000; 50 when absent. */
export const pageSizeOf = (parameters: Parameters): number | Wrong =>
  countOf(parameters, 'pageSize', pageSizeMax, pageSizeDefault)

/** How many events a page of the feed holds at most: `limit`, from 1 to 1,000; 1,000 when absent. */
export const feedLimitOf = (parameters: Parameters): number | Wrong =>
  countOf(parameters, 'limit', pageSizeMax, pageSizeMax)

/** A number from 1 to `most` (four digits at most); `otherwise` when absent. */
export function countOf(parameters: Parameters, name: string, most: number, otherwise: number): number | Wrong {
  const text = parameters(name)
  if (text === null) return otherwise
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= most ? count : wrong(name, `must be a number from 1 to ${most}`)
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

/** The names of every parameter by which a list is filtered. */
export const filterParameters: readonly string[] = [
  ...filterFields.map(([parameter]) => parameter),
  'type',
  'ipAddress',
  'device',
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

/** Most types, and most addresses and networks, that one list filters by. */
export const typesMax = 200
export const networksMax = 100

/** The traits that are asked for: `type`, `ipAddress` (each one or several, by commas or repeated), `device`. */
export function traitsOf(parameters: Parameters): TraitFilter | Wrong {
  const device = parameters('device')
  const types = severalOf(parameters, 'type')
  if (types && types.length > typesMax) return wrong('type', `names more than ${typesMax} types`)
  if (types?.some((each) => !/^\d{1,5}$/.test(each))) return wrong('type', 'must be numbers of event types')
  if (device !== null && !/^\d{1,3}$/.test(device)) return wrong('device', 'must be the number of a device type')
  const networks = networksOf(parameters)
  if (isWrong(networks)) return networks
  return {
    ...(types && { types: types.map(Number) }),
    ...(networks && { networks }),
    ...(device !== null && { deviceType: Number(device) }),
  }
}

/** The values of a parameter; the host joins those of a repeated one with commas. */
const severalOf = (parameters: Parameters, name: string): string[] | undefined =>
  parameters(name)
    ?.split(',')
    .map((each) => each.trim())

/** What is no address is refused: an empty list would read as if there was nothing from there. */
function networksOf(parameters: Parameters): readonly Network[] | undefined | Wrong {
  const texts = severalOf(parameters, 'ipAddress')
  if (texts && texts.length > networksMax) return wrong('ipAddress', `names more than ${networksMax} addresses`)
  const networks: Network[] = []
  for (const text of texts ?? []) {
    const network = parseNetwork(text)
    if (!network) return wrong('ipAddress', 'must be IP addresses or networks (10.0.0.0/8), no bits beyond the prefix')
    networks.push(network)
  }
  return texts && networks
}

/** Whether names of people and things are added: `expand`, `names` when absent, `none` to leave them out. */
export function expandsNames(parameters: Parameters): boolean | Wrong {
  const expand = parameters('expand') ?? 'names'
  return expand === 'names' || (expand === 'none' ? false : wrong('expand', 'must be names or none'))
}

/** What every list takes: how many events, which, and shown how. */
export type ListParameters = {
  readonly pageSize: number
  readonly filters: readonly IdFilter[]
  readonly traits: TraitFilter
  readonly expands: boolean
}

/** Reads the parameters of a list, less its range and place; the first wrong one stands for all. */
export function listParametersOf(parameters: Parameters): ListParameters | Wrong {
  const pageSize = pageSizeOf(parameters)
  if (isWrong(pageSize)) return pageSize
  const filters = filtersOf(parameters)
  if (isWrong(filters)) return filters
  const traits = traitsOf(parameters)
  if (isWrong(traits)) return traits
  const expands = expandsNames(parameters)
  return isWrong(expands) ? expands : { pageSize, filters, traits, expands }
}
