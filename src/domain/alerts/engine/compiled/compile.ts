// Compiles a rule over events: its detection to a predicate over an event's fields, and the event types it can match. Pure.
import { isWithin, type Network, parseAddress } from '../../../addresses.ts'
import { type FieldValue, type FieldValues, knownFields } from '../../sigma/fields.ts'
import { stepsOfRule } from '../../sigma/matching-cost.ts'
import { matcherOfSeveral } from '../../sigma/patterns/wildcards.ts'
import { compileExpression } from '../../sigma/regular-expressions.ts'
import type { Comparison, Condition, EventRule, FieldTest, Operand, Selection } from '../../sigma/rules.ts'
import { compileExceptions } from './excepted.ts'

/** Whether an event with these fields matches. */
export type Predicate = (fields: FieldValues) => boolean

/** A rule over events, ready to be matched. */
export type CompiledRule = {
  readonly rule: EventRule
  /** Whether an event of one of `types` matches; of other events it says nothing. */
  readonly matches: Predicate
  /** The only event types that the rule can match; undefined where it does not limit them. */
  readonly types: EventTypes
  /** The most steps that one match takes: see matching-cost.ts. */
  readonly steps: number
}

export const compileRule = (rule: EventRule): CompiledRule => ({
  rule,
  matches: compilePredicate({ ...rule, selections: withoutTypes(rule) }),
  types: typesOf(rule.condition, rule.selections),
  steps: stepsOfRule(rule),
})

/** The selections of a rule without the lists of types that its `types` follow from: they hold for each event of those. */
function withoutTypes({ condition, selections }: EventRule): EventRule['selections'] {
  const required = requiredBy(condition)
  const isOther = (test: FieldTest) => typesOfTest(test) === undefined
  return new Map(
    [...selections].map(([name, maps]) => {
      const isImplied = required.has(name) && maps.length === 1
      return [name, isImplied ? maps.map((tests) => tests.filter(isOther)) : maps]
    }),
  )
}

/** Names of selections without which a condition never holds. */
function requiredBy(condition: Condition): ReadonlySet<string> {
  if (condition.kind === 'selection') return new Set([condition.name])
  return condition.kind === 'and' ? new Set(condition.of.flatMap((each) => [...requiredBy(each)])) : new Set()
}

/**
 * The predicate of a rule, without the events that are excepted from it. An absent field is null: it equals only null, `exists: false` holds for it, and so does `neq`.
 * Numbers and booleans also compare as the text they are written as, in both directions.
 */
export function compilePredicate(rule: EventRule): Predicate {
  const selections = new Map([...rule.selections].map(([name, each]) => [name, compileSelection(each, rule)]))
  const matches = compileCondition(rule.condition, selections)
  const { category, exceptions } = rule
  const ofCategory: Predicate =
    category === undefined ? matches : (fields) => fields.category === category && matches(fields)
  if (!exceptions) return ofCategory
  const isExcepted = compileExceptions(exceptions)
  return (fields) => ofCategory(fields) && !isExcepted(fields)
}

function compileCondition(condition: Condition, selections: ReadonlyMap<string, Predicate>): Predicate {
  switch (condition.kind) {
    case 'selection': {
      const predicate = selections.get(condition.name)
      if (!predicate) throw new Error(`a condition names a missing selection: ${condition.name}`)
      return predicate
    }
    case 'not': {
      const inner = compileCondition(condition.of, selections)
      return (fields) => !inner(fields)
    }
    case 'and':
      return all(condition.of.map((each) => compileCondition(each, selections)))
    case 'or':
      return any(condition.of.map((each) => compileCondition(each, selections)))
  }
}

// Loops, as `every` and `some` would make a closure for each event.
function all<T>(tests: readonly ((value: T) => boolean)[]): (value: T) => boolean {
  const [only, ...more] = tests
  if (only && more.length === 0) return only
  return (value) => {
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

function any<T>(tests: readonly ((value: T) => boolean)[]): (value: T) => boolean {
  const [only, ...more] = tests
  if (only && more.length === 0) return only
  return (value) => {
    for (const test of tests) if (test(value)) return true
    return false
  }
}

const compileSelection = (selection: Selection, rule: EventRule): Predicate =>
  any(selection.map((tests) => all(tests.map((test) => compileTest(test, rule)))))

function compileTest(test: FieldTest, rule: EventRule): Predicate {
  const { field, join, negated, operands } = test
  const read = readerOf(field, rule)
  const numbers = numbersOf(test)
  const tests = [...operandsTogether(operands, join), ...operands.flatMap((each) => compileOperand(each, rule) ?? [])]
  if (numbers) return (fields) => numbers.has(read(fields)) !== negated
  const isAll = join === 'all'
  return (fields) => {
    const value = read(fields)
    // The first result that decides: a false one for all, a true one for any.
    for (const each of tests) if (each(value, fields) !== isAll) return isAll === negated
    return isAll !== negated
  }
}

/** Tests of operands that are faster together: the text is folded once, the address parsed once. */
function operandsTogether(operands: readonly Operand[], join: FieldTest['join']): Operated[] {
  const patternTests = [true, false].flatMap((cased): Operated[] => {
    const patterns = operands.flatMap((each) => (each.kind === 'pattern' && each.cased === cased ? [each.pattern] : []))
    if (patterns.length === 0) return []
    const matches = matcherOfSeveral(patterns, cased, join)
    return [(value) => value !== null && matches(String(value))]
  })
  const networks = operands.flatMap((each) => (each.kind === 'network' ? [each.network] : []))
  if (networks.length === 0) return patternTests
  const networkTest: Operated = (value) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined
    if (!address) return false
    const isIn = (network: Network) => isWithin(address, network)
    return join === 'all' ? networks.every(isIn) : networks.some(isIn)
  }
  return [...patternTests, networkTest]
}

/** The numbers that a numeric field may have, if the test is such a list alone: most rules list event types. */
function numbersOf({ field, join, operands }: FieldTest): ReadonlySet<FieldValue> | undefined {
  if (join === 'all' || knownFields.get(field) !== 'number') return undefined
  const numbers = operands.flatMap((each) =>
    each.kind === 'exactly' && typeof each.value === 'number' ? [each.value] : [],
  )
  return numbers.length === operands.length ? new Set<FieldValue>(numbers) : undefined
}

/** How a rule reads a field: an item is also critical if the rule itself lists it. */
function readerOf(field: string, rule: EventRule): (fields: FieldValues) => FieldValue {
  if (field !== 'itemCritical' || rule.items.length === 0) return (fields) => fields[field] ?? null
  const items = new Set<FieldValue>(rule.items)
  return (fields) => (items.has(fields.cipherId ?? null) ? true : (fields[field] ?? null))
}

type Operated = (value: FieldValue, fields: FieldValues) => boolean

/** The test of one operand; undefined for those that are tested together. */
function compileOperand(operand: Operand, rule: EventRule): Operated | undefined {
  switch (operand.kind) {
    case 'existence':
      return (value) => (value !== null) === operand.expected
    // A list without values.
    case 'list':
      return () => false
    case 'exactly': {
      const text = String(operand.value)
      if (operand.value === null) return (value) => value === null
      return (value) => value === operand.value || (typeof value === 'string' && value.toLowerCase() === text)
    }
    case 'comparison': {
      const holds = comparisons[operand.operator]
      return (value) => typeof value === 'number' && holds(value, operand.value)
    }
    case 'expression': {
      const compiled = compileExpression(operand.source, operand.flags)
      if (compiled.kind === 'refused') throw new Error(`a rule has an expression that was refused: ${compiled.message}`)
      return (value) => value !== null && compiled.test(String(value))
    }
    case 'pattern':
    case 'network':
      return undefined
    case 'field': {
      const otherOf = readerOf(operand.field, rule)
      return (value, fields) => equal(value, otherOf(fields), operand.cased)
    }
  }
}

const comparisons: Readonly<Record<Comparison, (field: number, value: number) => boolean>> = {
  lt: (field, value) => field < value,
  lte: (field, value) => field <= value,
  gt: (field, value) => field > value,
  gte: (field, value) => field >= value,
}

/** Two fields are equal when both are present and read the same. */
function equal(one: FieldValue, other: FieldValue, cased: boolean): boolean {
  if (one === null || other === null) return false
  if (one === other) return true
  return !cased && String(one).toLowerCase() === String(other).toLowerCase()
}

type EventTypes = ReadonlySet<number> | undefined

/** The event types that a condition can match; undefined for any. Sound, not complete: `not` matches any. */
export function typesOf(condition: Condition, selections: ReadonlyMap<string, Selection>): EventTypes {
  switch (condition.kind) {
    case 'selection':
      return either((selections.get(condition.name) ?? []).map((tests) => both(tests.map(typesOfTest))))
    case 'not':
      return undefined
    case 'and':
      return both(condition.of.map((each) => typesOf(each, selections)))
    case 'or':
      return either(condition.of.map((each) => typesOf(each, selections)))
  }
}

function typesOfTest({ field, join, negated, operands }: FieldTest): EventTypes {
  if (field !== 'type' || negated || join === 'all') return undefined
  const types = operands.flatMap((each) =>
    each.kind === 'exactly' && typeof each.value === 'number' ? [each.value] : [],
  )
  return types.length === operands.length ? new Set(types) : undefined
}

function both(all: readonly EventTypes[]): EventTypes {
  const [first, ...others] = all.filter((types) => types !== undefined)
  return first && new Set([...first].filter((type) => others.every((types) => types.has(type))))
}

const either = (all: readonly EventTypes[]): EventTypes =>
  all.includes(undefined) ? undefined : new Set(all.flatMap((types) => [...(types ?? [])]))
