// Lists of values that several rules of an organization use: their kinds, their one form, and how responses show them. Pure.
import * as v from 'valibot'
import { formatNetwork, parseNetwork } from '../../addresses.ts'
import { boundedArray } from '../../bounded-array.ts'
import { Guid, parseGuid } from '../../guid.ts'
import { formatInstant, Instant } from '../../instant.ts'
import { nameOf } from '../../texts.ts'

/** What the values of a list are: networks and addresses, ids of users, items or service accounts, or any texts. */
const listKinds = ['networks', 'people', 'items', 'serviceAccounts', 'text'] as const
export type ListKind = (typeof listKinds)[number]

/** Most lists of an organization, most values of a list, and the longest value, in UTF-16 units. */
export const listsMax = 50
export const listValuesMax = 1_000
export const listValueCharactersMax = 256
/** The most UTF-16 units of an organization's lists as JSON: what their row has room for. */
export const listsCharsMax = 400_000

export const ListName = v.pipe(v.string(), v.regex(/^[a-z0-9_]{1,64}$/), v.brand('ListName'))
export type ListName = v.InferOutput<typeof ListName>

/** The lists that every organization has, empty at first, with their kinds. */
export const knownLists: ReadonlyMap<string, ListKind> = new Map<string, ListKind>([
  ['trusted_networks', 'networks'],
  ['service_accounts', 'serviceAccounts'],
  ['break_glass_accounts', 'people'],
  ['critical_items', 'items'],
])
/** The list whose items are critical to every rule. */
export const criticalItemsList = 'critical_items'

/** A list as it is stored: values in their one form, each once, sorted. */
export const ValueList = v.object({
  name: ListName,
  kind: v.picklist(listKinds),
  values: v.pipe(v.array(v.string()), v.readonly()),
  changedAt: Instant,
  changedBy: Guid,
})
export type ValueList = v.InferOutput<typeof ValueList>

const GivenValue = nameOf(listValueCharactersMax)
/** A list as it is given. */
export const GivenList = v.strictObject({
  kind: v.picklist(listKinds),
  values: boundedArray(GivenValue, listValuesMax),
})
export type GivenList = v.InferOutput<typeof GivenList>

/** The values of a list in their one form, each once, sorted; or the indexes of those that its kind does not have. */
export function readValues({
  kind,
  values,
}: GivenList):
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'unfit'; readonly indexes: readonly number[] } {
  const read = values.map((value) => readValue(kind, value))
  const indexes = read.flatMap((value, index) => (value === undefined ? [index] : []))
  if (indexes.length > 0) return { kind: 'unfit', indexes }
  return { kind: 'values', values: [...new Set(read.flatMap((value) => value ?? []))].sort() }
}

function readValue(kind: ListKind, value: string): string | undefined {
  if (kind === 'text') return value
  if (kind !== 'networks') return parseGuid(value)
  const network = parseNetwork(value)
  return network && formatNetwork(network)
}

/** What the values of a kind are, in words that follow the name of one. */
export const valueForms: Readonly<Record<ListKind, string>> = {
  networks: 'is no address or network such as 10.0.0.0/8, without bits beyond the prefix',
  people: 'is no id of a user',
  items: 'is no id of an item',
  serviceAccounts: 'is no id of a service account',
  text: 'is no text',
}

/** How a list changed, in words that follow its name: "2 values added, 1 removed". */
export function changeWords(before: readonly string[], after: readonly string[]): string {
  const [known, kept] = [new Set(before), new Set(after)]
  const added = after.filter((value) => !known.has(value)).length
  const removed = before.filter((value) => !kept.has(value)).length
  return `${added} ${added === 1 ? 'value' : 'values'} added, ${removed} removed`
}

/** A list as responses show it; a known one that was never changed has no values, and no author. */
export const listView = (name: string, kind: ListKind, list: ValueList | undefined) => ({
  object: 'valueList',
  name,
  kind,
  values: list?.values ?? [],
  known: knownLists.has(name),
  changedAt: list ? formatInstant(list.changedAt) : null,
  changedBy: list?.changedBy ?? null,
})
