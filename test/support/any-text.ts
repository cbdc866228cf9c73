// Any text for fast-check. Its own `unit: 'binary'` first makes a table of all characters, which takes a second a process.

import fc from 'fast-check'

/** Surrogates, which are no characters. */
const surrogates = { first: 0xd800, count: 0x800 } as const
const charactersCount = 0x11_0000 - surrogates.count

const anyCharacter = fc.nat(charactersCount - 1).map(
  (place) => String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count),
  (text) => {
    if (typeof text !== 'string' || text.length === 0) throw new Error('not a character')
    const codePoint = text.codePointAt(0) ?? 0
    return codePoint < surrogates.first ? codePoint : codePoint - surrogates.count
  },
)

/** Text of any characters, and now and then one that has harmed a program before (`__proto__`). */
export const anyText = (constraints: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: anyCharacter, ...constraints })
