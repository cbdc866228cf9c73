// The modifiers behind a field's name (`ipAddress|cidr`): which there are, and which go together. Pure.
import type { ProblemReason } from './problems.ts'
import { type Comparison, type ExpressionFlag, expressionFlags } from './rules.ts'

/** What a line of a selection does with its values. `plain` compares them as they stand. */
export const operations = [
  'plain',
  'contains',
  'startswith',
  'endswith',
  're',
  'cidr',
  'fieldref',
  'exists',
  'lt',
  'lte',
  'gt',
  'gte',
] as const
type Operation = 'plain' | 'contains' | 'startswith' | 'endswith' | 're' | 'cidr' | 'fieldref' | 'exists' | Comparison

/** The modifiers of one line, read. */
export type Modifiers = {
  readonly operation: Operation
  readonly all: boolean
  readonly cased: boolean
  readonly negated: boolean
  /** The values are names of lists. */
  readonly expands: boolean
  readonly flags: readonly ExpressionFlag[]
}

type ParsedModifiers =
  | { readonly kind: 'parsed'; readonly modifiers: Modifiers }
  | { readonly kind: 'refused'; readonly reason: ProblemReason; readonly message: string }

/** The modifiers that Sigma 2.1 has and Keytrail does not, with what to write instead. */
export const unsupportedModifiers: ReadonlyMap<string, string> = new Map([
  ...['base64', 'base64offset', 'utf16', 'utf16le', 'utf16be', 'wide'].map(
    (name) => [name, 'No field holds encoded text.'] as const,
  ),
  ['windash', 'No field holds a command line.'],
  ['hour', 'Use the field hourOfDay.'],
  ...['minute', 'day', 'week', 'month', 'year'].map((name) => [name, 'Use the fields hourOfDay and weekday.'] as const),
])

const isOperation = (name: string): name is Exclude<Operation, 'plain'> =>
  name !== 'plain' && operations.some((operation) => operation === name)
const isFlag = (name: string): name is ExpressionFlag => expressionFlags.some((flag) => flag === name)

/** Operations whose values are text in which case may count. */
const casedOperations: readonly Operation[] = ['plain', 'contains', 'startswith', 'endswith', 'fieldref']
/** Operations of which several values may have to hold at once. */
const allOperations: readonly Operation[] = ['plain', 'contains', 'startswith', 'endswith', 're', 'cidr']

/** Reads the modifiers of a line, in the order they are written. */
export function parseModifiers(names: readonly string[]): ParsedModifiers {
  const unknown = names.find((name) => !isOperation(name) && !isFlag(name) && !/^(?:all|cased|neq|expand)$/.test(name))
  if (unknown !== undefined) {
    const instead = unsupportedModifiers.get(unknown)
    if (instead) return refused('unsupported-modifier', `The modifier ${unknown} is not supported. ${instead}`)
    return refused('unknown-modifier', `Sigma has no modifier ${JSON.stringify(unknown)}.`)
  }
  const conflict = conflictOf(names)
  if (conflict) return refused('modifier-conflict', conflict)

  const operation = names.find(isOperation) ?? 'plain'
  const [all, cased, negated] = [names.includes('all'), names.includes('cased'), names.includes('neq')]
  const expands = names.includes('expand')
  return { kind: 'parsed', modifiers: { operation, all, cased, negated, expands, flags: names.filter(isFlag) } }
}

const refused = (reason: ProblemReason, message: string) => ({ kind: 'refused', reason, message }) as const

function conflictOf(names: readonly string[]): string | undefined {
  const [first = 'plain', second] = names.filter(isOperation)
  const operation = isOperation(first) ? first : 'plain'
  if (new Set(names).size < names.length) return 'A modifier stands here twice.'
  if (second) return `${first} and ${second} do not go together.`
  if (names.some((name, index) => isFlag(name) && !names.slice(0, index).includes('re'))) {
    return 'i, m and s stand behind re.'
  }
  if (names.includes('cased') && !casedOperations.includes(operation)) return `cased does not go with ${first}.`
  if (names.includes('all') && !allOperations.includes(operation)) return `all does not go with ${first}.`
  if (names.includes('neq') && operation === 'exists') return 'neq does not go with exists: write exists: false.'
  const beside = names.find((name) => !['expand', 'cidr', 'neq'].includes(name))
  if (names.includes('expand') && beside !== undefined) return `expand does not go with ${beside}.`
  return undefined
}
