// The most that matching one event against a rule takes, in steps of about one compared character, for any event. Pure.

import { listValuesMax } from '../lists/value-list.ts'
import { fieldCharactersMax } from './field-values.ts'
import { sizeOf } from './patterns/expression-size.ts'
import { isPlain } from './patterns/wildcards.ts'
import type { Condition, EventRule, FieldTest, Operand, Selection } from './rules.ts'

// Measured against each other with bench/alerts.ts; they need not be exact, but none may be far too low.
/** For anything that is asked. */
const stepsEach = 20
/** For each character, to fold a text or read an address. */
const readingSteps = 5
/** For each character, to look for a text in it. */
const findingSteps = 2
/** For each character and each one of a pattern with `?`. */
const walkingSteps = 3
/** For each character and each instruction of a regular expression. */
const expressionSteps = 20

/** The steps of a rule over one event: those of each selection as often as the condition names it. */
export function stepsOfRule({ selections, condition }: EventRule): number {
  const steps = new Map([...selections].map(([name, selection]) => [name, stepsOfSelection(selection)]))
  const stepsOf = (part: Condition): number => {
    if (part.kind === 'selection') return stepsEach + (steps.get(part.name) ?? 0)
    if (part.kind === 'not') return stepsOf(part.of)
    return part.of.reduce((sum, each) => sum + stepsOf(each), stepsEach)
  }
  return stepsOf(condition)
}

const stepsOfSelection = (selection: Selection): number =>
  selection.flat().reduce((sum, test) => sum + stepsOfTest(test), 0)

/** The steps of one line of a selection. */
export function stepsOfTest({ field, operands }: FieldTest): number {
  const characters = fieldCharactersMax(field)
  const reading = stepsEach + readingSteps * characters
  return operands.reduce((sum, operand) => sum + stepsOfOperand(operand, characters), reading)
}

function stepsOfOperand(operand: Operand, characters: number): number {
  switch (operand.kind) {
    case 'pattern': {
      const { pattern } = operand
      if (isPlain(pattern)) return 0
      if (!pattern.some(({ kind }) => kind === 'one')) return stepsEach + findingSteps * characters
      const length = pattern.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0)
      return stepsEach + (readingSteps + walkingSteps * length) * characters
    }
    case 'expression':
      return stepsOfExpression(operand.source, characters)
    case 'list':
      return operand.networks ? stepsEach * listValuesMax : stepsEach
    case 'field':
      return stepsEach + readingSteps * (characters + fieldCharactersMax(operand.field))
    default:
      return stepsEach
  }
}

/** The steps of a regular expression over a text of at most so many characters. */
export const stepsOfExpression = (source: string, characters: number): number =>
  stepsEach + expressionSteps * sizeOf(source).instructions * characters
