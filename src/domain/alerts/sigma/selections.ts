// The selections of a detection: maps of fields and values, read and checked against the fields that there are. Pure.
import { parseNetwork } from '../../addresses.ts'
import { deviceTypes } from '../../events/device-types.ts'
import { eventTypeOf } from '../../events/event-types.ts'
import { placeFields } from '../observed/place.ts'
import {
  canBeAbsent,
  canEqual,
  fewValuesOf,
  fieldCharactersMax,
  type ReadValue,
  readBound,
  readPattern,
  readPlainValue,
} from './field-values.ts'
import { type FieldValue, knownFields } from './fields.ts'
import { stepsOfExpression, stepsOfTest } from './matching-cost.ts'
import { type Modifiers, parseModifiers } from './modifiers.ts'
import { sizeOf } from './patterns/expression-size.ts'
import { openPattern, parsePattern } from './patterns/wildcards.ts'
import {
  conditionNamesMax,
  expressionRangesMax,
  expressionsPerTextMax,
  type ProblemReason,
  patternCharactersMax,
  type Report,
  textStepsMax,
  type Warn,
} from './problems.ts'
import { compileExpression, refusedBySize } from './regular-expressions.ts'
import type { FieldTest, ListUse, Operand, Selection } from './rules.ts'
import { type Entry, joined, type Scalar, type ScalarNode, type Tree } from './yaml-tree.ts'

/**
 * What is shared by everything that is read of one text: where problems go, and how many expressions, names in conditions
 * and steps of matching it may still have. Once one of them is used up, nothing costly is read any more.
 */
export type Reading = {
  readonly report: Report
  readonly warn: Warn
  /** Takes each use of a list of values. */
  readonly useList: (use: FoundListUse) => void
  expressionsLeft: number
  rangesLeft: number
  namesLeft: number
  stepsLeft: number
  ruleStepsLeft: number
  isTooMuch: boolean
}

/** A use of a list before its place is counted out. */
export type FoundListUse = Omit<ListUse, 'line' | 'column'> & { readonly offset: number }

/** A reading at its beginning. */
export const readingOf = (report: Report, warn: Warn, useList: Reading['useList']): Reading => ({
  report,
  warn,
  useList,
  expressionsLeft: expressionsPerTextMax,
  namesLeft: conditionNamesMax,
  stepsLeft: textStepsMax,
  ruleStepsLeft: textStepsMax,
  rangesLeft: expressionRangesMax,
  isTooMuch: false,
})

/** Takes steps of matching from what is left of them; false once they do not suffice. */
function takeSteps(reading: Reading, steps: number): boolean {
  reading.stepsLeft -= steps
  return reading.stepsLeft >= 0
}

/** What to say of a text that costs too much to match. */
export const tooCostly =
  'With this, looking at one event could take too long: use fewer wildcards and smaller regular expressions, or ' +
  `shorter fields (${textStepsMax} steps at most; see docs/alerts.md).`

/** Reads one selection: a map, or a list of maps of which any may match. What is wrong is reported and skipped. */
export function readSelection(tree: Tree, member: string, reading: Reading): Selection {
  const refuse = (at: Tree, reason: ProblemReason, message: string, path = member) => {
    reading.report({ offset: at.offset, member: path, reason, message })
    return []
  }
  if (tree.kind === 'map') return [readMap(tree, member, reading)]
  if (tree.kind === 'scalar') return refuse(tree, 'unsupported-keywords', keywordsMessage)
  if (tree.items.length === 0) return refuse(tree, 'bad-value', 'A list of no maps would never match.')
  const keyword = tree.items.findIndex(({ kind }) => kind === 'scalar')
  const first = tree.items[keyword]
  if (first) return refuse(first, 'unsupported-keywords', keywordsMessage, joined(member, String(keyword)))
  return tree.items.map((item, index) => {
    const path = joined(member, String(index))
    if (item.kind === 'map') return readMap(item, path, reading)
    return refuse(item, 'bad-value', 'A selection is a map, or a list of maps.', path)
  })
}

const keywordsMessage = 'Events have fields and no text to search as a whole: name the field.'

function readMap(tree: Tree, member: string, reading: Reading): FieldTest[] {
  const entries = tree.kind === 'map' ? tree.entries : []
  if (entries.length === 0) {
    const message = 'A map of no fields would match everything.'
    reading.report({ offset: tree.offset, member, reason: 'bad-value', message })
  }
  return entries.flatMap((entry) => readTest(entry, joined(member, entry.key), reading) ?? [])
}

function readTest(entry: Entry, member: string, reading: Reading): FieldTest | undefined {
  const refuse = (reason: ProblemReason, message: string) => {
    reading.report({ offset: entry.keyOffset, member, reason, message })
    return undefined
  }
  const [field = '', ...names] = entry.key.split('|')
  const parsed = parseModifiers(names)
  if (parsed.kind === 'refused') return refuse(parsed.reason, parsed.message)
  if (field === '') return refuse('unsupported-keywords', keywordsMessage)
  if (!knownFields.has(field)) return refuse('unknown-field', unknownField(field))

  warnOfPlace(field, entry, member, reading)

  const { modifiers } = parsed
  const values = entry.value.kind === 'list' ? entry.value.items : [entry.value]
  if (values.length === 0) return refuse('bad-value', 'A list of no values would never match.')
  if (modifiers.all && values.length < 2) return refuse('modifier-value', 'all needs two values or more.')

  const operands = values.flatMap((value, index): Operand[] => {
    if (reading.isTooMuch) return []
    const path = entry.value.kind === 'list' ? joined(member, String(index)) : member
    const operand = operandOf(field, modifiers, value, reading)
    if (operand.kind !== 'refused') {
      const message = operand.kind === 'exactly' ? unknownCode(field, operand.value) : undefined
      if (message !== undefined) {
        reading.warn({ offset: value.offset, member: path, reason: 'unknown-code', message })
      }
      if (operand.kind === 'list') reading.useList({ offset: value.offset, member: path, name: operand.name, field })
      return [operand]
    }
    reading.report({ offset: value.offset, member: path, reason: operand.reason, message: operand.message })
    if (endsTheWork.includes(operand.reason)) reading.isTooMuch = true
    return []
  })
  const test: FieldTest = { field, join: modifiers.all ? 'all' : 'any', negated: modifiers.negated, operands }
  if (!reading.isTooMuch && !takeSteps(reading, stepsOfTest(test))) {
    reading.isTooMuch = true
    return refuse('too-costly', tooCostly)
  }
  return test
}

/** The warning stands in every document; `warningsFor` keeps it where there is no data. */
function warnOfPlace(field: string, { keyOffset }: Entry, member: string, { warn }: Reading): void {
  if (!placeFields.has(field)) return
  const message = `This installation has no data about places: every event is without ${field}.`
  warn({ offset: keyOffset, member, reason: 'no-place-data', message })
}

/** Refusals after which no more values are read: one costs as much as fifty. */
const endsTheWork: readonly ProblemReason[] = [
  ...(['bad-expression', 'expression-too-large', 'too-many-expressions', 'too-costly'] as const),
]

/** What to say of a number that an event can have, but none that we know has; undefined for any other value. */
function unknownCode(field: string, code: FieldValue): string | undefined {
  if (typeof code !== 'number') return undefined
  if (field === 'type' && !eventTypeOf(code)) return `Keytrail knows no event type ${code}.`
  if (field === 'deviceType' && !deviceTypes[code]) return `Keytrail knows no device type ${code}.`
  return undefined
}

/** What to say of a field that there is not; with the one that was meant, if only the case is wrong. */
export function unknownField(name: string): string {
  const meant = [...knownFields.keys()].find((known) => known.toLowerCase() === name.toLowerCase())
  return `Events have no field ${JSON.stringify(name)}${meant ? `: it is written ${meant}.` : '.'}`
}

type RefusedOperand = { readonly kind: 'refused'; readonly reason: ProblemReason; readonly message: string }

const refusedOperand = (reason: ProblemReason, message: string): RefusedOperand => ({
  kind: 'refused',
  reason,
  message,
})

function operandOf(field: string, modifiers: Modifiers, tree: Tree, reading: Reading): Operand | RefusedOperand {
  if (tree.kind !== 'scalar') return refusedOperand('bad-value', 'A value is text, a number, true, false or null.')
  const { value } = tree
  const { operation, cased } = modifiers
  if (modifiers.expands) return listOperand(field, operation === 'cidr', value)
  switch (operation) {
    case 'exists':
      if (typeof value !== 'boolean') return refusedOperand('modifier-value', 'exists takes true or false.')
      if (value || canBeAbsent(field)) return { kind: 'existence', expected: value }
      return refusedOperand('unknown-value', `Every event has ${field}.`)
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      if (knownFields.get(field) !== 'number') return refusedOperand('modifier-value', `${field} holds no number.`)
      if (typeof value !== 'number') return refusedOperand('modifier-value', `${operation} takes a number.`)
      return operandFrom(readBound(field, operation, tree), `${field}|${operation}`, tree)
    case 'fieldref':
      return fieldOperand(field, value, cased)
    case 'cidr':
      return networkOperand(field, value)
    case 're':
      return expressionOperand(field, value, modifiers, reading)
    default:
      return textOperand(field, tree, operation, cased)
  }
}

function fieldOperand(field: string, value: Scalar, cased: boolean): Operand | RefusedOperand {
  if (typeof value !== 'string') return refusedOperand('modifier-value', 'fieldref takes the name of a field.')
  if (!knownFields.has(value)) return refusedOperand('unknown-field', unknownField(value))
  if (canEqual(field, value)) return { kind: 'field', field: value, cased }
  return refusedOperand('unknown-value', `${field} is never what ${value} is.`)
}

function listOperand(field: string, networks: boolean, value: Scalar): Operand | RefusedOperand {
  const kind = knownFields.get(field)
  if (networks && kind !== 'address') return refusedOperand('modifier-value', `${field} holds no IP address.`)
  if (!networks && kind === 'address') {
    return refusedOperand('modifier-value', `Lists may hold networks: write ${field}|cidr|expand.`)
  }
  if (kind === 'number' || kind === 'boolean') return refusedOperand('modifier-value', `${field} holds no text or id.`)
  const [, name] = (typeof value === 'string' && /^%([a-z0-9_]{1,64})%$/i.exec(value)) || []
  if (name !== undefined) return { kind: 'list', name: name.toLowerCase(), networks }
  return refusedOperand('modifier-value', "expand takes the name of a list: '%trusted_networks%'.")
}

function networkOperand(field: string, value: Scalar): Operand | RefusedOperand {
  if (knownFields.get(field) !== 'address') return refusedOperand('modifier-value', `${field} holds no IP address.`)
  const network = typeof value === 'string' ? parseNetwork(value) : undefined
  if (network) return { kind: 'network', network }
  return refusedOperand(
    'bad-network',
    'A network is written as 10.0.0.0/8 or 2001:db8::/32, without bits beyond the prefix.',
  )
}

function expressionOperand(
  field: string,
  value: Scalar,
  { flags }: Modifiers,
  reading: Reading,
): Operand | RefusedOperand {
  if (typeof value !== 'string') return refusedOperand('modifier-value', 're takes text: quote it.')
  if (reading.expressionsLeft-- <= 0) {
    return refusedOperand('too-many-expressions', `More than ${expressionsPerTextMax} regular expressions in one text.`)
  }
  const tooLarge = refusedBySize(value)
  if (tooLarge) return tooLarge
  if (stepsOfExpression(value, fieldCharactersMax(field)) > reading.stepsLeft) {
    return refusedOperand('too-costly', tooCostly)
  }
  reading.rangesLeft -= sizeOf(value).ranges
  if (reading.rangesLeft < 0) {
    const message = `More than ${expressionRangesMax} Unicode classes and ranges in the regular expressions of one text.`
    return refusedOperand('expression-too-large', message)
  }
  const compiled = compileExpression(value, flags)
  if (compiled.kind === 'refused') return compiled
  const few = fewValuesOf(field)
  if (few && !few.some((each) => compiled.test(String(each)))) {
    return refusedOperand('unknown-value', `${field} is never so: no value of it matches.`)
  }
  return { kind: 'expression', source: value, flags }
}

function textOperand(
  field: string,
  tree: ScalarNode,
  operation: Modifiers['operation'],
  cased: boolean,
): Operand | RefusedOperand {
  const { value, written } = tree
  if (written.length > patternCharactersMax) {
    return refusedOperand('bad-value', `Longer than ${patternCharactersMax} characters.`)
  }
  if (operation === 'plain') return operandFrom(readPlainValue(field, tree, cased), field, tree)
  if (value === null) return refusedOperand('modifier-value', `${operation} takes text.`)
  if (written === '') return refusedOperand('modifier-value', `${operation} of nothing would match everything.`)
  const before = operation === 'contains' || operation === 'endswith'
  const after = operation === 'contains' || operation === 'startswith'
  const pattern = openPattern(parsePattern(written), { before, after })
  return operandFrom(readPattern(field, pattern, cased), `${field}|${operation}`, tree)
}

function operandFrom(read: ReadValue, what: string, { written }: ScalarNode): Operand | RefusedOperand {
  if (read.kind !== 'never') return read
  if (!read.exact) return refusedOperand('bad-value', `${what}: ${JSON.stringify(written)} is not clear. ${read.hint}.`)
  return refusedOperand('unknown-value', `${what} is never ${JSON.stringify(written)}: ${read.hint}.`)
}
