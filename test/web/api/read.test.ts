// Reading responses: what is expected is read, anything else is named.
import { expect, test } from 'vitest'
import {
  boolean,
  booleanOrNull,
  list,
  listOrEmpty,
  number,
  numberOrNull,
  oneOf,
  record,
  recordOrNull,
  text,
  textOrNull,
  UnexpectedResponse,
} from '../../../web/api/read.ts'

const from = record({ text: 'a', number: 1, boolean: false, list: ['x'], record: { inner: 'y' }, none: null })

test('properties are read as what they are', () => {
  expect(text(from, 'text')).toBe('a')
  expect(number(from, 'number')).toBe(1)
  expect(boolean(from, 'boolean')).toBe(false)
  expect(list(from, 'list', String)).toEqual(['x'])
  expect(text(record(from.record), 'inner')).toBe('y')
  expect(oneOf(from, 'text', ['b', 'a'])).toBe('a')
})

test('what may be absent is null when it is absent, null or not there', () => {
  for (const name of ['none', 'nowhere']) {
    expect([textOrNull(from, name), numberOrNull(from, name), booleanOrNull(from, name)]).toEqual([null, null, null])
    expect([recordOrNull(from[name]), listOrEmpty(from, name, String)]).toEqual([null, []])
  }
})

test.each([
  ['text', () => text(from, 'number')],
  ['text', () => text(from, 'none')],
  ['text', () => textOrNull(from, 'number')],
  ['number', () => number(from, 'text')],
  ['boolean', () => boolean(from, 'none')],
  ['list', () => list(from, 'record', String)],
  ['object', () => record(['x'])],
  ['object', () => record(null)],
  ['object', () => record(from.text)],
  ['none of b', () => oneOf(from, 'text', ['b'])],
])('anything but a %s is refused', (word, read) => {
  expect(read).toThrow(UnexpectedResponse)
  expect(read).toThrow(word === 'text' ? 'no text' : word === 'boolean' ? 'neither' : word)
})
