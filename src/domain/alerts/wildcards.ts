// Sigma's strings: `*` and `?` as wildcards, `\` before them as their escape; read once, matched many times. Pure.

/** A piece of a string: text as it stands, one character of any kind, or any number of them. */
export type PatternPart =
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
 * most pattern length × text length steps, whatever the two are.
 */
export function matcherOf(pattern: Pattern, cased: boolean): (text: string) => boolean {
  const fold = cased ? (text: string) => text : (text: string) => text.toLowerCase()
  const text = fold(pattern.map((part) => (part.kind === 'text' ? part.text : '')).join(''))
  switch (pattern.map(({ kind }) => kind).join(' ')) {
    case '':
      return (value) => value === ''
    case 'text':
      return (value) => value === text || fold(value) === text
    case 'many':
      return () => true
    case 'text many':
      return (value) => fold(value).startsWith(text)
    case 'many text':
      return (value) => fold(value).endsWith(text)
    case 'many text many':
      return (value) => fold(value).includes(text)
    default: {
      const steps = pattern.flatMap((part): (string | symbol)[] =>
        part.kind === 'text' ? [...fold(part.text)] : [wildcards[part.kind]],
      )
      return (value) => walks(steps, [...fold(value)])
    }
  }
}

const wildcards = { one: Symbol('?'), many: Symbol('*') } as const

/** Whether the characters follow the steps. On a dead end, only the last `*` takes one character more. */
function walks(steps: readonly (string | symbol)[], characters: readonly string[]): boolean {
  let [step, at, afterMany, resumeAt] = [0, 0, -1, 0]
  while (at < characters.length) {
    if (steps[step] === wildcards.many) {
      afterMany = ++step
      resumeAt = at
    } else if (step < steps.length && (steps[step] === wildcards.one || steps[step] === characters[at])) {
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
