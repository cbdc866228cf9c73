// The condition of a detection: text to tree, by the precedence of the Sigma specification. Pure.

import { matcherOf, parsePattern } from './patterns/wildcards.ts'
import { conditionCharactersMax, conditionNamesMax, depthMax, type ProblemReason } from './problems.ts'
import type { Condition } from './rules.ts'

/** A condition and how many names are in it; or why it is refused, with `at` as the offset in its text, in UTF-16 units. */
type ParsedCondition =
  | { readonly kind: 'parsed'; readonly condition: Condition; readonly names: number }
  | { readonly kind: 'refused'; readonly reason: ProblemReason; readonly message: string; readonly at: number }

/** Words that mean something in a condition, and so name no selection; in either case. */
const reservedWords: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of', 'them', 'all', 'any', '1'])

// Blanks, controls and signs that conditions, here or elsewhere, give a meaning; and quotes.
const nameCharacter = String.raw`[^\s\p{C}()|&*?!<>=,"'\\]`
const nameForm = new RegExp(`^${nameCharacter}+$`, 'u')
const tokenForm = String.raw`\s*([()]|(?:${nameCharacter}|\*)+)`

/** Whether a selection may have this name: Sigma says nothing of names, so that all may be in them that stays clear. */
export const isSelectionName = (name: string): boolean => nameForm.test(name) && !reservedWords.has(name.toLowerCase())

type Token = { readonly text: string; readonly at: number }

class Refusal extends Error {
  readonly reason: ProblemReason
  readonly at: number
  constructor(reason: ProblemReason, message: string, at: number) {
    super(message)
    this.reason = reason
    this.at = at
  }
}

/**
 * Reads a condition over these selections. `or` binds least, then `and`, `not`, `x of`; parentheses as usual. `1 of` and
 * `all of` take `them` or a name with `*`, and pass over selections that begin with `_` unless the pattern does too. Both
 * are written out, to `namesMax` names at most.
 */
export function parseCondition(
  text: string,
  selections: readonly string[],
  namesMax: number = conditionNamesMax,
): ParsedCondition {
  try {
    if (text.length > conditionCharactersMax) {
      throw new Refusal('condition-syntax', `Longer than ${conditionCharactersMax} characters.`, 0)
    }
    const reader = new ConditionReader(tokensOf(text), text.length, selections, namesMax)
    return { kind: 'parsed', condition: reader.read(), names: reader.names }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'refused', reason: error.reason, message: error.message, at: error.at }
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const form = new RegExp(tokenForm, 'uy')
  while (form.lastIndex < text.trimEnd().length) {
    const at = form.lastIndex
    const [whole, word = ''] = form.exec(text) ?? []
    if (whole !== undefined) {
      tokens.push({ text: word, at: at + whole.length - word.length })
      continue
    }
    const here = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)
    if (text.charAt(here) === '|') {
      throw new Refusal('unsupported-condition', 'Sigma 1 aggregation: write a correlation rule instead.', here)
    }
    throw new Refusal('condition-syntax', `${JSON.stringify(text.charAt(here))} means nothing here.`, here)
  }
  return tokens
}

/** Reads from left to right, one method a level of precedence. */
class ConditionReader {
  #next = 0
  #depth = 0
  readonly #tokens: readonly Token[]
  readonly #end: number
  readonly #selections: ReadonlySet<string>
  readonly #namesMax: number
  /** How many names were read. */
  names = 0

  constructor(tokens: readonly Token[], end: number, selections: readonly string[], namesMax: number) {
    this.#tokens = tokens
    this.#end = end
    this.#selections = new Set(selections)
    this.#namesMax = namesMax
  }

  read(): Condition {
    const condition = this.#or()
    const rest = this.#tokens[this.#next]
    if (rest) throw new Refusal('condition-syntax', `${JSON.stringify(rest.text)} is not expected here.`, rest.at)
    return condition
  }

  #or(): Condition {
    const of = [this.#and()]
    while (this.#take('or')) of.push(this.#and())
    return joinedBy('or', of)
  }

  #and(): Condition {
    const of = [this.#not()]
    while (this.#take('and')) of.push(this.#not())
    return joinedBy('and', of)
  }

  #not(): Condition {
    const token = this.#take('not')
    if (!token) return this.#one()
    return this.#deeper(token.at, () => ({ kind: 'not', of: this.#not() }))
  }

  #one(): Condition {
    const token = this.#tokens[this.#next++]
    if (!token) throw new Refusal('condition-syntax', 'The condition ends too early.', this.#end)
    if (token.text === '(') return this.#deeper(token.at, () => this.#closed())
    if (this.#take('of')) return this.#quantified(token)
    if (token.text === ')' || reservedWords.has(token.text.toLowerCase())) {
      throw new Refusal('condition-syntax', `${JSON.stringify(token.text)} is not expected here.`, token.at)
    }
    if (!this.#selections.has(token.text)) {
      throw new Refusal('unknown-selection', `No selection is named ${token.text}.`, token.at)
    }
    return this.#named(token.text, token.at)
  }

  #closed(): Condition {
    const inner = this.#or()
    if (this.#take(')')) return inner
    throw new Refusal('condition-syntax', 'A parenthesis is not closed.', this.#tokens[this.#next]?.at ?? this.#end)
  }

  #quantified(quantity: Token): Condition {
    const word = quantity.text.toLowerCase()
    if (word !== '1' && word !== 'all') {
      throw new Refusal(
        'unsupported-condition',
        `"1 of" and "all of" are known, "${quantity.text} of" is not.`,
        quantity.at,
      )
    }
    const pattern = this.#tokens[this.#next++]
    if (!pattern) throw new Refusal('condition-syntax', 'The condition ends too early.', this.#end)
    const names = [...this.#selections].filter(meantBy(pattern.text))
    if (names.length === 0) {
      throw new Refusal('unknown-selection', `No selection is meant by ${pattern.text}.`, pattern.at)
    }
    const of = names.map((name) => this.#named(name, pattern.at))
    return joinedBy(word === '1' ? 'or' : 'and', of)
  }

  #named(name: string, at: number): Condition {
    if (++this.names > this.#namesMax) {
      const message = `The conditions of a text stand for more than ${conditionNamesMax} names of selections.`
      throw new Refusal('condition-too-large', message, at)
    }
    return { kind: 'selection', name }
  }

  #deeper(at: number, read: () => Condition): Condition {
    if (++this.#depth > depthMax) throw new Refusal('too-deep', `Nested deeper than ${depthMax} levels.`, at)
    const condition = read()
    this.#depth -= 1
    return condition
  }

  #take(word: string): Token | undefined {
    const token = this.#tokens[this.#next]
    if (token?.text.toLowerCase() !== word) return undefined
    this.#next += 1
    return token
  }
}

/** Whether `x of pattern` counts a selection in. */
function meantBy(pattern: string): (name: string) => boolean {
  if (pattern.toLowerCase() === 'them') return (name) => !name.startsWith('_')
  const matches = matcherOf(parsePattern(pattern), true)
  return (name) => (!name.startsWith('_') || pattern.startsWith('_')) && matches(name)
}

function joinedBy(kind: 'and' | 'or', of: readonly Condition[]): Condition {
  const [only, ...more] = of
  return only && more.length === 0 ? only : { kind, of }
}
