// A search with its names found: the filters that it stands for, and the range. Pure.
import { isWithin, type Network } from '../../addresses.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { Instant } from '../../instant.ts'
import { type IdFilter, matches, type TraitFilter } from '../query.ts'
import type { NameKey } from './keys.ts'
import type { Term } from './parse.ts'

/** What names of a term mean, in its place among the terms. */
export type FoundTerm = Pick<IdFilter, 'fields' | 'ids' | 'systemUsers'>

/** The filters of a search; a bound is undefined where the search has none. */
export type SearchFilters = {
  readonly filters: readonly IdFilter[]
  readonly traits: TraitFilter
  readonly from: Instant | undefined
  readonly to: Instant | undefined
}

/**
 * The filters of these terms. Terms of one key are alternatives, those of different keys hold together; so do values
 * without a key. `found` has what the names of each term mean.
 */
export function filtersOfTerms(terms: readonly Term[], found: ReadonlyMap<Term, FoundTerm>): SearchFilters {
  const named = terms.flatMap((term) => {
    const meant = term.kind === 'names' ? found.get(term) : undefined
    return term.kind === 'names' && meant ? [{ key: term.key, negated: term.negated, meant }] : []
  })
  const wanted = named.filter(({ negated }) => !negated)
  const keys = [...new Set(wanted.flatMap(({ key }) => key ?? []))]
  return {
    filters: [
      ...keys.map((key) => together(wanted.filter((each) => each.key === key))),
      ...wanted.filter(({ key }) => key === null).map((each) => together([each])),
      ...named.filter(({ negated }) => negated).map((each) => ({ ...together([each]), negated: true })),
    ],
    traits: traitsOfTerms(terms),
    from: boundOf(terms, 'from'),
    to: boundOf(terms, 'to'),
  }
}

type Named = { readonly key: NameKey | null; readonly meant: FoundTerm }

function together(named: readonly Named[]): IdFilter {
  const fields = [...new Set(named.flatMap(({ meant }) => meant.fields))]
  const systemUsers = named.flatMap(({ meant }) => meant.systemUsers ?? [])
  const ids = [...new Set(named.flatMap(({ meant }) => meant.ids))]
  return systemUsers.length > 0 ? { fields, ids, systemUsers } : { fields, ids }
}

const boundOf = (terms: readonly Term[], kind: 'from' | 'to'): Instant | undefined =>
  terms.flatMap((term) => (term.kind === 'from' || term.kind === 'to' ? [term] : [])).find((term) => term.kind === kind)
    ?.at

function traitsOfTerms(terms: readonly Term[]): TraitFilter {
  const numbers = (kind: 'types' | 'deviceTypes', negated: boolean) =>
    terms.flatMap((term) => (term.kind === kind && term.negated === negated ? term.numbers : []))
  const networks = (negated: boolean) =>
    terms.flatMap((term) => (term.kind === 'networks' && term.negated === negated ? term.networks : []))
  const traits = (negated: boolean) =>
    given(numbers('types', negated), networks(negated), numbers('deviceTypes', negated))
  const not = traits(true)
  return Object.keys(not).length > 0 ? { ...traits(false), not } : traits(false)
}

const given = (types: readonly number[], networks: readonly Network[], deviceTypes: readonly number[]) => ({
  ...(types.length > 0 && { types: [...new Set(types)] }),
  ...(networks.length > 0 && { networks }),
  ...(deviceTypes.length > 0 && { deviceTypes: [...new Set(deviceTypes)] }),
})

/** Both filters at once: what an event must have for each, and what it may not have for either. */
export function bothTraits(one: TraitFilter, other: TraitFilter): TraitFilter {
  const types = common(one.types, other.types)
  const deviceTypes = common(one.deviceTypes, other.deviceTypes)
  const networks =
    one.networks && other.networks ? commonNetworks(one.networks, other.networks) : (one.networks ?? other.networks)
  const not = given(
    [...(one.not?.types ?? []), ...(other.not?.types ?? [])],
    [...(one.not?.networks ?? []), ...(other.not?.networks ?? [])],
    [...(one.not?.deviceTypes ?? []), ...(other.not?.deviceTypes ?? [])],
  )
  return {
    ...(types && { types }),
    ...(networks && { networks }),
    ...(deviceTypes && { deviceTypes }),
    ...(Object.keys(not).length > 0 && { not }),
  }
}

const common = (one: readonly number[] | undefined, other: readonly number[] | undefined) =>
  one && other ? one.filter((each) => other.includes(each)) : (one ?? other)

/** Two networks share nothing, or one is in the other. */
const commonNetworks = (some: readonly Network[], others: readonly Network[]): Network[] =>
  some.flatMap((one) =>
    others.flatMap((other) => {
      const [wide, narrow] = one.bits < other.bits ? [one, other] : [other, one]
      return isWithin(narrow.address, wide) ? [narrow] : []
    }),
  )

/** Whether an event is one that a search asks for. */
export const passesSearch = (event: StoredEvent, { filters, traits, from, to }: SearchFilters): boolean =>
  matches(event, { from: from ?? event.date, to: to ?? event.date, filters, traits })
