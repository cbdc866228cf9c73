// Rule documents: members, documents, limits, and problems at the right line.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRules } from '../../../../src/domain/alerts/sigma/parse.ts'
import {
  depthMax,
  expressionsPerTextMax,
  problemsMax,
  ruleDocumentBytesMax,
  rulesPerTextMax,
} from '../../../../src/domain/alerts/sigma/problems.ts'
import {
  correlating,
  eventRule,
  named,
  problemsOf,
  reasonsOf,
  rulesOf,
  selecting,
} from '../../../support/alerts/rules.ts'
import { anyText } from '../../../support/any-text.ts'
import { guid } from '../../../support/events.ts'

const minimal = selecting('{type: 1000}')

test('a rule with every member is kept whole', () => {
  const rule = eventRule(`${minimal}id: ${guid(1).toUpperCase()}
name: logins
related: [{id: ${guid(2)}, type: similar}]
taxonomy: sigma
status: test
description: A user logged in.
license: MIT
author: Keytrail
references: [https://example.test/logins]
date: 2026-11-20
modified: '2026-11-21'
fields: [ipAddress]
falsepositives: People who work
level: low
tags: [attack.t1078]
keytrail:
  repeat: 90m
  response: Ask them.
  items: [${guid(3)}]
`)
  expect(rule).toMatchObject({
    kind: 'event',
    id: guid(1),
    title: 'T',
    name: 'logins',
    status: 'test',
    level: 'low',
    license: 'MIT',
    description: 'A user logged in.',
    author: 'Keytrail',
    date: '2026-11-20',
    modified: '2026-11-21',
    references: ['https://example.test/logins'],
    falsePositives: ['People who work'],
    tags: ['attack.t1078'],
    fields: ['ipAddress'],
    repeatMs: 5_400_000,
    response: 'Ask them.',
    items: [guid(3)],
    alerts: true,
  })
})

test('a rule with as little as may be takes its defaults', () => {
  expect(eventRule(minimal)).toMatchObject({ level: 'medium', repeatMs: 3_600_000, tags: [], items: [], alerts: true })
})

test('a rule without an id has one of its name, else of its title, always the same', () => {
  const [one, other] = [eventRule(minimal).id, eventRule(minimal.replace('1000', '1001')).id]
  expect(one).toBe(other)
  expect(eventRule(`${minimal}name: logins\n`).id).not.toBe(one)
  expect(eventRule(`${minimal}name: logins\n`).id).toBe(
    eventRule(minimal.replace('T', 'U').concat('name: logins\n')).id,
  )
})

test('JSON is read as well', () => {
  const rule = { title: 'T', logsource: { product: 'bitwarden' }, detection: { sel: { type: 1 }, condition: 'sel' } }
  expect(rulesOf(JSON.stringify(rule, null, '\t'))).toMatchObject([{ kind: 'event', title: 'T' }])
})

test('windows line ends, a byte order mark and comments do no harm', () => {
  expect(reasonsOf(`\ufeff# a rule\r\n${minimal.replaceAll('\n', '\r\n')}`)).toEqual([])
  expect(problemsOf(`# one\r\n${minimal.replaceAll('\n', '\r\n')}level: red\r\n`)).toMatchObject([
    { line: 7, column: 1 },
  ])
})

describe('a problem is reported at its line', () => {
  test.each([
    ['a member that is missing', minimal.replace('title: T\n', ''), 1, 1, 'title', 'missing-member'],
    ['a member that Sigma has', `${minimal}scope: [server]\n`, 6, 1, 'scope', 'unsupported-member'],
    ['a filter', 'title: T\nfilter: {rules: [a]}\n', 2, 1, 'filter', 'unsupported-member'],
    ['a collection of Sigma 1', 'action: global\ntitle: T\n', 1, 1, 'action', 'unsupported-member'],
    [
      'a timeframe of Sigma 1',
      minimal.replace('  sel', '  timeframe: 5m\n  sel'),
      4,
      3,
      'detection.timeframe',
      'unsupported-member',
    ],
    ['another taxonomy', `${minimal}taxonomy: ecs\n`, 6, 1, 'taxonomy', 'bad-value'],
    ['a level that is none', `${minimal}level: urgent\n`, 6, 1, 'level', 'bad-value'],
    ['a date with slashes', `${minimal}date: 2026/11/20\n`, 6, 1, 'date', 'bad-value'],
    ['an id that is none', `${minimal}id: 5\n`, 6, 1, 'id', 'bad-value'],
    ['a name with blanks', `${minimal}name: my rule\n`, 6, 1, 'name', 'bad-value'],
    ['an entry of a list', `${minimal}tags:\n  - a.b\n  - 5\n`, 8, 5, 'tags.1', 'bad-value'],
    [
      'a member of ours that is not known',
      `${minimal}keytrail:\n  repeats: 1h\n`,
      7,
      3,
      'keytrail.repeats',
      'unknown-member',
    ],
    ['a span that is none', `${minimal}keytrail:\n  repeat: 1 hour\n`, 7, 3, 'keytrail.repeat', 'bad-value'],
    ['a span too short', `${minimal}keytrail: {repeat: 59s}\n`, 6, 12, 'keytrail.repeat', 'bad-value'],
    ['a span too long', `${minimal}keytrail: {repeat: 32d}\n`, 6, 12, 'keytrail.repeat', 'bad-value'],
    ['a product of others', minimal.replace('keytrail', 'okta'), 2, 13, 'logsource.product', 'unsupported-logsource'],
    ['no product', minimal.replace('product: keytrail', ''), 2, 1, 'logsource.product', 'missing-member'],
    [
      'a category of others',
      minimal.replace('keytrail}', 'keytrail, category: dns}'),
      2,
      32,
      'logsource.category',
      'unsupported-logsource',
    ],
    ['no condition', minimal.replace('  condition: sel\n', ''), 4, 3, 'detection.condition', 'missing-member'],
    [
      'a condition that is no text',
      minimal.replace('condition: sel', 'condition: 1'),
      5,
      14,
      'detection.condition',
      'bad-value',
    ],
    [
      'a condition of a list',
      minimal.replace('condition: sel', 'condition: [sel, x]'),
      5,
      20,
      'detection.condition.1',
      'unknown-selection',
    ],
    [
      'no condition in a list',
      minimal.replace('condition: sel', 'condition: []'),
      5,
      3,
      'detection.condition',
      'bad-value',
    ],
    [
      'a selection with a name of conditions',
      minimal.replace('  sel:', '  not: {type: 1}\n  sel:'),
      4,
      3,
      'detection.not',
      'bad-value',
    ],
    [
      'a selection with a blank',
      minimal.replace('  sel:', '  s l: {type: 1}\n  sel:'),
      4,
      3,
      'detection.s l',
      'bad-value',
    ],
    ['a member twice', `${minimal}level: low\nlevel: high\n`, 7, 1, 'level', 'duplicate-member'],
    ['a field twice', selecting('\n    type: 1\n    type: 2'), 6, 5, 'detection.sel.type', 'duplicate-member'],
    ['an anchor', minimal.replace('T', '&t T'), 1, 8, '', 'yaml-alias'],
    ['a tag', minimal.replace('T', '!!str T'), 1, 8, '', 'yaml-tag'],
    ['a directive', `%YAML 1.1\n---\n${minimal}`, 1, 1, '', 'yaml-directive'],
    ['a merge key', minimal.replace('{type: 1000}', '{<<: {type: 1}}'), 4, 9, 'detection.sel.<<', 'unknown-field'],
    ['a key that is no text', `${minimal}? [a]\n: 1\n`, 6, 3, '', 'bad-value'],
    ['what is no YAML', `${minimal}tags: [a\n`, 7, 1, '', 'yaml-syntax'],
    ['a second document', `${minimal}---\n${minimal}level: urgent\n`, 12, 1, 'level', 'bad-value'],
    ['a list in place of a rule', '- title: T\n', 1, 1, 'detection', 'missing-member'],
    ['two rules of one title, without ids', `${minimal}---\n${minimal}`, 7, 1, 'title', 'duplicate-rule'],
    ['two rules of one id', `${minimal}id: ${guid(1)}\n---\n${minimal}id: ${guid(1)}\n`, 13, 1, 'id', 'duplicate-rule'],
    ['two rules of one name', `${named('a')}---\n${named('a').replace(': a', ': b')}`, 7, 1, 'name', 'duplicate-rule'],
    ['no rule', '# nothing\n---\n', 1, 1, '', 'no-rule'],
  ])('%s', (_, text, line, column, member, reason) => {
    expect(problemsOf(text)[0]).toMatchObject({ line, column, member, reason })
  })

  test('and so is every other one, in the order of the text', () => {
    const text = `${selecting('{EventID: 1, type|wide: 2}', 'other')}level: urgent\n`
    expect(problemsOf(text).map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'unknown-field'],
      [4, 'unsupported-modifier'],
      [5, 'unknown-selection'],
      [6, 'bad-value'],
    ])
  })
})

describe('limits', () => {
  test('a text is as long as it may be, and no longer', () => {
    const exact = (bytes: number) => `${minimal}# éé`.padEnd(bytes - 2)
    expect(Buffer.byteLength(exact(ruleDocumentBytesMax))).toBe(ruleDocumentBytesMax)
    expect(reasonsOf(exact(ruleDocumentBytesMax))).toEqual([])
    expect(reasonsOf(exact(ruleDocumentBytesMax + 1))).toEqual(['text-too-long'])
  })

  test('a text has as many rules as it may have, and no more', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => named(`n${index}`)).join('---\n')
    expect(rulesOf(many(rulesPerTextMax))).toHaveLength(rulesPerTextMax)
    expect(reasonsOf(many(rulesPerTextMax + 1))).toEqual(['too-many-rules'])
  })

  test('a text has as many regular expressions as it may have, and no more', () => {
    const many = (count: number) =>
      selecting(`{memberName|re: [${Array.from({ length: count }, () => 'a').join(', ')}]}`)
    expect(reasonsOf(many(expressionsPerTextMax))).toEqual([])
    expect(reasonsOf(many(expressionsPerTextMax + 1))).toEqual(['too-many-expressions'])
  })

  test('lists nest as deep as they may, and no deeper', () => {
    const deep = (depth: number) => reasonsOf(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
    expect(deep(depthMax)).toEqual(['missing-member'])
    expect(deep(depthMax + 1)).toEqual(['too-deep'])
  })

  test('problems end somewhere', () => {
    const wrong = Array.from({ length: problemsMax + 1 }, (_, index) => `x${index}: 1`).join(', ')
    expect(problemsOf(selecting(`{${wrong}}`))).toHaveLength(problemsMax)
  })

  test.each([
    ['brackets', '['.repeat(60_000)],
    ['braces', '{a: '.repeat(15_000)],
    ['dashes', '- '.repeat(30_000)],
    ['question marks', '? '.repeat(30_000)],
    ['aliases of aliases', Array.from({ length: 20 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`).join('\n')],
  ])('%s without end are refused before anything is built of them', (_, text) => {
    expect(parseRules(text)).toMatchObject({ kind: 'invalid', problems: expect.any(Array) })
    expect(['too-deep', 'yaml-alias']).toContain(reasonsOf(text)[0])
  })
})

test('any text gives either rules, or problems at a place in it', () => {
  const texts = [
    correlating('type: temporal, rules: [a], timespan: 1h'),
    selecting("{type|re: ['a.*']}", '1 of s* or (sel)'),
  ]
  const piece = fc.oneof(
    fc.constantFrom(
      ...': {} [] - ? | > & * ! % # @ , " \' \n --- ... \t \\ __proto__ constructor null ~ 0x1 1e999'.split(' '),
    ),
    anyText({ maxLength: 3 }),
  )
  const mutated = fc
    .tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(500), fc.nat(6), piece), { maxLength: 4 }))
    .map(([text, cuts]) =>
      cuts.reduce(
        (now, [at, length, put]) => now.slice(0, at % now.length) + put + now.slice((at % now.length) + length),
        text,
      ),
    )
  fc.assert(
    fc.property(mutated, (text) => {
      for (const { line, column, message } of problemsOf(text)) {
        expect([line >= 1, column >= 1, line <= text.split('\n').length + 1, message === '']).toEqual([
          true,
          true,
          true,
          false,
        ])
      }
    }),
  )
})
