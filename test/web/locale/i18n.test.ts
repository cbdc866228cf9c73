// The page's texts: each key that is used is there, each that is there is used, and numbers choose their forms.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { en } from '../../../web/locale/en.ts'
import { languageOf, localeOf, translator } from '../../../web/locale/i18n.ts'

const web = join(import.meta.dirname, '../../../web')
const sources = globSync('**/*.{ts,tsx}', { cwd: web })
  .filter((file) => !file.startsWith('locale/'))
  .map((file) => readFileSync(join(web, file), 'utf8'))
  .join('\n')

type Node = string | { readonly [key: string]: Node }

/** Every key, those with forms for numbers as one. */
function keysOf(node: Node, path: readonly string[] = []): string[] {
  if (typeof node === 'string' || typeof node.other === 'string') return [path.join('.')]
  return Object.entries(node).flatMap(([name, inner]) => keysOf(inner, [...path, name]))
}
const keys = keysOf(en)

/** Keys that a source writes out, and beginnings of those that it puts together: `events.range.${name}`. */
const parts = Object.keys(en).join('|')
const written = new Set(
  [...sources.matchAll(new RegExp(`['"\`]((?:${parts})\\.[\\w.-]+)['"\`]`, 'g'))].map(([, key = '']) => key),
)
const put = [...sources.matchAll(new RegExp(`\`((?:${parts})\\.[\\w.-]*)\\$\\{[^\`]*?\\}([\\w.-]*)\``, 'g'))].map(
  ([, begin = '', end = '']) => ({ begin, end }),
)

describe('texts', () => {
  test('are found in the sources at all', () => {
    expect(written.size).toBeGreaterThan(40)
    expect(put.length).toBeGreaterThan(3)
  })

  test('that are used are there', () => {
    const isPrefix = (key: string) => keys.some((each) => each.startsWith(`${key}.`))
    expect(
      [...written].filter((key) => !keys.includes(key) && !isPrefix(key) && !/\.(tsx?|css|com)$/.test(key)),
    ).toEqual([])
  })

  test('that are there are used', () => {
    const isUsed = (key: string) =>
      written.has(key) ||
      put.some(({ begin, end }) => key.startsWith(begin) && key.endsWith(end) && key !== begin + end)
    expect(keys.filter((key) => !isUsed(key))).toEqual([])
  })
})

describe('a translator', () => {
  const t = translator('en')

  test('fills in names as they are and numbers as they are written', () => {
    expect(t('core.signedInAs', { name: '{name} & $1' })).toBe('Signed in as {name} & $1')
    expect(t('events.all', { count: 12_345 })).toBe('That is all: 12,345 events.')
  })

  test('chooses the form that a number asks for', () => {
    expect(t('events.all', { count: 1 })).toBe('That is all: 1 event.')
    expect(t('events.all', { count: 0 })).toBe('That is all: 0 events.')
  })

  test('takes other texts, and gives the key where there is none', () => {
    const other = translator('en', { core: { retry: 'Noch einmal' } })
    expect(other('core.retry')).toBe('Noch einmal')
    expect(other('core.close')).toBe('core.close')
  })
})

test('the language is the first one asked for that there is', () => {
  expect(languageOf(['de-DE', 'en-GB', 'fr'])).toBe('en')
  expect(languageOf(['', 'toString'])).toBe('en')
  expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(localeOf('en', ['de-DE'])).toBe('en')
})

describe('anything that a browser states of its languages', () => {
  const said: readonly unknown[] = [
    undefined,
    null,
    'en-GB',
    7,
    {},
    [],
    [''],
    ['*'],
    ['C'],
    ['POSIX'],
    ['en-US@posix'],
    ['en_US.UTF-8'],
    ['en_US'],
    ['-'],
    ['en-'],
    ['en--US'],
    ['x'],
    ['\0'],
    ['🔑'],
    ['toString'],
    ['__proto__'],
    [undefined],
    [null],
    [7],
    [['en']],
    ['und'],
    ['i-klingon'],
    ['en-x-private'],
    ['x-private'],
    ['e'.repeat(10_000)],
  ]
  test.each(said.map((each) => [each]))('%j: the page is in English, and so are its dates', (each) => {
    expect(languageOf(each)).toBe('en')
    const locale = localeOf('en', each)
    expect(locale).toMatch(/^en\b/)
    expect(() => new Intl.DateTimeFormat(locale).format(0)).not.toThrow()
  })

  test.each([
    [['en-US@posix', 'en-GB'], 'en-GB'],
    [[undefined, '*', 'EN-au'], 'en-AU'],
    [['de', 'en_US', 'en-Latn-IE-u-hc-h12'], 'en-Latn-IE-u-hc-h12'],
  ])('what it says well counts: %j', (each, locale) => {
    expect(localeOf(languageOf(each), each)).toBe(locale)
  })
})
