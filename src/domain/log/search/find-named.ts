// What a name or an id in a search means: whole names before parts of names, ids also by their first eight digits. Pure.

import { idFields } from '../../events/event.ts'
import { eventTypesCalled } from '../../events/event-words.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import { comparableName, nearNames } from '../../near-names.ts'
import type { FilterField, IdFilter } from '../query.ts'
import { type NameKey, nameKeys } from './keys.ts'
import type { NamedThing } from './named-things.ts'

/** Most ids that one name may mean. */
const idsFoundMax = 100

/** Most ids of one field that begin with the same digits and are found. */
export const idsBeginningMax = 10
/** How many digits of an id the page shows. */
const idDigitsMin = 8

/** An id with the field of events in which a log has it. */
export type IndexedId = { readonly field: FilterField; readonly id: Guid }

type Meant = Required<Pick<IdFilter, 'fields' | 'ids' | 'systemUsers'>>
type FoundNames = { readonly kind: 'found' } & Meant
type Unknown = { readonly kind: 'unknown'; readonly message: string }

/** Reads an id, or the first eight digits of one, in lower case; undefined for anything else. */
export const idDigits = (text: string): string | undefined =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}(?:-[0-9a-f]{4}){2}-[0-9a-f]{12})?$/i.test(text) ? text.toLowerCase() : undefined

/** What people and things have a name that is this text; if none, those with a word that begins like it. */
function thingsCalled(text: string, things: readonly NamedThing[]): readonly NamedThing[] {
  const wanted = comparableName(text)
  if (wanted === '') return []
  const compared = things.map((each) => ({ each, names: each.names.map(comparableName) }))
  const exact = compared.filter(({ names }) => names.includes(wanted))
  const found = exact.length > 0 ? exact : compared.filter(({ names }) => names.some((name) => hasWord(name, wanted)))
  return found.map(({ each }) => each)
}

/** Whether a word of the name begins with the text; both comparable. */
export function hasWord(name: string, wanted: string): boolean {
  for (let at = name.indexOf(wanted); at >= 0; at = name.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name.charAt(at - 1))) return true
  }
  return false
}

/**
 * The ids that a value means for a key (null: of anything), and the fields to look for them in. `indexed` are the ids of
 * the log that begin with the digits of the value. Unknown if there is none, or too many, with what to write instead.
 */
export function idsMeant(
  text: string,
  key: NameKey | null,
  things: readonly NamedThing[],
  indexed: readonly IndexedId[],
): FoundNames | Unknown {
  const digits = idDigits(text)
  const fields = key === null ? undefined : nameKeys[key]
  const isWanted = (field: string): boolean => fields?.some((each) => each === field) ?? true
  if (isAmbiguous(digits, indexed)) return unknown(`"${text}" begins too many ids; write a whole one`)
  const wanted = things.filter((each) => isFoundBy(each, key))
  const withId = wanted.filter(({ ids }) => digits && Object.values(ids).some((id) => id.startsWith(digits)))
  const called = thingsCalled(text, wanted)
  const pairs = [...called, ...withId].flatMap(({ ids }) => pairsOf(ids)).concat(indexed)
  const kept = pairs.filter(({ field }) => isWanted(field))
  const ids = [...new Set(kept.map(({ id }) => id))]
  const systemUsers = called.flatMap(({ systemUser }) => systemUser ?? [])
  if (ids.length > idsFoundMax) return unknown(`"${text}" names ${ids.length} ids; write more of the name`)
  if (ids.length + systemUsers.length > 0) {
    return { kind: 'found', fields: [...new Set(kept.map(({ field }) => field))], ids, systemUsers }
  }
  const id = parseGuid(text)
  return id
    ? { kind: 'found', fields: fields ?? anyField, ids: [id], systemUsers }
    : unknown(nobodyCalled(text, key, wanted))
}

/** Whether a key finds a person or a thing; null finds all. */
export const isFoundBy = ({ ids, systemUser }: NamedThing, key: NameKey | null): boolean =>
  key === null || nameKeys[key].some((field) => ids[field] !== undefined) || (key === 'who' && systemUser !== undefined)

/** Whether a store may know more ids of one field that begin with these digits than it has found. */
const isAmbiguous = (digits: string | undefined, indexed: readonly IndexedId[]): boolean =>
  digits?.length === idDigitsMin &&
  indexed.some(({ field }) => indexed.filter((each) => each.field === field).length >= idsBeginningMax)

/** An id that neither the directory nor an index has may be in any field, or be that of an event. */
const anyField: readonly FilterField[] = [...idFields, 'id']

const unknown = (message: string): Unknown => ({ kind: 'unknown', message })

const pairsOf = (ids: NamedThing['ids']): IndexedId[] =>
  fieldsOfThings.flatMap((field) => {
    const id = ids[field]
    return id ? [{ field, id }] : []
  })

const fieldsOfThings = [
  'actingUserId',
  'organizationUserId',
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
] as const satisfies readonly FilterField[]

function nobodyCalled(text: string, key: NameKey | null, things: readonly NamedThing[]): string {
  const near = nearNames(
    text,
    things.flatMap(({ names }) => names),
  )
  if (near.length > 0) return `nothing is called "${text}"; write ${near.map((name) => `"${name}"`).join(' or ')}`
  if (things.length === 0 && key !== null) return `no ${key} has a known name; write an id, or its first eight digits`
  const kind = key === null && eventTypesCalled(text) ? `what:${/\s/.test(text) ? `"${text}"` : text}, or ` : ''
  return `nothing is called "${text}"; write ${kind}a name, an e-mail address, an id or its first eight digits`
}
