// Regular expressions that cannot hang: RE2's, whose work is at most program size × text length. The one file that knows re2js. Pure.
import { RE2JS, RE2JSException } from 're2js'
import { sizeOf } from './patterns/expression-size.ts'
import { expressionCharactersMax, expressionInstructionsMax, type ProblemReason } from './problems.ts'
import type { ExpressionFlag } from './rules.ts'

/** A test for text, or why a regular expression is refused. */
type CompiledExpression =
  | { readonly kind: 'compiled'; readonly test: (text: string) => boolean; readonly instructions: number }
  | { readonly kind: 'refused'; readonly reason: ProblemReason; readonly message: string }

/** Highest product of counts of nested repetitions that RE2 takes. */
const repetitionsMax = 1_000

const flagOf = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL } as const

type Refused = Extract<CompiledExpression, { readonly kind: 'refused' }>
const refused = (reason: ProblemReason, message: string): Refused => ({ kind: 'refused', reason, message })

/** Why an expression is refused for what its text alone says of its size; undefined if it may be compiled. */
export function refusedBySize(source: string): Refused | undefined {
  if (source.length > expressionCharactersMax) {
    return refused('expression-too-large', `Longer than ${expressionCharactersMax} characters.`)
  }
  const { instructions, repetitions } = sizeOf(source)
  if (repetitions > repetitionsMax) return refused('bad-expression', `Repeats more than ${repetitionsMax} times.`)
  // An estimate may be too high where alternatives begin alike: only what is certainly too large is not compiled.
  if (instructions <= 2 * expressionInstructionsMax) return undefined
  return refused(
    'expression-too-large',
    `Takes about ${instructions} instructions, ${expressionInstructionsMax} at most: repeat less.`,
  )
}

/**
 * Compiles a regular expression that matches anywhere in a text unless anchored, case-sensitively unless flagged. Syntax:
 * RE2's, which holds all that Sigma allows; without backreferences and lookaround, which no linear-time engine has.
 */
export function compileExpression(source: string, flags: readonly ExpressionFlag[]): CompiledExpression {
  const tooLarge = refusedBySize(source)
  if (tooLarge) return tooLarge
  try {
    const expression = RE2JS.compile(
      source,
      flags.reduce((all, flag) => all | flagOf[flag], 0),
    )
    const instructions = expression.programSize()
    if (instructions > expressionInstructionsMax) {
      const message = `Takes ${instructions} instructions, ${expressionInstructionsMax} at most: repeat less.`
      return refused('expression-too-large', message)
    }
    // Not `test`: it builds an automaton, of which hostile texts make megabytes of new states again and again.
    return { kind: 'compiled', test: (text) => expression.matcher(text).find(), instructions }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return refused('bad-expression', wordsFor(error.message))
  }
}

/** What other engines have and RE2 does not, by how its error quotes it; with what to write instead. */
const unsupported: readonly (readonly [RegExp, string])[] = [
  [/`\(\?<?[=!]/, 'Look-around is not supported: test what must not be there in a selection of its own, with not.'],
  [/`\\(?:[1-9]|k)/, 'References back to a group are not supported.'],
  [/`\(\?>/, 'Atomic groups are not supported, and not needed: write (?:…).'],
  [/`[*+?]\+`/, 'Possessive repetitions are not supported, and not needed: write one sign.'],
]

/** RE2's message without its prefix, or what is said of syntax that it does not have. */
const wordsFor = (message: string): string =>
  unsupported.find(([form]) => form.test(message))?.[1] ??
  `RE2, which reads regular expressions here, says: ${message.replace(/^error parsing regexp: /, '')}.`
