// Regular expressions that cannot hang: RE2's, whose work is at most program size × text length. The one file that knows re2js. Pure.
import { RE2JS, RE2JSException } from 're2js'
import { expressionCharactersMax, expressionInstructionsMax, type ProblemReason } from './problems.ts'
import type { ExpressionFlag } from './rules.ts'

/** What a regular expression comes to: a test for text, or why it is refused. */
export type CompiledExpression =
  | { readonly kind: 'compiled'; readonly test: (text: string) => boolean; readonly instructions: number }
  | { readonly kind: 'refused'; readonly reason: ProblemReason; readonly message: string }

const flagOf = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL } as const

/**
 * Compiles a regular expression that matches anywhere in a text unless anchored, case-sensitively unless flagged. Syntax:
 * RE2's, which holds all that Sigma allows; without backreferences and lookaround, which no linear-time engine has.
 */
export function compileExpression(source: string, flags: readonly ExpressionFlag[]): CompiledExpression {
  const tooLarge = (message: string) => ({ kind: 'refused', reason: 'expression-too-large', message }) as const
  if (source.length > expressionCharactersMax) return tooLarge(`Longer than ${expressionCharactersMax} characters.`)
  if (repetitionsIn(source) > expressionInstructionsMax) return tooLarge('Repeats too often.')
  try {
    const expression = RE2JS.compile(
      source,
      flags.reduce((all, flag) => all | flagOf[flag], 0),
    )
    const instructions = expression.programSize()
    if (instructions > expressionInstructionsMax) {
      return tooLarge(`Takes ${instructions} instructions, ${expressionInstructionsMax} at most: repeat less.`)
    }
    return { kind: 'compiled', test: (text) => expression.test(text), instructions }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return { kind: 'refused', reason: 'bad-expression', message: error.message }
  }
}

/** The counts of all repetitions, added up: each is compiled as often as it says, so that a sum too large need not be. */
const repetitionsIn = (source: string): number =>
  [...source.matchAll(/(?<!\\)\{(\d+)(?:,(\d+))?/g)].reduce((sum, [, least, most]) => sum + Number(most ?? least), 0)
