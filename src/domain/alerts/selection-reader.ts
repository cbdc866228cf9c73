// The selections of a detection: maps of fields and values, read and checked against the fields that there are. Pure.

import { parseNetwork } from '../addresses.ts'
import { compileExpression } from './expressions.ts'
import { knownFields, vocabularies } from './fields.ts'
import { type Modifiers, parseModifiers } from './modifiers.ts'
import { expressionsPerTextMax, type ProblemReason, patternCharactersMax, type Report } from './problems.ts'
import type { FieldTest, Operand, Selection } from './rules.ts'
import { openPattern, parsePattern } from './wildcards.ts'
import { type Entry, joined, type Scalar, type Tree } from './yaml-tree.ts'

/** What is shared by everything that is read of one text: where problems go, and how many expressions it may still have. */
export type Reading = { readonly report: Report; expressionsLeft: number }

/** A reading at its beginning. */
export const readingOf = (report: Report): Reading => ({ report, expressionsLeft: expressionsPerTextMax })

/** Reads one selection: a map, or a list of maps of which any may match. What is wrong is reported and left out. */
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

  const { modifiers } = parsed
  const values = entry.value.kind === 'list' ? entry.value.items : [entry.value]
  if (values.length === 0) return refuse('bad-value', 'A list of no values would never match.')
  if (modifiers.all && values.length < 2) return refuse('modifier-value', 'all needs two values or more.')

  const operands = values.flatMap((value, index) => {
    const path = entry.value.kind === 'list' ? joined(member, String(index)) : member
    const operand = operandOf(field, modifiers, value, reading)
    if (operand.kind !== 'refused') return [operand]
    reading.report({ offset: value.offset, member: path, reason: operand.reason, message: operand.message })
    return []
  })
  return { field, join: modifiers.all ? 'all' : 'any', negated: modifiers.negated, operands }
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
  switch (operation) {
    case 'exists':
      if (typeof value === 'boolean') return { kind: 'existence', expected: value }
      return refusedOperand('modifier-value', 'exists takes true or false.')
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      if (knownFields.get(field) !== 'number') return refusedOperand('modifier-value', `${field} holds no number.`)
      if (typeof value === 'number') return { kind: 'comparison', operator: operation, value }
      return refusedOperand('modifier-value', `${operation} takes a number.`)
    case 'fieldref':
      if (typeof value !== 'string') return refusedOperand('modifier-value', 'fieldref takes the name of a field.')
      if (knownFields.has(value)) return { kind: 'field', field: value, cased }
      return refusedOperand('unknown-field', unknownField(value))
    case 'cidr':
      return networkOperand(field, value)
    case 're':
      return expressionOperand(value, modifiers, reading)
    default:
      return textOperand(field, value, modifiers)
  }
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

function expressionOperand(value: Scalar, { flags }: Modifiers, reading: Reading): Operand | RefusedOperand {
  if (typeof value !== 'string') return refusedOperand('modifier-value', 're takes text: quote it.')
  if (reading.expressionsLeft-- <= 0) {
    return refusedOperand('too-many-expressions', `More than ${expressionsPerTextMax} regular expressions in one text.`)
  }
  const compiled = compileExpression(value, flags)
  return compiled.kind === 'refused' ? compiled : { kind: 'expression', source: value, flags }
}

function textOperand(field: string, value: Scalar, { operation, cased }: Modifiers): Operand | RefusedOperand {
  const never = () => refusedOperand('unknown-value', `${field} is never ${JSON.stringify(value)}.`)
  if (operation === 'plain' && typeof value !== 'string') {
    return value === null || mayHold(field, String(value)) ? { kind: 'exactly', value } : never()
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refusedOperand('modifier-value', `${operation} takes text.`)
  }
  if (operation !== 'plain' && value === '') {
    return refusedOperand('modifier-value', `${operation} of nothing would match everything.`)
  }
  const text = String(value)
  if (text.length > patternCharactersMax) {
    return refusedOperand('bad-value', `Longer than ${patternCharactersMax} characters.`)
  }
  const written = parsePattern(text)
  if (operation === 'plain' && written.every(({ kind }) => kind === 'text')) {
    const plain = written.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    if (plain !== '' && !mayHold(field, plain)) return never()
  }
  const before = operation === 'contains' || operation === 'endswith'
  const after = operation === 'contains' || operation === 'startswith'
  return { kind: 'pattern', pattern: openPattern(written, { before, after }), cased }
}

/** Whether a field can hold what reads like this: a rule that asks for anything else could never match. */
function mayHold(field: string, text: string): boolean {
  const kind = knownFields.get(field)
  if (kind === 'number') return text.trim() !== '' && Number.isFinite(Number(text))
  if (kind === 'boolean') return /^(?:true|false)$/i.test(text)
  const words = vocabularies.get(field)
  return words === undefined || words.some((word) => word.toLowerCase() === text.toLowerCase())
}
