// Finds what a search of an organization's log asks for: its names in the directory, its ids in the log.
import { inParallel } from '../../concurrency/parallel.ts'
import type { EventLog } from '../../domain/events/event.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { type IndexedId, idDigits, idsMeant } from '../../domain/log/search/find-named.ts'
import { type FoundTerm, filtersOfTerms, type SearchFilters } from '../../domain/log/search/found-search.ts'
import { type NamedThing, namedThings } from '../../domain/log/search/named-things.ts'
import { type InvalidSearch, parseSearch, type Term } from '../../domain/log/search/parse.ts'
import type { SearchProblem } from '../../domain/log/search/tokens.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'

export type SearchPorts = { readonly store: EventStore; readonly directory: DirectoryReader }
type FoundSearch = { readonly kind: 'search' } & SearchFilters
type NamesTerm = Extract<Term, { readonly kind: 'names' }>

const lookUpsAtOnce = 5

/**
 * The filters of a search of an organization's log. A name that nothing has is a problem: no events would read as if nothing had
 * happened. Throws `Damaged` if the organization's entry is damaged.
 */
export async function findSearch(
  { store, directory }: SearchPorts,
  log: EventLog,
  text: string,
): Promise<FoundSearch | InvalidSearch> {
  const parsed = parseSearch(text)
  if (parsed.kind === 'invalid') return parsed
  const named = parsed.terms.flatMap((term) => (term.kind === 'names' ? [term] : []))
  const asksForItems = named.some(
    ({ key, values }) => (key === null || key === 'item') && values.some(({ text: name }) => !parseGuid(name)),
  )
  const things = named.length > 0 ? await thingsOf(directory, log.id, asksForItems) : []
  const indexed = await indexedIds(store, log, named)

  const problems: SearchProblem[] = []
  const found = new Map<Term, FoundTerm>(
    named.map((term) => [term, meaningOf(term, things, indexed, (problem) => problems.push(problem))]),
  )
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'search', ...filtersOfTerms(parsed.terms, found) }
}

/** Everything that has a name in an organization, with its items if they are asked for. */
export async function thingsOf(
  directory: DirectoryReader,
  organizationId: Guid,
  withItems: boolean,
): Promise<readonly NamedThing[]> {
  const [organization, items] = await Promise.all([
    directory.organization(organizationId),
    withItems ? directory.namedItems(organizationId) : [],
  ])
  const provider = organization?.providerId ? await directory.provider(organization.providerId) : undefined
  return organization ? namedThings(organization, provider, items) : []
}

/** The ids in the log that begin with the digits of each value. After a key, a whole id says all that is asked for. */
async function indexedIds(
  store: EventStore,
  log: EventLog,
  named: readonly NamesTerm[],
): Promise<ReadonlyMap<string, readonly IndexedId[]>> {
  const digits = named.flatMap(({ key, values }) =>
    values.flatMap(({ text }) => (key !== null && parseGuid(text) ? [] : (idDigits(text) ?? []))),
  )
  const found = await inParallel([...new Set(digits)], lookUpsAtOnce, async (each) => {
    return [each, await store.idsBeginning(log, each)] as const
  })
  return new Map(found)
}

/** All that the values of a term mean; a value that means nothing is reported. */
function meaningOf(
  { key, values }: NamesTerm,
  things: readonly NamedThing[],
  indexed: ReadonlyMap<string, readonly IndexedId[]>,
  report: (problem: SearchProblem) => void,
): FoundTerm {
  const meant = values.flatMap(({ text, from, to }) => {
    const each = idsMeant(text, key, things, indexed.get(idDigits(text) ?? '') ?? [])
    if (each.kind === 'found') return [each]
    report({ from, to, message: each.message })
    return []
  })
  return {
    fields: meant.flatMap(({ fields }) => fields),
    ids: meant.flatMap(({ ids }) => ids),
    systemUsers: meant.flatMap(({ systemUsers }) => systemUsers),
  }
}
