// The documents name what is there: every route, setting, reason and event row; and nothing of the kind that is not.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventCatalogue } from '../scripts/event-catalogue.ts'
import { Settings } from '../src/config.ts'
import { readRuleDocument } from '../src/domain/alerts/rule-documents.ts'
import { operations, unsupportedModifiers } from '../src/domain/alerts/sigma/modifiers.ts'
import { parseRules } from '../src/domain/alerts/sigma/parse.ts'
import { dropReasons } from '../src/domain/ingest/drop-reasons.ts'
import { indexedFields } from '../src/domain/log/query.ts'
import { apiRoutes, documentedPath, registrations } from './support/routes.ts'

const root = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const all = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()

describe('docs/api.md', () => {
  test('has every route, and no other', () => {
    const paths = new Set(apiRoutes.map(({ route }) => documentedPath(route)))
    const documented = all(read('docs/api.md'), /(?:GET|POST|PUT|DELETE|also) (\/[^\s`)]+)/g)
    expect(documented).toEqual([...paths].toSorted())
  })

  test('says once that the public API and the lists are served below /api as well', () => {
    const paths = registrations.map(({ route }) => route)
    const below = paths.filter((route) => route.startsWith('api/'))
    const ofPublicApi = paths.filter((route) => route.startsWith('public/')).map((route) => `api/${route}`)
    expect(below.filter((route) => route.startsWith('api/public/'))).toEqual(ofPublicApi)
    expect(ofPublicApi.length).toBeGreaterThan(10)
    const [, lists = ''] =
      /## Lists([\s\S]*?)\n\n\S/.exec(read('docs/api.md').replace(/(## Lists.*)\n\n/, '$1\n')) ?? []
    const documented = all(lists, /^\| `GET (\/(?!public)[^\s`]+)`/gm)
    const others = below.filter((route) => !route.startsWith('api/public/'))
    expect(documented).toEqual(others.map((route) => documentedPath(route.slice('api/'.length))).toSorted())
    expect(read('docs/api.md').match(/\/api\/(public|organizations)\//g)).toHaveLength(2)
  })

  test('has every reason for which an event is dropped, and no other', () => {
    const [, table = ''] = /\| reason \|([\s\S]*?)\n\n/.exec(read('docs/api.md')) ?? []
    expect(all(table, /^\| `([a-z-]+)`/gm)).toEqual(dropReasons.toSorted())
  })
})

describe('docs/settings.md', () => {
  const documented = all(read('docs/settings.md'), /^\| `(\w+)` \|/gm)

  test('has every setting of the app, and those of the local start', () => {
    const known = Object.keys(Settings.entries)
    expect(known.length).toBeGreaterThan(10)
    const local = all(read('local/start/options.ts') + read('local/start/ports.ts'), /\b(KEYTRAIL_\w+)/g)
    expect(documented).toEqual([...known, ...local, 'AzureWebJobsStorage'].toSorted())
  })

  test('has every setting of the example', () => {
    const { Values } = JSON.parse(read('local.settings.example.json'))
    const ofTheHost = ['FUNCTIONS_WORKER_RUNTIME']
    expect(Object.keys(Values).filter((name) => !documented.includes(name) && !ofTheHost.includes(name))).toEqual([])
  })
})

describe('docs/storage.md', () => {
  test('names every index', () => {
    const text = read('docs/storage.md')
    for (const field of indexedFields) expect(text).toContain(field.charAt(0).toUpperCase() + field.slice(1))
  })
})

test('docs/events.md is what the catalogue writes', () => {
  expect(read('docs/events.md')).toBe(eventCatalogue())
})

describe('docs/alerts.md', () => {
  const text = read('docs/alerts.md')

  test('has every modifier, supported or not', () => {
    for (const name of [...operations.filter((each) => each !== 'plain'), ...unsupportedModifiers.keys()]) {
      expect(text).toContain(`\`${name}\``)
    }
  })

  test('shows an example that holds', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? []
    expect(parseRules(example)).toMatchObject({ kind: 'rules', rules: { length: 2 } })
  })

  test('shows only whole rules, which can be saved as they are', () => {
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example = '']) => example)
    expect(examples.map((each) => readRuleDocument(each, { builtIn: false }).kind)).toEqual(['rule', 'rule', 'rule'])
  })
})

test('the documents mention nothing outside the project', () => {
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    'docs/alerts.md',
    'docs/incidents.md',
    'docs/events.md',
    'docs/integrations.md',
    'docs/page.md',
    'docs/api.md',
    'docs/architecture.md',
    'docs/operations.md',
    'docs/storage.md',
    'docs/glossary.md',
    'docs/feed.md',
    'docs/ocsf.md',
    'docs/decisions.md',
    'docs/settings.md',
    'openapi.yaml',
  ]
  for (const file of files) expect(read(file), file).not.toMatch(/registry\.|\/work\/|\.\.\/shared/)
  expect(read('package-lock.json')).not.toContain('"resolved"')
})
