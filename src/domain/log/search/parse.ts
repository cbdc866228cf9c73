// Reads a search into terms, or says what is wrong with it and what to write instead. Pure and total: any text gives one or the other.
import { formatNetwork, type Network, networkOf, parseAddress, parseNetwork } from '../../addresses.ts'
import { deviceTypesCalled, deviceWords } from '../../events/device-types.ts'
import { eventTypesCalled, eventWords } from '../../events/event-words.ts'
import { type Instant, instantBefore, parseInstant } from '../../instant.ts'
import { nearNames } from '../../near-names.ts'
import { isNameKey, type NameKey, searchKeys } from './keys.ts'
import { type SearchProblem, type Token, tokensOf, type Value } from './tokens.ts'

/** Longest search, in UTF-16 units, and most values in it. */
export const searchCharactersMax = 500
export const searchValuesMax = 50

/** A condition on events. Its values are alternatives; `key` null: a name or an id of anything. */
export type Term =
  | {
      readonly kind: 'names'
      readonly key: NameKey | null
      readonly negated: boolean
      readonly values: readonly Value[]
    }
  | { readonly kind: 'types' | 'deviceTypes'; readonly negated: boolean; readonly numbers: readonly number[] }
  | { readonly kind: 'networks'; readonly negated: boolean; readonly networks: readonly Network[] }
  | { readonly kind: 'from' | 'to'; readonly at: Instant }

export type InvalidSearch = { readonly kind: 'invalid'; readonly problems: readonly SearchProblem[] }
type ParsedSearch = { readonly kind: 'search'; readonly terms: readonly Term[] } | InvalidSearch

/** The terms of a search, in their order; of no text, none. */
export function parseSearch(text: string): ParsedSearch {
  if (text.length > searchCharactersMax) {
    const message = `the search has more than ${searchCharactersMax} characters; write less, or search twice`
    return { kind: 'invalid', problems: [{ from: searchCharactersMax, to: text.length, message }] }
  }
  const { tokens, problems: found } = tokensOf(text)
  const problems = [...found]
  const last = tokens.flatMap(({ values }) => values)[searchValuesMax]
  if (last) problems.push(problemAt(last, `the search has more than ${searchValuesMax} values; write fewer`))
  const terms = tokens.flatMap((token) => termOf(token, problems))
  problems.push(...timeProblems(tokens, terms))
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'search', terms }
}

const problemAt = ({ from, to }: { readonly from: number; readonly to: number }, message: string): SearchProblem => ({
  from,
  to,
  message,
})

function termOf(token: Token, problems: SearchProblem[]): Term[] {
  const { key, negated, values } = token
  if (values.length === 0) return []
  if (key === null) return [bareTerm(token)]
  if (isNameKey(key)) return [{ kind: 'names', key, negated, values }]
  /** What each value means; a value that means nothing is a problem. */
  const read = <T>(readValue: (text: string) => T | undefined, messageOf: (text: string) => string): T[] =>
    values.flatMap((value) => {
      const meant = readValue(value.text)
      if (meant === undefined) problems.push(problemAt(value, messageOf(value.text)))
      return meant === undefined ? [] : [meant]
    })
  switch (key) {
    case 'what':
      return [{ kind: 'types', negated, numbers: read(eventTypesCalled, unknownEvent).flat() }]
    case 'device':
      return [{ kind: 'deviceTypes', negated, numbers: read(deviceTypesCalled, unknownDevice).flat() }]
    case 'ip':
      return [{ kind: 'networks', negated, networks: read(parseNetwork, noNetwork) }]
    case 'after':
      return timeTerm(token, problems, read(parseInstant, noTime), 'from')
    case 'before':
      return timeTerm(token, problems, read(readEnd, noTime), 'to')
    default:
      problems.push(problemAt(token, unknownKey(key)))
      return []
  }
}

/** Values without a key: addresses, or names and ids of anything. */
function bareTerm({ negated, values }: Token): Term {
  const networks = values.flatMap(({ text }) => parseNetwork(text) ?? [])
  return networks.length === values.length
    ? { kind: 'networks', negated, networks }
    : { kind: 'names', key: null, negated, values }
}

/** What is before a time ends with the instant before it. */
function readEnd(text: string): Instant | undefined {
  const at = parseInstant(text)
  return at && instantBefore(at)
}

function timeTerm(token: Token, problems: SearchProblem[], times: readonly Instant[], kind: 'from' | 'to'): Term[] {
  const { key, negated, values } = token
  if (negated)
    problems.push(problemAt(token, `"-${key}:" is not known; write ${kind === 'from' ? 'before' : 'after'}:`))
  if (values.length > 1) problems.push(problemAt(token, `${key}: takes one time; write one`))
  return times.map((at) => ({ kind, at }))
}

/** Several beginnings or ends, or an end before the beginning. */
function timeProblems(tokens: readonly Token[], terms: readonly Term[]): SearchProblem[] {
  const repeated = ['after', 'before'].flatMap((key) => {
    const second = tokens.filter((token) => token.key === key)[1]
    return second ? [problemAt(second, `${key}: is there twice; write it once`)] : []
  })
  const from = terms.flatMap((term) => (term.kind === 'from' ? [term.at] : []))[0]
  const to = terms.flatMap((term) => (term.kind === 'to' ? [term.at] : []))[0]
  const end = tokens.find(({ key }) => key === 'before')
  if (!end || from === undefined || to === undefined || from <= to) return repeated
  return [...repeated, problemAt(end, 'before: is not later than after:; write a later time')]
}

const orNear = (text: string, words: readonly string[], otherwise: string): string => {
  const near = nearNames(text, words)
  return near.length > 0 ? `write ${near.join(' or ')}` : otherwise
}

const unknownKey = (key: string): string =>
  `"${key}:" is not known; ${orNear(
    key,
    searchKeys.map((each) => `${each}:`),
    `write ${searchKeys.map((each) => `${each}:`).join(' ')}, or put the word in quotation marks`,
  )}`

const unknownEvent = (text: string): string =>
  `"${text}" is no kind of event; ${orNear(text, eventWords, 'write viewed, copied, exported, "failed login", a category, or a type’s name or number')}`

const unknownDevice = (text: string): string =>
  `"${text}" is no device; ${orNear(text, deviceWords, 'write mobile, desktop, browser, web, cli, or a type’s name or number')}`

function noNetwork(text: string): string {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? []
  const bytes = parseAddress(address)
  if (!bytes || Number(bits) > bytes.length * 8) return `"${text}" is no address; write 203.0.113.7 or 203.0.113.0/24`
  return `"${text}" has bits beyond its prefix; write ${formatNetwork(networkOf(bytes, Number(bits)))} or ${address}`
}

const noTime = (text: string): string => `"${text}" is no time; write 2026-11-20 or 2026-11-20T08:30Z (UTC)`
