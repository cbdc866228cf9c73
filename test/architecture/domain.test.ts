// The domain is pure: no clock, timer, randomness, environment, input or output.
import { Visitor } from 'rolldown/utils'
import { expect, test } from 'vitest'
import { filesOf, type SourceFile } from './project.ts'

/** Names with which code reaches outside, wherever they stand. */
const impure = new Set([
  ...['performance', 'process', 'globalThis', 'fetch', 'console', 'require', 'Promise'],
  ...['setTimeout', 'setInterval', 'setImmediate'],
  ...['randomUUID', 'randomBytes', 'getRandomValues', 'webcrypto'],
])

const files = filesOf('src/domain')

test('domain files are found at all', () => expect(files.length).toBeGreaterThan(40))

test.each(files)('$path is pure', (file) => {
  expect(reachesOutside(file)).toEqual([])
  const crypto = file.imports.filter(({ from }) => from === 'node:crypto').flatMap(({ names }) => names)
  expect(crypto.filter((name) => name !== 'createHash' && name !== 'hash')).toEqual([])
})

function reachesOutside({ program }: SourceFile): string[] {
  const found: string[] = []
  const visitor = new Visitor({
    Identifier: ({ name }) => {
      if (impure.has(name)) found.push(name)
    },
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const name = `${object.name}.${property.name}`
      if (name === 'Date.now' || name === 'Math.random') found.push(name)
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) found.push('new Date()')
    },
    MetaProperty: () => found.push('import.meta'),
    AwaitExpression: () => found.push('await'),
  })
  visitor.visit(program)
  return found
}
