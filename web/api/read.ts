// Reads responses of the API into types: what is not as expected throws, and names the property.

/** A response that the page cannot show. */
export class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse'
}

type KeysOf<T> = T extends unknown ? keyof T : never

/** The properties that a schema of the API has, each still to be read. */
export type Unread<T> = { readonly [K in KeysOf<T>]: unknown }

export type JsonRecord = Readonly<Record<string, unknown>>

/** Deeply readonly: how the page holds what the API sent. */
export type Immutable<T> = T extends readonly (infer Each)[]
  ? readonly Immutable<Each>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T

const isRecord = <T>(json: unknown): json is Unread<T> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** A JSON object; `T` is its schema, so that only properties of the schema can be read. */
export function record<T = JsonRecord>(json: unknown): Unread<T> {
  if (isRecord<T>(json)) return json
  throw new UnexpectedResponse('the response is no object')
}

/** The object at this property; null if it is null or absent. */
export const recordOrNull = <T = JsonRecord>(json: unknown): Unread<T> | null => (json == null ? null : record<T>(json))

export function text<T>(from: T, name: keyof T & string): string {
  const value = from[name]
  if (typeof value === 'string') return value
  throw new UnexpectedResponse(`${name} is no text`)
}

/** Null if it is null or absent. */
export const textOrNull = <T>(from: T, name: keyof T & string): string | null =>
  from[name] == null ? null : text(from, name)

export function number<T>(from: T, name: keyof T & string): number {
  const value = from[name]
  if (typeof value === 'number') return value
  throw new UnexpectedResponse(`${name} is no number`)
}

/** Null if it is null or absent. */
export const numberOrNull = <T>(from: T, name: keyof T & string): number | null =>
  from[name] == null ? null : number(from, name)

export function boolean<T>(from: T, name: keyof T & string): boolean {
  const value = from[name]
  if (typeof value === 'boolean') return value
  throw new UnexpectedResponse(`${name} is neither true nor false`)
}

/** Null if it is null or absent. */
export const booleanOrNull = <T>(from: T, name: keyof T & string): boolean | null =>
  from[name] == null ? null : boolean(from, name)

/** One of these words. */
export function oneOf<const W extends string, T>(from: T, name: keyof T & string, words: readonly W[]): W {
  const value = text(from, name)
  const word = words.find((each) => each === value)
  if (word !== undefined) return word
  throw new UnexpectedResponse(`${name} is ${value}, none of ${words.join(', ')}`)
}

/** The list at this property, each item read. */
export function list<Item, T>(from: T, name: keyof T & string, read: (json: unknown) => Item): readonly Item[] {
  const value: unknown = from[name]
  if (Array.isArray(value)) return value.map((each: unknown) => read(each))
  throw new UnexpectedResponse(`${name} is no list`)
}

/** The list at this property; empty if it is null or absent. */
export const listOrEmpty = <Item, T>(
  from: T,
  name: keyof T & string,
  read: (json: unknown) => Item,
): readonly Item[] => (from[name] == null ? [] : list(from, name, read))

/** The list at this property; null if it is null or absent. */
export const listOrNull = <Item, T>(
  from: T,
  name: keyof T & string,
  read: (json: unknown) => Item,
): readonly Item[] | null => (from[name] == null ? null : list(from, name, read))

/** A text as an item of a list. */
export function textItem(json: unknown): string {
  if (typeof json === 'string') return json
  throw new UnexpectedResponse('no text')
}

/** A number as an item of a list. */
export function numberItem(json: unknown): number {
  if (typeof json === 'number') return json
  throw new UnexpectedResponse('no number')
}
