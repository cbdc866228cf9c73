// Lists of values that several rules of an organization use: their kinds, their one form, and how responses show them. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'
import { Guid, parseGuid } from '../../guid.ts'
import { formatInstant, Instant } from '../../instant.ts'
import { nameOf } from '../../texts.ts'
import { readNarrowNetwork } from './narrow-network.ts'

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

/** What is wrong with a value of a list, in words that follow its name; `index` is its place. */
type UnfitValue = { readonly index: number; readonly problem: string }

/** The values of a list in their one form, each once, sorted; or what is wrong with those that its kind does not have. */
export function readValues({
  kind,
  values,
}: GivenList):
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'unfit'; readonly unfit: readonly UnfitValue[] } {
  const read = values.map((value) => readValue(kind, value))
  const unfit = read.flatMap((value, index) => (value.kind === 'unfit' ? [{ index, problem: value.problem }] : []))
  if (unfit.length > 0) return { kind: 'unfit', unfit }
  const texts = read.flatMap((value) => (value.kind === 'unfit' ? [] : [value.text]))
  return { kind: 'values', values: [...new Set(texts)].sort() }
}

function readValue(kind: ListKind, value: string): ReturnType<typeof readNarrowNetwork> | TextValue {
  if (kind === 'text') return { kind: 'text', text: value }
  if (kind === 'networks') return readNarrowNetwork(value)
  const id = parseGuid(value)
  return id === undefined ? { kind: 'unfit', problem: idProblems[kind] } : { kind: 'text', text: id }
}
type TextValue = { readonly kind: 'text'; readonly text: string }

const idProblems = {
  people: 'is no id of a user',
  items: 'is no id of an item',
  serviceAccounts: 'is no id of a service account',
} as const

/** How many values an audit event names of those added, and of those removed; and their longest text, in UTF-16 units. */
const namedValuesMax = 3
const namedValueCharactersMax = 40

/** How a list changed, in words that follow its name: "2 values added (10.0.0.0/8, 192.0.2.7), 1 removed (203.0.113.7)". */
export function changeWords(before: readonly string[], after: readonly string[]): string {
  const [known, kept] = [new Set(before), new Set(after)]
  const added = after.filter((value) => !known.has(value))
  const removed = before.filter((value) => !kept.has(value))
  return `${added.length} ${added.length === 1 ? 'value' : 'values'} added${namesOf(added)}, ${removed.length} removed${namesOf(removed)}`
}

function namesOf(values: readonly string[]): string {
  if (values.length === 0) return ''
  const names = values.slice(0, namedValuesMax).map(shortened)
  const more = values.length - names.length
  return ` (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

const shortened = (value: string): string =>
  value.length <= namedValueCharactersMax ? value : `${value.slice(0, namedValueCharactersMax - 1).toWellFormed()}…`

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
