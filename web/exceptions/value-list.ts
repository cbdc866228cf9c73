// Lists of values as the page holds them. Pure.
import { boolean, type Immutable, list, oneOf, record, text, textItem, textOrNull } from '../api/read.ts'
import type * as Api from '../api/types.ts'

export type ValueList = Immutable<Omit<Api.ValueList, 'object'>>

export const listKinds = ['networks', 'people', 'items', 'serviceAccounts', 'text'] as const
export type ListKind = (typeof listKinds)[number]

/** Reads a list. */
export function valueListOf(json: unknown): ValueList {
  const from = record<Api.ValueList>(json)
  return {
    name: text(from, 'name'),
    kind: oneOf(from, 'kind', listKinds),
    values: list(from, 'values', textItem),
    known: boolean(from, 'known'),
    changedAt: textOrNull(from, 'changedAt'),
    changedBy: textOrNull(from, 'changedBy'),
  }
}

/** Reads every list of an organization. */
export const valueListsOf = (json: unknown): readonly ValueList[] =>
  list(record<Api.ValueListList>(json), 'data', valueListOf)

/** The values that are typed, one a line. */
export const valuesIn = (typed: string): readonly string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Whether a list can have this name. */
export const isListName = (name: string): boolean => /^[a-z0-9_]{1,64}$/.test(name)

/** The typed values that the API refused, by what is wrong with them. */
export function refusedValues(
  errors: Readonly<Record<string, readonly string[]>>,
  values: readonly string[],
): readonly { readonly value: string; readonly problem: string }[] {
  return Object.entries(errors).flatMap(([name, [problem = '']]) => {
    const value = values[Number(/^values\.(\d+)$/.exec(name)?.[1] ?? Number.NaN)]
    return value === undefined ? [] : [{ value, problem }]
  })
}
