// Sigma's strings: `*` and `?` as wildcards, `\` before them as their escape; read once, matched many times. Pure.

/** A piece of a string: text as it stands, one character of any kind, or any number of them. */
type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
export type Pattern = readonly PatternPart[]

/**
 * Reads a string with wildcards. A backslash escapes a wildcard or a backslash after it, and is itself before anything
 * else (Sigma rules specification, "Escaping").
 */
export function parsePattern(source: string): Pattern {
  const parts: PatternPart[] = []
  let text = ''
  const close = () => {
    if (text !== '') parts.push({ kind: 'text', text })
    text = ''
  }
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === '\\' && /[*?\\]/.test(source.charAt(at + 1))) {
      at += 1
      text += source.charAt(at)
    } else if (character === '*' || character === '?') {
      close()
      if (character === '?') parts.push({ kind: 'one' })
      else if (parts.at(-1)?.kind !== 'many') parts.push({ kind: 'many' })
    } else {
      text += character
    }
  }
  close()
  return parts
}

/** The pattern with anything allowed before it, after it, or both. */
export function openPattern(pattern: Pattern, sides: { readonly before: boolean; readonly after: boolean }): Pattern {
  const many: PatternPart = { kind: 'many' }
  const before = sides.before && pattern[0]?.kind !== 'many' ? [many] : []
  const after = sides.after && pattern.at(-1)?.kind !== 'many' ? [many] : []
  return [...before, ...pattern, ...after]
}

/**
 * The test for a pattern. Without `cased`, letters of either case are equal (by Unicode's simple lower case). It takes at
 * most pattern length × text length steps; without `?`, hardly more than the text is long.
 */
export function matcherOf(pattern: Pattern, cased: boolean): (text: string) => boolean {
  return matcherOfSeveral([pattern], cased, 'any')
}

/** The test for any or all of several patterns: the text is folded once, and those without wildcards are looked up. */
export function matcherOfSeveral(
  patterns: readonly Pattern[],
  cased: boolean,
  join: 'any' | 'all',
): (text: string) => boolean {
  const fold = foldOf(cased)
  const plain = new Set(patterns.filter(isPlain).map((pattern) => fold(textIn(pattern))))
  const matchers = patterns.filter((pattern) => !isPlain(pattern)).map((pattern) => foldedMatcher(pattern, fold))
  return (value) => {
    const text = fold(value)
    if (join === 'any') return plain.has(text) || matchers.some((matches) => matches(text))
    return (plain.size === 0 || (plain.size === 1 && plain.has(text))) && matchers.every((matches) => matches(text))
  }
}

/** Whether the pattern is text alone, or nothing. */
export const isPlain = (pattern: Pattern): boolean => pattern.every(({ kind }) => kind === 'text')

/** The text of a pattern without its wildcards. */
export const textIn = (pattern: Pattern): string =>
  pattern.map((part) => (part.kind === 'text' ? part.text : '')).join('')

type Fold = (text: string) => string
const foldOf = (cased: boolean): Fold => (cased ? (text) => text : (text) => text.toLowerCase())

/** The test of a folded text for a pattern with wildcards. */
function foldedMatcher(pattern: Pattern, fold: Fold): (text: string) => boolean {
  if (pattern.some(({ kind }) => kind === 'one')) {
    const steps = stepsOf(pattern, fold)
    return (text) => walks(steps, [...text], (step, character) => step === character)
  }
  const texts = pattern.flatMap((part) => (part.kind === 'text' ? [fold(part.text)] : []))
  const head = pattern[0]?.kind === 'text' ? (texts.shift() ?? '') : ''
  const tail = pattern.at(-1)?.kind === 'text' ? (texts.pop() ?? '') : ''
  return (text) => {
    const end = text.length - tail.length
    if (head.length > end || !text.startsWith(head) || !text.endsWith(tail)) return false
    // Each text as early as it comes leaves the most room for those behind it.
    let at = head.length
    for (const each of texts) {
      const found = text.indexOf(each, at)
      if (found < 0) return false
      at = found + each.length
    }
    return at <= end
  }
}

/**
 * Whether any text of this form matches the pattern: at each place stands one of the characters given for it.
 * Without `cased`, in either case.
 */
export function fitsForm(pattern: Pattern, cased: boolean, places: readonly string[]): boolean {
  const fold = foldOf(cased)
  return walks(stepsOf(pattern, fold), places.map(fold), (step, place) => place.includes(step))
}

const wildcards = { one: Symbol('?'), many: Symbol('*') } as const

const stepsOf = (pattern: Pattern, fold: Fold) =>
  pattern.flatMap((part): (string | symbol)[] => (part.kind === 'text' ? [...fold(part.text)] : [wildcards[part.kind]]))

/** Whether the characters follow the steps. On a dead end, only the last `*` takes one character more. */
function walks(
  steps: readonly (string | symbol)[],
  characters: readonly string[],
  fits: (step: string, character: string) => boolean,
): boolean {
  let [step, at, afterMany, resumeAt] = [0, 0, -1, 0]
  const takes = (character = '') => {
    const next = steps[step]
    return next === wildcards.one || (typeof next === 'string' && fits(next, character))
  }
  while (at < characters.length) {
    if (steps[step] === wildcards.many) {
      afterMany = ++step
      resumeAt = at
    } else if (takes(characters[at])) {
      step += 1
      at += 1
    } else if (afterMany >= 0) {
      step = afterMany
      at = ++resumeAt
    } else {
      return false
    }
  }
  while (steps[step] === wildcards.many) step += 1
  return step === steps.length
}
