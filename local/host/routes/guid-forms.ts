// What .NET reads as a GUID (Guid.TryParse, by which the constraint `guid` decides), which is more than its five forms N, D, B, P and X.

/** What Char.IsWhiteSpace takes, which is not quite what `\s` does. */
const blank = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const hex = '[0-9a-f]'

/** A number of that many characters: a sign and a `0x` may replace its first digits. */
const number = (chars: number) =>
  `(?:${hex}{${chars}}|\\+${hex}{${chars - 1}}|0x${hex}{${chars - 2}}|\\+0x${hex}{${chars - 3}})`

const dashed = `${number(8)}-${number(4)}-${number(4)}-${number(4)}-${number(4)}${hex}{8}`
const plain = new RegExp(`^(?:${hex}{32}|${dashed}|\\{${dashed}\\}|\\(${dashed}\\))$`, 'i')

/** A number in form X: leading zeros do not count. */
const prefixed = (digitsMax: number) => `0x\\+?(?:0x|(?=${hex}))0*${hex}{0,${digitsMax}}`
const word = prefixed(8)
const bytes = Array(8).fill(prefixed(2)).join(',')
const listed = new RegExp(`^\\{${word},${word},${word},\\{${bytes}\\}\\}$`, 'i')

const aroundIt = new RegExp(`^${blank}+|${blank}+$`, 'g')
const anywhere = new RegExp(blank, 'g')

/** True for N `…32 digits`, D `8-4-4-4-12`, B `{D}`, P `(D)`, with blanks around it, and X `{0x…,0x…,0x…,{0x…,…}}`, with blanks anywhere. */
export function isGuid(value: string): boolean {
  return plain.test(value.replaceAll(aroundIt, '')) || listed.test(value.replaceAll(anywhere, ''))
}
