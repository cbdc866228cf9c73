// Scans JSON in UTF-8 before anything parses it: parsed values may take many times the memory of their bytes. Pure.

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
const byteOrderMark = [0xef, 0xbb, 0xbf]

/** A range of bytes, the end excluded. */
type Part = { readonly start: number; readonly end: number }

/**
 * The elements of a JSON array, unparsed: each may still be invalid JSON. `too-many`: there are more than `lengthMax`, and
 * the scan stopped there. `object`, `no-array`: the bytes begin as an object, or as another value. `not-json`: they end too
 * early or continue after the array.
 */
type Elements =
  | { readonly kind: 'elements'; readonly parts: Iterable<Part> }
  | { readonly kind: 'refused'; readonly reason: NoElements }

type NoElements = 'too-many' | 'object' | 'no-array' | 'not-json'

/**
 * Finds the elements of a JSON array, or, with `property`, also those of the array in an object that has this property alone
 * (its name without escapes).
 */
export function elementsOf(bytes: Uint8Array, lengthMax: number, property?: string): Elements {
  const begin = pastBlanks(bytes, pastMark(bytes))
  if (begin === bytes.length) return refused('not-json')
  const inside =
    bytes[begin] === openObject && property !== undefined ? beginOfValue(bytes, begin, property) : undefined
  const open = inside ?? begin
  if (bytes[open] !== openArray) return refused(bytes[begin] === openObject ? 'object' : 'no-array')

  // Numbers only: an object for each element would take many times the memory of short elements.
  const commas: number[] = []
  let levels = 0
  for (let at = open + 1; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) at = endOfText(bytes, at)
    else if (byte === openArray || byte === openObject) levels += 1
    else if (byte === comma && levels === 0) {
      commas.push(at)
      // Another element follows the comma.
      if (commas.length >= lengthMax) return refused('too-many')
    } else if (byte === closeArray || byte === closeObject) {
      levels -= 1
      if (levels >= 0) continue
      if (byte === closeObject) return refused('not-json')
      const after = pastBlanks(bytes, at + 1)
      if (inside !== undefined && bytes[after] !== closeObject) return refused('object')
      if (pastBlanks(bytes, inside === undefined ? after : after + 1) < bytes.length) return refused('not-json')
      const isEmpty = commas.length === 0 && pastBlanks(bytes, open + 1) === at
      return { kind: 'elements', parts: isEmpty ? [] : partsBetween(open, [...commas, at]) }
    }
  }
  return refused('not-json')
}

/** The index at which the value of an object's first property begins; undefined if that property has another name. */
function beginOfValue(bytes: Uint8Array, object: number, property: string): number | undefined {
  const name = new TextEncoder().encode(`"${property}"`)
  const begin = pastBlanks(bytes, object + 1)
  if (!name.every((byte, index) => bytes[begin + index] === byte)) return undefined
  const end = pastBlanks(bytes, begin + name.length)
  return bytes[end] === colon ? pastBlanks(bytes, end + 1) : undefined
}

function* partsBetween(open: number, ends: readonly number[]): Generator<Part> {
  let start = open + 1
  for (const end of ends) {
    yield { start, end }
    start = end + 1
  }
}

const refused = (reason: NoElements): Elements => ({ kind: 'refused', reason })

/** Most levels of arrays and objects in a body. */
export const bodyLevelsMax = 64
/** Longest text in a body: a rule document with every character escaped is shorter. */
export const textBytesMax = 512 * 1024
/** Most properties of one object in a body. */
export const propertiesMax = 1_000
/** A body may have `valuesFree` values, and one more for each `bytesPerValueMin` bytes: real ones have about one in 20 bytes. */
export const valuesFree = 5_000
export const bytesPerValueMin = 12

/**
 * Why a JSON text is too expensive to parse, as words that follow its name: too many levels, a text that is too long, an
 * object of too many properties, or too many values for its length. Undefined if it is not, also for invalid JSON.
 */
export function formProblem(bytes: Uint8Array): string | undefined {
  const valuesMax = valuesFree + bytes.length / bytesPerValueMin
  /** The number of properties of each open object, by its level; undefined for an array. */
  const properties: (number | undefined)[] = []
  let values = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) {
      const end = endOfText(bytes, at)
      if (end - at > textBytesMax) return `holds a text of more than ${textBytesMax / 1024} KiB`
      at = end
    } else if (byte === openArray || byte === openObject) {
      properties.push(byte === openObject ? 1 : undefined)
      if (properties.length > bodyLevelsMax) return `has more than ${bodyLevelsMax} levels of arrays and objects`
      values += 1
    } else if (byte === closeArray || byte === closeObject) {
      properties.pop()
    } else if (byte === comma) {
      const counted = properties.at(-1)
      if (counted !== undefined) properties[properties.length - 1] = counted + 1
      if (counted === propertiesMax) return `has an object of more than ${propertiesMax} properties`
      values += 1
    }
    if (values > valuesMax) return 'holds more values than its length calls for'
  }
  return undefined
}

/** The index of the quote that ends the text beginning here; the end of the bytes if there is none. */
function endOfText(bytes: Uint8Array, begin: number): number {
  let at = begin + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}

const pastMark = (bytes: Uint8Array): number => (byteOrderMark.every((byte, index) => bytes[index] === byte) ? 3 : 0)

/** The first index from here on that is no blank (RFC 8259 section 2). */
function pastBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isBlank(bytes[at])) at += 1
  return at
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
