// Imports point inwards: which layer, and which part of one, may import what.
import { describe, expect, test } from 'vitest'
import { filesOf, project } from './project.ts'

const files = filesOf('src')

/** The layer a file belongs to: a folder of src, or a file of src itself. */
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
  config: ['domain', 'adapters', 'functions', 'config'],
  main: ['domain', 'ports', 'adapters', 'application', 'functions', 'config', 'bundled'],
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
    expect(project.get('src/main.ts')?.imports.map(({ from }) => from)).toContain('src/config.ts')
  })

  test.each(files)('of $path point inwards only', ({ path, imports }) => {
    const layer = layerOf(path)
    const sources = imports.map(({ from }) => from)
    const inside = sources.filter((from) => from.startsWith('src/'))
    expect(inside.filter((from) => !allowed[layer]?.includes(layerOf(from)))).toEqual([])
    if (layer === 'adapters') return
    const outside = sources.filter((from) => !from.startsWith('src/'))
    expect(outside.filter((name) => !packages[layer]?.includes(name))).toEqual([])
  })
})

describe('the agent', () => {
  const agent = filesOf('agent')

  test('is found at all', () => expect(agent.length).toBeGreaterThan(15))

  test.each(agent)('shares with the app only what is pure: $path', ({ imports }) => {
    const paths = imports.map(({ from }) => from).filter((from) => from.includes('/') && from.endsWith('.ts'))
    expect(paths.filter((path) => !/^(?:agent|src\/domain|src\/concurrency)\//.test(path))).toEqual([])
  })
})

describe('events, ingest, the log and the directory', () => {
  const part = (path: string) => /^src\/(?:domain|application|functions)\/(\w+)\//.exec(path)?.[1] ?? ''
  const below = files.filter(({ path }) => ['events', 'ingest', 'log', 'directory'].includes(part(path)))

  test('are found at all', () => expect(below.length).toBeGreaterThan(20))

  test.each(below)('know nothing of alerts and notifications: $path', ({ imports }) => {
    expect(imports.map(({ from }) => from).filter((from) => ['alerts', 'notifications'].includes(part(from)))).toEqual(
      [],
    )
  })
})
