// What each field can hold, and which values of rules it never has: a rule that asks for one would never match. Pure.
import { canonicalAddress } from '../../addresses.ts'
import { textCharactersMax } from '../../events/event.ts'
import { eventTypes } from '../../events/event-types.ts'
import { parseGuid } from '../../guid.ts'
import { type FieldValue, knownFields, vocabularies } from './fields.ts'
import { fitsForm, isPlain, matcherOf, type Pattern, parsePattern, textIn } from './patterns/wildcards.ts'
import type { Comparison, Operand } from './rules.ts'
import type { ScalarNode } from './yaml-tree.ts'

/** What a field holds when it holds anything. `few` are all its values, as text, where they are few. */
type Holding =
  | { readonly kind: 'text' | 'address' | 'id' | 'date' | 'country' }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly few?: readonly string[] }
  | { readonly kind: 'word' | 'boolean'; readonly few: readonly string[] }

/** Longest name that the directory keeps, in UTF-16 units. */
const nameCharactersMax = 1_000
const guidCharacters = 36

const hours = Array.from({ length: 24 }, (_, hour) => String(hour))
/** Between what, both included, the numbers of events lie (see `AcceptedEvent`). */
const numbers: ReadonlyMap<string, Holding> = new Map<string, Holding>([
  ['type', { kind: 'number', least: 0, most: 65_535 }],
  ['deviceType', { kind: 'number', least: 0, most: 32_767 }],
  ['systemUser', { kind: 'number', least: 0, most: 32_767 }],
  ['networkNumber', { kind: 'number', least: 0, most: 4_294_967_295 }],
  ['hourOfDay', { kind: 'number', least: 0, most: 23, few: hours }],
])
const freeTexts = [
  'domainName',
  'objectName',
  'clientDate',
  'actingUserName',
  'actingUserEmail',
  'memberName',
  'groupName',
  'collectionName',
  'policyName',
  'itemName',
  'networkName',
]
const eventTexts = ['domainName', 'objectName', 'clientDate', 'ipAddress', 'networkName']
/** Fields that every event has. */
const everPresent = ['id', 'type', 'date', 'hourOfDay', 'weekday', 'offHours']

function holdingOf(field: string): Holding {
  const words = vocabularies.get(field)
  if (words) return { kind: 'word', few: words }
  if (knownFields.get(field) === 'boolean') return { kind: 'boolean', few: ['true', 'false'] }
  if (knownFields.get(field) === 'address') return { kind: 'address' }
  if (field === 'date' || field === 'country') return { kind: field }
  return numbers.get(field) ?? { kind: freeTexts.includes(field) ? 'text' : 'id' }
}

/** The longest text that a field may be read as, in UTF-16 units. */
export function fieldCharactersMax(field: string): number {
  const holding = holdingOf(field)
  if (holding.kind === 'text' || holding.kind === 'address') {
    return eventTexts.includes(field) ? textCharactersMax : nameCharactersMax
  }
  if (holding.kind === 'number') return String(holding.most).length
  if (holding.kind === 'country') return 2
  return 'few' in holding ? Math.max(...holding.few.map((each) => each.length)) : guidCharacters
}

/** A value as it is compared, or why the field can never be it: in words that say what to write. */
export type ReadValue = Operand | { readonly kind: 'never'; readonly exact: boolean; readonly hint: string }
const never = (hint: string): ReadValue => ({ kind: 'never', exact: true, hint })
/** Not exact: the value may be meant well, but is written so that it could mean several things. */
const unclear = (hint: string): ReadValue => ({ kind: 'never', exact: false, hint })

/** Reads a value without modifiers other than `cased`: the whole field is to be it. */
export function readPlainValue(field: string, { value, written }: ScalarNode, cased: boolean): ReadValue {
  if (value === null) {
    return everPresent.includes(field) ? never(`every event has ${field}`) : { kind: 'exactly', value: null }
  }
  const pattern = parsePattern(written)
  if (!isPlain(pattern)) return readPattern(field, pattern, cased)
  const text = textIn(pattern)
  const holding = holdingOf(field)
  switch (holding.kind) {
    case 'number':
      return readNumber(field, holding, text)
    case 'boolean':
      return /^(?:true|false)$/i.test(text)
        ? { kind: 'exactly', value: text.toLowerCase() === 'true' }
        : never('it is true or false')
    case 'word':
      return readPattern(field, pattern, cased)
    case 'address': {
      // Events have their addresses in the one spelling: so must the rule, however it writes them.
      const address = canonicalAddress(text)
      return address === undefined
        ? never(addressHint(text))
        : { kind: 'pattern', pattern: [{ kind: 'text', text: address }], cased }
    }
    case 'id':
      return parseGuid(text) ? readPattern(field, pattern, cased) : never(idHint(field, text))
    default:
      return readPattern(field, pattern, cased)
  }
}

/** Reads a pattern, which may be text alone: refused where nothing that the field can hold matches it. */
export function readPattern(field: string, pattern: Pattern, cased: boolean): ReadValue {
  const holding = holdingOf(field)
  const operand: Operand = { kind: 'pattern', pattern, cased }
  if ('few' in holding && holding.few) {
    return holding.few.some(matcherOf(pattern, cased)) ? operand : never(fewHint(holding.few, textIn(pattern)))
  }
  switch (holding.kind) {
    case 'text':
      return operand
    case 'address':
      return (cased ? /^[\da-f:.]{0,45}$/ : /^[\da-f:.]{0,45}$/i).test(textIn(pattern))
        ? operand
        : never(addressHint(textIn(pattern)))
    case 'id':
      return fitsForm(pattern, cased, idForm) ? operand : never(idHint(field, textIn(pattern)))
    case 'country':
      return fitsForm(pattern, cased, countryForm) && !noCountry.test(textIn(pattern)) ? operand : never(countryHint)
    case 'date':
      return dateForms.some((form) => fitsForm(pattern, cased, form))
        ? operand
        : never('dates read 2026-11-20T10:00:00.000Z, in UTC: for a day write date|startswith: 2026-11-20')
    default:
      return digitForms(field).some((form) => fitsForm(pattern, cased, form)) ? operand : never(numberHint(field))
  }
}

/** Reads what a comparison compares with: a number that some events reach, and some may not. */
export function readBound(field: string, operator: Comparison, { value, written }: ScalarNode): ReadValue {
  const holding = holdingOf(field)
  if (holding.kind !== 'number' || typeof value !== 'number') return never(`${operator} takes a number`)
  if (!isPlainInteger(written)) return unclear(digitsHint)
  const { least, most } = holding
  const [always, sometimes] = {
    lt: [value > most, value > least],
    lte: [value >= most, value >= least],
    gt: [value < least, value < most],
    gte: [value <= least, value <= most],
  }[operator]
  if (!sometimes) return never(`it is ${least} to ${most}`)
  if (always) return never(`it is ${least} to ${most}, so that this holds of every value: write ${field}|exists: true`)
  return { kind: 'comparison', operator, value }
}

/** Whether two fields can ever be equal. */
export function canEqual(field: string, other: string): boolean {
  const [one, two] = [holdingOf(field), holdingOf(other)]
  if (one.kind === 'text' || two.kind === 'text') return true
  if ('few' in one && one.few && 'few' in two && two.few) {
    const known = new Set(two.few.map((each) => each.toLowerCase()))
    return one.few.some((each) => known.has(each.toLowerCase()))
  }
  return one.kind === two.kind
}

/** All values of a field, as text, where they are few; undefined where they are not. */
export function fewValuesOf(field: string): readonly FieldValue[] | undefined {
  const holding = holdingOf(field)
  return 'few' in holding ? holding.few : undefined
}

/** Whether `exists: false` can hold. */
export const canBeAbsent = (field: string): boolean => !everPresent.includes(field)

function readNumber(field: string, { least, most }: { least: number; most: number }, text: string): ReadValue {
  const number = Number(text)
  if (isPlainInteger(text) && Number.isSafeInteger(number)) {
    return least <= number && number <= most ? { kind: 'exactly', value: number } : never(`it is ${least} to ${most}`)
  }
  const looksLikeNumber = /^[-+]?[.\d][\d_.,]*(?:e[-+]?\d+)?$|^0[xob]|^[-+]?\.(?:inf|nan)$/i.test(text)
  return looksLikeNumber ? unclear(digitsHint) : never(numberHint(field))
}

const isPlainInteger = (text: string): boolean => /^(?:0|-?[1-9]\d*)$/.test(text)
const digitsHint = 'Numbers are written as plain decimal digits: 31, not 0x1F, 3.1e1, +31 or 031'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const countryForm = [letters, letters]
// What ISO 3166-1 leaves to users, so that no country has it (XK is the one in use), and codes that it has given up or never gave.
const noCountry = /^(?:AA|Q[M-Z]|X[A-JL-Z]|ZZ|UK|EN)$/i
const countryHint = 'it is a country code of two capital letters (ISO 3166-1), such as DE, GB or US'
const idForm = [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].map((each) => (each === 'x' ? '0123456789abcdef' : each))
const dateForms = [3, 4, 5, 6, 7].map((digits) =>
  [...`0000-00-00T00:00:00.${'0'.repeat(digits)}Z`].map((each) => (each === '0' ? '0123456789' : each)),
)
const digitForms = (field: string) =>
  Array.from({ length: fieldCharactersMax(field) }, (_, index) => new Array<string>(index + 1).fill('0123456789'))

const numberHint = (field: string): string =>
  field === 'type' ? 'it is a number such as 1000; names such as User_LoggedIn are in eventName' : 'it is a number'

function addressHint(text: string): string {
  if (text.includes('/')) return 'networks are written with ipAddress|cidr'
  return 'it is an IP address such as 203.0.113.7 or 2001:db8::7'
}

function idHint(field: string, text: string): string {
  const example = 'it is an id such as 0f0e2d4c-8a55-4d0e-8b3d-6a1c9b1d7f10'
  const names = idNames.get(field)
  if (text.toLowerCase() !== text && parseGuid(text)) return `${example}, in lower case`
  return names === undefined ? example : `${example}; names are in ${names}`
}

const idNames: ReadonlyMap<string, string> = new Map([
  ...(['actingUserId', 'userId'] as const).map((field) => [field, 'actingUserName and actingUserEmail'] as const),
  ['organizationUserId', 'memberName'],
  ['groupId', 'groupName'],
  ['collectionId', 'collectionName'],
  ['policyId', 'policyName'],
  ['cipherId', 'itemName'],
  ['objectId', 'objectName'],
])

/** The values of a field, if they fit in a line; else the one that was likely meant. */
function fewHint(few: readonly string[], text: string): string {
  if (few === hours) return 'it is 0 to 23'
  if (few.length <= 16) return `it is one of ${few.join(', ')}`
  const code = eventTypes.find((type) => String(type.code) === text)
  return code ? `write ${code.name}` : 'docs/events.md lists its values'
}
