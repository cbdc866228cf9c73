// Scans of JSON bytes: the elements of an array, and texts that would take many times their size in memory.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bodyLevelsMax,
  bytesPerValueMin,
  elementsOf,
  formProblem,
  propertiesMax,
  textBytesMax,
  valuesFree,
} from '../../src/domain/json-bytes.ts'

const bytesOf = (text: string) => Buffer.from(text)
const elements = (text: string, lengthMax = 100, property?: string) => {
  const bytes = bytesOf(text)
  const found = elementsOf(bytes, lengthMax, property)
  if (found.kind === 'refused') return found.reason
  return [...found.parts].map(({ start, end }) => bytes.toString('utf8', start, end))
}

describe('elements', () => {
  test('are those of any array, each as JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (array, indent) => {
        const text = JSON.stringify(array, null, indent)
        const found = elements(text)
        expect(Array.isArray(found) && found.map((each) => JSON.parse(each))).toEqual(JSON.parse(text))
      }),
    )
  })

  test.each([
    ['[]', []],
    [' \r\n\t[ ] ', []],
    ['\ufeff[1]', ['1']],
    ['["],[\\"",{"a":"}"}]', ['"],[\\""', '{"a":"}"}']],
    ['["\\\\",2]', ['"\\\\"', '2']],
    ['[1,]', ['1', '']],
    ['', 'not-json'],
    ['  ', 'not-json'],
    ['[', 'not-json'],
    ['["]', 'not-json'],
    ['["\\', 'not-json'],
    ['[1}', 'not-json'],
    ['[]]', 'not-json'],
    ['[] x', 'not-json'],
    ['{}', 'object'],
    ['null', 'no-array'],
  ])('of %j are %j', (text, found) => {
    expect(elements(text)).toEqual(found)
  })

  const inEvents = (text: string, lengthMax = 100) => elements(text, lengthMax, 'events')

  test.each([
    ['{"events":[]}', []],
    ['{"events":[1,{"a":[2]}]}', ['1', '{"a":[2]}']],
    [' {\n "events" :\t[1] } \n', ['1']],
    ['\ufeff{"events":[1]}', ['1']],
    ['[1]', ['1']],
    ['{"events":[1],"more":2}', 'object'],
    ['{"more":2,"events":[1]}', 'object'],
    ['{"events":{}}', 'object'],
    ['{"events":null}', 'object'],
    ['{"event":[1]}', 'object'],
    ['{"events"[1]}', 'object'],
    ['{}', 'object'],
    ['{', 'object'],
    ['{"events":[1]', 'object'],
    ['{"events":[1]]', 'object'],
    ['{"events":[1', 'not-json'],
    ['{"events":[1}}', 'not-json'],
    ['{"events":[1]}}', 'not-json'],
    ['{"events":[1]} x', 'not-json'],
  ])('of the property of %j are %j', (text, found) => {
    expect(inEvents(text)).toEqual(found)
  })

  test('are limited in number', () => {
    expect(inEvents('{"events":[1,2,3]}', 3)).toHaveLength(3)
    expect(inEvents('{"events":[1,2,3,4 and no end', 3)).toBe('too-many')

    expect(elements('[1,2,3]', 3)).toHaveLength(3)
    expect(elements('[1,2,3,4]', 3)).toBe('too-many')
    expect(elements('[1,2,3,4 and no end', 3)).toBe('too-many')
  })
})

describe('the form of a body', () => {
  const problem = (text: string) => formProblem(bytesOf(text))
  const properties = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"${index}":"${'x'.repeat(12)}"`).join()}}`

  test('is fine for anything that people and servers send', () => {
    fc.assert(fc.property(fc.json(), (text) => problem(text) === undefined))
  })

  test('has a limit of levels', () => {
    expect(problem('['.repeat(bodyLevelsMax) + ']'.repeat(bodyLevelsMax))).toBeUndefined()
    expect(problem('['.repeat(bodyLevelsMax + 1))).toMatch(/levels/)
    expect(problem('{"a":'.repeat(bodyLevelsMax + 1))).toMatch(/levels/)
  })

  test('has a limit of bytes a text', () => {
    expect(problem(`"${'x'.repeat(textBytesMax - 1)}"`)).toBeUndefined()
    expect(problem(`{"a":"${'x'.repeat(textBytesMax)}"}`)).toMatch(/text/)
    expect(problem(`["${'\\"'.repeat(textBytesMax)}`)).toMatch(/text/)
  })

  test('has a limit of properties an object', () => {
    expect(problem(properties(propertiesMax))).toBeUndefined()
    expect(problem(properties(propertiesMax + 1))).toMatch(/properties/)
    expect(problem(`[0,{"a":${properties(propertiesMax + 1)}}]`)).toMatch(/properties/)
    expect(problem(`[${Array.from({ length: 10 }, () => properties(propertiesMax)).join()}]`)).toBeUndefined()
  })

  test('has a limit of values for its length', () => {
    const sparse = (count: number) =>
      `[${Array.from({ length: count }, () => '"'.padEnd(bytesPerValueMin, 'x')).join('",')}"]`
    expect(problem(sparse(100_000))).toBeUndefined()
    expect(problem(`[${'0,'.repeat(valuesFree - 1)}0]`)).toBeUndefined()
    for (const element of ['0', '[]', '{}', 'null', '""', '{"a":0}']) {
      expect(problem(`[${`${element},`.repeat(100_000)}0]`)).toMatch(/values/)
    }
  })

  test('ignores brackets and commas inside texts', () => {
    expect(problem(`["${'[{,'.repeat(100_000)}","\\"${'[,'.repeat(100_000)}"]`)).toBeUndefined()
  })
})
