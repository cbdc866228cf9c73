// Reads answers of the API into types: what is not as expected throws, and names the member.

/** An answer that is not what the page knows how to show. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

export type JsonRecord = Readonly<Record<string, unknown>>

const isRecord = (json: unknown): json is JsonRecord =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** A JSON object. */
export function record(json: unknown): JsonRecord {
  if (isRecord(json)) return json
  throw new UnexpectedAnswer('the answer is no object')
}

/** The object at this member. */
export const recordAt = (from: JsonRecord, name: string): JsonRecord => record(from[name])

/** The object at this member; null when it is null or absent. */
export const recordOrNull = (from: JsonRecord, name: string): JsonRecord | null =>
  from[name] == null ? null : record(from[name])

export function text(from: JsonRecord, name: string): string {
  const value = from[name]
  if (typeof value === 'string') return value
  throw new UnexpectedAnswer(`${name} is no text`)
}

/** Null when it is null or absent. */
export const textOrNull = (from: JsonRecord, name: string): string | null =>
  from[name] == null ? null : text(from, name)

export function number(from: JsonRecord, name: string): number {
  const value = from[name]
  if (typeof value === 'number') return value
  throw new UnexpectedAnswer(`${name} is no number`)
}

/** Null when it is null or absent. */
export const numberOrNull = (from: JsonRecord, name: string): number | null =>
  from[name] == null ? null : number(from, name)

export function boolean(from: JsonRecord, name: string): boolean {
  const value = from[name]
  if (typeof value === 'boolean') return value
  throw new UnexpectedAnswer(`${name} is neither true nor false`)
}

/** Null when it is null or absent. */
export const booleanOrNull = (from: JsonRecord, name: string): boolean | null =>
  from[name] == null ? null : boolean(from, name)

/** One of these words. */
export function oneOf<const W extends string>(from: JsonRecord, name: string, words: readonly W[]): W {
  const value = text(from, name)
  const word = words.find((each) => each === value)
  if (word !== undefined) return word
  throw new UnexpectedAnswer(`${name} is ${value}, none of ${words.join(', ')}`)
}

/** The list at this member, each part read. */
export function list<T>(from: JsonRecord, name: string, read: (json: unknown) => T): readonly T[] {
  const value = from[name]
  if (Array.isArray(value)) return value.map((each: unknown) => read(each))
  throw new UnexpectedAnswer(`${name} is no list`)
}

/** The list at this member; empty when it is null or absent. */
export const listOrEmpty = <T>(from: JsonRecord, name: string, read: (json: unknown) => T): readonly T[] =>
  from[name] == null ? [] : list(from, name, read)

/** A text that stands by itself, as a part of a list. */
export function aText(json: unknown): string {
  if (typeof json === 'string') return json
  throw new UnexpectedAnswer('no text')
}
