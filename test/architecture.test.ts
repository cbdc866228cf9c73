// The rules of the source tree that a reviewer would forget: which way imports point, and that the domain is pure.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const files = globSync('src/**/*.ts', { cwd: root })
const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8')

/** Everything a file imports: paths of the project as paths from its root, packages by name. */
function importsOf(file: string): string[] {
  const specifiers = [...sourceOf(file).matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(
    ([, name = '']) => name,
  )
  return specifiers.map((name) => (name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name))
}

/** The layer a file belongs to: a folder of src, or a file that stands in src itself. */
const layerOf = (path: string) => path.split('/').slice(1, 2).join('').replace(/\.ts$/, '')

/** What each layer may import of the others. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  ports: ['domain', 'ports'],
  concurrency: ['domain', 'concurrency'],
  bundled: [],
  adapters: ['domain', 'ports', 'concurrency', 'adapters'],
  application: ['domain', 'ports', 'concurrency', 'application'],
  functions: ['domain', 'ports', 'concurrency', 'application', 'bundled', 'functions'],
  config: ['adapters', 'functions'],
  main: ['domain', 'adapters', 'application', 'functions', 'config', 'bundled'],
}

/** What each layer may import of packages; adapters may import any. */
const packages: Readonly<Record<string, readonly string[]>> = {
  domain: ['valibot', 'yaml', 're2js', 'node:crypto'],
  ports: [],
  concurrency: ['node:timers/promises'],
  bundled: [],
  application: ['valibot'],
  functions: ['valibot', '@azure/functions', 'node:net'],
  config: ['valibot', 'node:crypto'],
  main: ['@azure/functions', '@azure/functions-core'],
}

describe('imports', () => {
  test('are found at all', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(importsOf('src/main.ts')).toContain('src/config.ts')
  })

  test.each(files)('of %s point inwards only', (file) => {
    const layer = layerOf(file)
    const [inside, outside] = [
      importsOf(file).filter((path) => path.startsWith('src/')),
      importsOf(file).filter((path) => !path.startsWith('src/')),
    ]
    expect(inside.filter((path) => !allowed[layer]?.includes(layerOf(path)))).toEqual([])
    if (layer !== 'adapters') expect(outside.filter((name) => !packages[layer]?.includes(name))).toEqual([])
  })
})

describe('the domain', () => {
  const impure = [
    ['a clock', /Date\.now|new Date\(\s*\)|performance\.|process\.hrtime/],
    ['a timer', /\bset(?:Timeout|Interval|Immediate)\b/],
    ['randomness', /Math\.random|randomUUID|randomBytes|getRandomValues|webcrypto/],
    ['the environment', /\bprocess\b|globalThis|import\.meta/],
    ['input or output', /\bfetch\b|console\.|require\(|await\b|Promise\b/],
  ] as const

  test.each(files.filter((file) => layerOf(file) === 'domain'))('%s is pure', (file) => {
    const code = sourceOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    for (const [what, pattern] of impure) expect(pattern.exec(code)?.[0], what).toBeUndefined()
    const crypto = /import \{([^}]*)\} from 'node:crypto'/.exec(code)?.[1]?.trim()
    expect(crypto ?? 'createHash').toBe('createHash')
  })
})

describe('every file', () => {
  test.each(files)('%s says in its first line what it is', (file) => {
    expect(sourceOf(file).split('\n')[0]).toMatch(/^\/\/ .{20,}/)
  })
})
