// What the editor of rules does with its text.
import { describe, expect, test } from 'vitest'
import { type Edit, entered, lineCount, offsetAt, tabbed } from '../../../../web/rules/editor/editing.ts'

/** A text with `[` and `]` around what is selected, after an edit. */
function edited(text: string, edit: Edit): string {
  const written = text.slice(0, edit.from) + edit.text + text.slice(edit.to)
  const [start, end] = edit.selected
  return `${written.slice(0, start)}[${written.slice(start, end)}]${written.slice(end)}`
}

describe('offsets', () => {
  test('are found by line and column, the nearest where there is none', () => {
    const text = 'ab\ncde\n'
    expect(offsetAt(text, 1, 1)).toBe(0)
    expect(offsetAt(text, 2, 3)).toBe(5)
    expect(offsetAt(text, 2, 99)).toBe(6)
    expect(offsetAt(text, 99, 1)).toBe(text.length)
    expect(offsetAt('', 0, 0)).toBe(0)
  })

  test('are in lines, of which every text has one', () => {
    expect(lineCount('')).toBe(1)
    expect(lineCount('a\n')).toBe(2)
  })
})

describe('Tab', () => {
  test('writes blanks at the cursor', () => {
    expect(edited('ab', tabbed('ab', 1, 1, false))).toBe('a  []b')
  })

  test('indents every line that is selected, and keeps them selected', () => {
    expect(edited('a\nb\nc', tabbed('a\nb\nc', 0, 3, false))).toBe('  [a\n  b]\nc')
  })

  test('with Shift takes as much back as there is', () => {
    expect(edited('  a\n b\nc', tabbed('  a\n b\nc', 3, 7, true))).toBe('a[\nb\n]c')
    expect(edited('a', tabbed('a', 0, 0, true))).toBe('[]a')
    expect(edited('   a', tabbed('   a', 1, 1, true))).toBe('[] a')
  })
})

describe('Enter', () => {
  test('begins the next line below the first word', () => {
    expect(edited('  a: b', entered('  a: b', 6, 6))).toBe('  a: b\n  []')
  })

  test('goes a step further after a colon', () => {
    expect(edited('a:', entered('a:', 2, 2))).toBe('a:\n  []')
  })

  test('replaces the selection', () => {
    expect(edited('abc', entered('abc', 1, 2))).toBe('a\n[]c')
  })
})
