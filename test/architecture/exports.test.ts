// Nothing is dead: every file is imported or is where something begins, and every export is imported elsewhere.
import { expect, test } from 'vitest'
import { filesOf, project } from './project.ts'

/** Files that something other than an import starts: npm, Vitest, another process. */
const starts = [
  /^src\/main\.ts$/,
  /^web\/main\.tsx$/,
  /^local\/(?:start|simulator)\.ts$/,
  /^agent\/start\.ts$/,
  /^(?:bench|scripts)\/[^/]+\.ts$/,
  /^bench\/log\/(?:append-once|export-once|feed)\.ts$/,
  /\.(?:test|d)\.ts$/,
  /^test\/count-reporter\.ts$/,
  /^test\/services\/vitest\.config\.ts$/,
  /^test\/support\/(?:longest-first|storage|soak\/instance-entry)\.ts$/,
]

/** Exports that others read by convention or that are generated. */
const exempt = [
  /^web\/api\/types\.ts$/,
  /^test\/count-reporter\.ts$/,
  /^test\/services\/vitest\.config\.ts$/,
  /^test\/support\/(?:longest-first|storage)\.ts$/,
]

const used = new Map<string, Set<string>>()
for (const { from, names } of [...project.values()].flatMap(({ imports }) => imports)) {
  const known = used.get(from) ?? new Set()
  for (const name of names) known.add(name)
  used.set(from, known)
}

const matches = (patterns: readonly RegExp[], path: string) => patterns.some((pattern) => pattern.test(path))
const files = filesOf('src', 'agent', 'local', 'bench', 'scripts', 'web', 'test')

test('every file is imported, or something starts with it', () => {
  expect(files.filter(({ path }) => !used.has(path) && !matches(starts, path)).map(({ path }) => path)).toEqual([])
})

test('every export is imported by another file', () => {
  const dead = files
    .filter(({ path }) => !matches(exempt, path))
    .flatMap(({ path, exports }) => {
      const names = used.get(path) ?? new Set()
      return names.has('*') ? [] : exports.filter((name) => !names.has(name)).map((name) => `${path}: ${name}`)
    })
  expect(dead).toEqual([])
})
