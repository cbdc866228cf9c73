// How large a regular expression becomes, by its text alone: counts of nested repetitions multiply. Compiles nothing. Pure.

/**
 * `instructions` are about those of its program, never far fewer. `repetitions` is the highest product of counts that
 * are nested, and `ranges` is the number of Unicode classes and ranges, each of which takes long to prepare.
 */
type ExpressionSize = {
  readonly instructions: number
  readonly repetitions: number
  readonly ranges: number
}

const group = /\((?:\?(?:P?<\w*>|[a-zA-Z-]*:))?/y
const flags = /\(\?[a-zA-Z-]+\)/y
const repeat = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y
const quoted = /\\Q([\s\S]*?)(?:\\E|$)/y
const bracketed = /\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]?/y
const escaped = /\\(?:[pP](?:\{[^}]*\}|[\s\S])|x(?:\{[^}]*\}|[\s\S]{0,2})|[\s\S])/y

/** What was read of a group so far; `last` is the part of it that a repetition would repeat. */
type Open = { size: number; repetitions: number; last: { size: number; repetitions: number } }
const opened = (): Open => ({ size: 0, repetitions: 1, last: { size: 0, repetitions: 1 } })

/** The size of an expression, in one pass over its text; of one that is none, anything. */
export function sizeOf(source: string): ExpressionSize {
  const outer: Open[] = []
  let here = opened()
  const add = (size: number, repetitions = 1) => {
    here.size += size
    here.repetitions = Math.max(here.repetitions, repetitions)
    here.last = { size, repetitions }
  }
  for (let at = 0; at < source.length; ) {
    const read = (form: RegExp) => {
      form.lastIndex = at
      const found = form.exec(source)
      if (found && found[0] !== '') at += found[0].length
      return found?.[0] ? found : undefined
    }
    const repeated = read(repeat)
    const literal = repeated ? undefined : read(quoted)
    if (repeated) repeatLast(here, repeated)
    else if (literal) for (const _ of literal[1] ?? '') add(1)
    else if (read(flags)) here.last = { size: 0, repetitions: 1 }
    else if (read(group)) {
      outer.push(here)
      here = opened()
    } else if (source[at] === ')') {
      const { size, repetitions } = here
      here = outer.pop() ?? opened()
      add(size + 2, repetitions)
      at += 1
    } else {
      if (!read(bracketed) && !read(escaped)) at += 1
      add(1)
    }
  }
  const whole = [...outer, here]
  return {
    instructions: whole.reduce((sum, { size }) => sum + size, 0),
    repetitions: Math.max(...whole.map(({ repetitions }) => repetitions)),
    ranges: source.match(/\\[pP]|-(?:\\x|[^\0-\x7f])/g)?.length ?? 0,
  }
}

/** The program repeats a part as often as its repetition counts, with a choice beside it where the count is not exact. */
function repeatLast(here: Open, [, sign, least, comma, most]: RegExpExecArray): void {
  const isExact = sign === undefined && comma === undefined
  const counted = Math.max(1, Number(least || 0), Number(most || 0))
  const count = counted + (comma !== undefined && !most ? 1 : 0)
  const { size, repetitions } = here.last
  const repeated = (size + (isExact ? 0 : 1)) * count
  here.size += repeated - size
  here.last = { size: repeated, repetitions: repetitions * count }
  here.repetitions = Math.max(here.repetitions, here.last.repetitions)
}
