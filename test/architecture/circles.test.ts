// No circles: neither among files, nor among the folders of a layer.
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circlesOf } from './circles.ts'
import { filesOf, importsAmong } from './project.ts'

describe('a circle', () => {
  test('is found however long it is, once', () => {
    const edges = new Map([
      ['a', ['b', 'e']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', ['e']],
      ['e', ['d']],
    ])
    expect(circlesOf(edges)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
  })

  test('is no detour that leads to the same file', () => {
    const edges = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', []],
    ])
    expect(circlesOf(edges)).toEqual([])
  })
})

test.each(['src', 'agent', 'local', 'bench', 'scripts', 'web', 'test'])(
  'no files of %s import each other in a circle',
  (top) => {
    const edges = importsAmong(filesOf(top))
    expect(edges.size).toBeGreaterThan(5)
    expect(circlesOf(edges)).toEqual([])
  },
)

test.each(['domain', 'ports', 'application', 'functions', 'adapters'])(
  'no folders of src/%s import each other in a circle',
  (layer) => {
    const folders = new Map<string, string[]>()
    for (const [file, imported] of importsAmong(filesOf(`src/${layer}`))) {
      const others = imported.map((path) => dirname(path)).filter((folder) => folder !== dirname(file))
      folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), ...others])
    }
    expect(circlesOf(folders)).toEqual([])
  },
)
