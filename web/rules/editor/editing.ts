// Editing a rule document: lines, offsets, and the indentation by Tab and Enter. Pure.

/** Replaces a part of the text, and says what is selected after. Offsets are UTF-16 units. */
export type Edit = {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly selected: readonly [start: number, end: number]
}

/** The indentation of one press of Tab: YAML allows no tab characters. */
const indentation = '  '

/** The number of lines of a text; an empty one has one. */
export const lineCount = (text: string): number => text.split('\n').length

/** The offset of a line and a column, both counted from 1; the nearest one if the text has no such position. */
export function offsetAt(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, Math.max(0, line - 1))
  const start = before.reduce((sum, each) => sum + each.length + 1, 0)
  const length = lines[line - 1]?.length ?? 0
  return Math.min(text.length, start + Math.min(Math.max(0, column - 1), length))
}

/** Tab: blanks at the cursor, or every selected line indented; with `back`, the lines unindented. */
export function tabbed(text: string, start: number, end: number, back: boolean): Edit {
  if (start === end && !back) {
    const cursor = start + indentation.length
    return { from: start, to: end, text: indentation, selected: [cursor, cursor] }
  }
  const from = lineStart(text, start)
  const to = lineEnd(text, end)
  const lines = text.slice(from, to).split('\n')
  const changed = lines.map((line) => (back ? line.replace(/^ {1,2}/, '') : indentation + line))
  const firstBy = (changed[0] ?? '').length - (lines[0] ?? '').length
  const written = changed.join('\n')
  const selected = [Math.max(from, start + firstBy), end + written.length - (to - from)] as const
  return { from, to, text: written, selected: [selected[0], Math.max(...selected)] }
}

/** Enter: the next line is indented like this one, and one step further after a colon. */
export function entered(text: string, start: number, end: number): Edit {
  const line = text.slice(lineStart(text, start), start)
  const [blanks = ''] = /^ */.exec(line) ?? []
  const written = `\n${blanks}${/:\s*$/.test(line) ? indentation : ''}`
  const cursor = start + written.length
  return { from: start, to: end, text: written, selected: [cursor, cursor] }
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

const lineEnd = (text: string, offset: number): number => {
  const next = text.indexOf('\n', offset)
  return next === -1 ? text.length : next
}
