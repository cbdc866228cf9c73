// The form of files and folders: what a file says first, how many a folder holds, and code that hides mistakes from the compiler.
import { dirname } from 'node:path'
import { Visitor } from 'rolldown/utils'
import { describe, expect, test } from 'vitest'
import { filesOf, project, type SourceFile } from './project.ts'

test.each(filesOf('src', 'agent', 'local', 'bench', 'scripts'))(
  '$path says in its first line what it is',
  ({ text }) => {
    expect(text.split('\n')[0]).toMatch(/^\/\/ .{20,}/)
  },
)

const filesPerFolderMax = 15

test('no folder of src or agent holds more files beside each other than a reader takes in at a glance', () => {
  const counts = Map.groupBy(filesOf('src', 'agent'), ({ path }) => dirname(path))
  const full = [...counts].filter(([, files]) => files.length > filesPerFolderMax)
  expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([])
})

describe('no file', () => {
  test('spreads an object literal, in which the compiler misses misspelt and doubled properties', () => {
    expect([...project.values()].flatMap(spreadLiterals)).toEqual([])
  })

  test('asserts a type with `as`, except `as const`', () => {
    expect([...project.values()].flatMap(assertions)).toEqual([])
  })
})

function spreadLiterals(file: SourceFile): string[] {
  const found: string[] = []
  const visitor = new Visitor({
    SpreadElement: ({ argument, start }) => {
      if (argument.type === 'ObjectExpression') found.push(lineOf(file, start))
    },
    JSXSpreadAttribute: ({ argument, start }) => {
      if (argument.type === 'ObjectExpression') found.push(lineOf(file, start))
    },
  })
  visitor.visit(file.program)
  return found
}

function assertions(file: SourceFile): string[] {
  const found: string[] = []
  const visitor = new Visitor({
    TSAsExpression: ({ typeAnnotation: type, start }) => {
      const isConst =
        type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'const'
      if (!isConst) found.push(lineOf(file, start))
    },
    TSTypeAssertion: ({ start }) => found.push(lineOf(file, start)),
  })
  visitor.visit(file.program)
  return found
}

const lineOf = ({ path, text }: SourceFile, at: number) => `${path}:${text.slice(0, at).split('\n').length}`
