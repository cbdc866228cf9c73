// A rule over one event as a predicate over its fields: everything that can be prepared is prepared once. Pure.

import { isWithin, type Network, parseAddress } from '../../addresses.ts'
import { type FieldValue, type FieldValues, knownFields } from '../sigma/fields.ts'
import { compileExpression } from '../sigma/regular-expressions.ts'
import type { Comparison, Condition, EventRule, FieldTest, Operand, Selection } from '../sigma/rules.ts'
import { matcherOfSeveral } from '../sigma/wildcards.ts'

/** Whether an event with these fields matches. */
export type Predicate = (fields: FieldValues) => boolean

/**
 * The predicate of a rule. An absent field is null: it equals only null, exists: false holds of it, and nothing else does,
 * so that `neq` holds of it. Numbers and truth values are also the text they are written as, either way round.
 */
export function compile(rule: EventRule): Predicate {
  const selections = new Map([...rule.selections].map(([name, each]) => [name, compileSelection(each, rule)]))
  const matches = compileCondition(rule.condition, selections)
  const { category } = rule
  return category === undefined ? matches : (fields) => fields.category === category && matches(fields)
}

function compileCondition(condition: Condition, selections: ReadonlyMap<string, Predicate>): Predicate {
  switch (condition.kind) {
    case 'selection': {
      const predicate = selections.get(condition.name)
      if (!predicate) throw new Error(`a condition names a selection that is not there: ${condition.name}`)
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

const all = <T>(tests: readonly ((value: T) => boolean)[]): ((value: T) => boolean) => {
  const [only, ...more] = tests
  return only && more.length === 0 ? only : (value) => tests.every((test) => test(value))
}

const any = <T>(tests: readonly ((value: T) => boolean)[]): ((value: T) => boolean) => {
  const [only, ...more] = tests
  return only && more.length === 0 ? only : (value) => tests.some((test) => test(value))
}

const compileSelection = (selection: Selection, rule: EventRule): Predicate =>
  any(selection.map((tests) => all(tests.map((test) => compileTest(test, rule)))))

function compileTest(test: FieldTest, rule: EventRule): Predicate {
  const { field, join, negated, operands } = test
  const read = readerOf(field, rule)
  const numbers = numbersOf(test)
  const tests = [...operandsTogether(operands, join), ...operands.flatMap((each) => compileOperand(each, rule) ?? [])]
  const matches: Operated = numbers
    ? (value) => numbers.has(value)
    : join === 'all'
      ? (value, fields) => tests.every((each) => each(value, fields))
      : (value, fields) => tests.some((each) => each(value, fields))
  return (fields) => matches(read(fields), fields) !== negated
}

/** Those operands that are quicker asked together: the text is folded once, the address read once. */
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

/** The numbers that a number's field may be, when there is nothing else to ask: most rules are lists of event types. */
function numbersOf({ field, join, operands }: FieldTest): ReadonlySet<FieldValue> | undefined {
  if (join === 'all' || knownFields.get(field) !== 'number') return undefined
  const numbers = operands.flatMap((each) =>
    each.kind === 'exactly' && typeof each.value === 'number' ? [each.value] : [],
  )
  return numbers.length === operands.length ? new Set<FieldValue>(numbers) : undefined
}

/** How a rule reads a field; an item is critical to it also when it says so itself. */
function readerOf(field: string, rule: EventRule): (fields: FieldValues) => FieldValue {
  if (field !== 'itemCritical' || rule.items.length === 0) return (fields) => fields[field] ?? null
  const items = new Set<FieldValue>(rule.items)
  return (fields) => (items.has(fields.cipherId ?? null) ? true : (fields[field] ?? null))
}

type Operated = (value: FieldValue, fields: FieldValues) => boolean

/** The test of one operand; undefined for those that are asked together. */
function compileOperand(operand: Operand, rule: EventRule): Operated | undefined {
  switch (operand.kind) {
    case 'existence':
      return (value) => (value !== null) === operand.expected
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
      if (compiled.kind === 'refused')
        throw new Error(`a rule holds an expression that was refused: ${compiled.message}`)
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

/** Two fields are equal when both are there and read the same. */
function equal(one: FieldValue, other: FieldValue, cased: boolean): boolean {
  if (one === null || other === null) return false
  if (one === other) return true
  return !cased && String(one).toLowerCase() === String(other).toLowerCase()
}
